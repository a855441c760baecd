//! The password of the mail servers: from a command of the settings.

use std::process::{Command, Stdio};

/// The first line a command prints. It is run without a shell; what it asks goes to the terminal.
///
/// # Errors
/// A sentence for people, which tells nothing of what the command printed.
pub fn password(command: &str) -> Result<String, String> {
    let words = shell_words::split(command).map_err(|error| format!("password-command: {error}"))?;
    let (program, arguments) = words.split_first().ok_or("password-command is empty")?;
    let run = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let done = run.map_err(|error| format!("password-command: {program} cannot be run: {error}"))?;
    if !done.status.success() {
        return Err(format!("password-command: {program} ended with {}", done.status));
    }
    let text = String::from_utf8(done.stdout).map_err(|_| "password-command printed no UTF-8")?;
    match text.lines().next().filter(|line| !line.is_empty()) {
        Some(line) => Ok(line.to_owned()),
        None => Err("password-command printed nothing".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_password() {
        assert_eq!(password("printf 'a b\\nc\\n'").as_deref(), Ok("a b"));
        for wrong in ["", "false", "true", "/nonexistent/command", "'open"] {
            assert!(password(wrong).is_err(), "{wrong}");
        }
    }
}

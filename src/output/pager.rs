//! The program long answers are read with.

use std::io::Write;
use std::process::{Child, Command, Stdio};

/// The pager where none is named.
pub(super) const DEFAULT: &str = "less";
/// Leave when it fits, keep colours, keep the screen.
const LESS: &str = "FRX";

/// Shows `text`, waits for the reader; false if the pager could not be started.
///
/// A reader who leaves early is no error, and neither is what the pager exits with.
pub(super) fn show(command: &str, set_less: bool, text: &str) -> bool {
    let Some(mut child) = start(command, set_less) else {
        return false;
    };
    if let Some(mut input) = child.stdin.take() {
        let _ = input.write_all(text.as_bytes());
    }
    let _ = child.wait();
    true
}

fn start(command: &str, set_less: bool) -> Option<Child> {
    let words = shell_words::split(command).ok()?;
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped());
    if set_less {
        command.env("LESS", LESS);
    }
    command.spawn().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_that_cannot_start_is_told() {
        assert!(!show("/nonexistent/pager --x", true, "text"));
        assert!(!show("", true, "text"));
        assert!(!show("less 'unclosed", true, "text"));
    }

    #[test]
    fn a_reader_who_leaves_is_no_error() {
        assert!(show("true", true, &"line\n".repeat(100_000)));
    }

    #[test]
    fn less_is_told_to_keep_colours_only_where_it_has_no_orders() {
        assert!(show("sh -c 'test \"$LESS\" = FRX && cat >/dev/null'", true, "x"));
    }
}

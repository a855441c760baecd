//! The fold of a message's text: above it what is new, below it what only came along (mail.md, Body).

/// The line between the two.
pub const FOLD: &str = "<!-- quoted -->";

/// Puts the two halves together; a line in them that reads like the fold is escaped, so that it hides nothing.
pub fn join(new: &str, quoted: &str) -> String {
    let (new, quoted) = (plain(new), plain(quoted));
    match (new.is_empty(), quoted.is_empty()) {
        (true, true) => String::new(),
        (_, true) => format!("{new}\n"),
        (_, false) => format!("{new}\n\n{FOLD}\n{quoted}\n"),
    }
}

/// The text without blank lines around it, control characters and folds.
fn plain(text: &str) -> String {
    let kept = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\t');
    let line = |line: &str| match is_fold(line) {
        true => line.replacen('<', "\\<", 1),
        false => line.chars().filter(|letter| kept(*letter)).collect(),
    };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<String> = text.split('\n').map(line).collect();
    let first = lines.iter().position(|line| !line.trim().is_empty()).unwrap_or(lines.len());
    lines[first..].join("\n").trim_end().to_owned()
}

fn is_fold(line: &str) -> bool {
    line.trim() == FOLD
}

/// What stands above the fold.
pub fn visible(body: &str) -> &str {
    split(body).0
}

/// What stands above the fold, and below it where there is one.
pub fn split(body: &str) -> (&str, Option<&str>) {
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        if is_fold(line) {
            return (body[..at].trim_end(), Some(&body[at + line.len()..]));
        }
        at += line.len();
    }
    (body, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_put_together_and_taken_apart() {
        let body = join("\n\nNew.\r\n", "> Old.\n\n");
        assert_eq!(body, "New.\n\n<!-- quoted -->\n> Old.\n");
        assert_eq!(split(&body), ("New.", Some("> Old.\n")));
        assert_eq!(split("All new.\n"), ("All new.\n", None));
        assert_eq!(join("", ""), "");
    }

    #[test]
    fn a_fold_in_a_message_hides_nothing() {
        let body = join("Before.\n  <!-- quoted -->\nAfter.", "");
        assert_eq!(split(&body), (body.as_str(), None));
        assert!(body.contains("After."), "{body}");
    }
}

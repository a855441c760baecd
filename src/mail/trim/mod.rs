//! Splits the text of a mail answer into what its sender wrote and what only came along: quotes, older mails, signature.
//!
//! Nothing is ever lost: every line that is not blank stands, unaltered and in order, either in the new text or in the
//! quoted rest. All of it takes time linear in the text, whatever the text is.

mod attribution;
mod cut;
mod delimiter;
mod evidence;
mod forward;
mod headers;
mod labels;
mod lines;
mod list;
mod signature;
mod words;

#[cfg(test)]
mod tests;

pub use forward::{Forwarded, forwarded};

/// The two halves of an answer. Lines end with `\n`; neither half begins or ends with blank lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trimmed {
    /// What the sender wrote, with the quotes between his answers.
    pub new: String,
    /// The quoted rest, the signature and the lines that say who is quoted; empty when nothing was cut.
    pub quoted: String,
}

/// Splits the text of an answer. Where nothing of the sender's own would be left, nothing is cut.
#[must_use]
pub fn trim(text: &str) -> Trimmed {
    let lines = lines::split(text);
    let folded = cut::folded(&lines::classify(&lines));
    Trimmed { new: joined(&lines, &folded, false), quoted: joined(&lines, &folded, true) }
}

/// The lines on one side of the fold. Folded lines that did not stand together are set apart by a blank line.
fn joined(lines: &[&str], folded: &[bool], side: bool) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(at, _)| folded[*at] == side) {
        if side && at > 0 && !folded[at - 1] && !kept.is_empty() {
            kept.push("");
        }
        kept.push(line);
    }
    lines::without_outer_blanks(&kept).join("\n")
}

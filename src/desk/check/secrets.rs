//! Secrets in files: keys and tokens anywhere, passwords in what the desk itself says.

use crate::domain::finding::{Finding, Level};
use crate::format::links::position;
use crate::format::secrets::{self, Secret};

/// Whose words they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// An answer, an article, a policy.
    Desk,
    /// A requester's: their own secret, which somebody should know of.
    Requester,
}

/// Leaves out of a finding what looks like a secret: it may quote what stands in the file.
pub fn hush(finding: &mut Finding) {
    finding.message = secrets::hushed(&finding.message);
    finding.hint = finding.hint.as_deref().map(secrets::hushed);
}

/// Looks through a whole file.
pub fn check(path: &str, text: &str, whose: Whose) -> Vec<Finding> {
    let finding = |(range, secret): (std::ops::Range<usize>, Secret)| {
        let (code, hint) = match secret {
            Secret::Password if whose == Whose::Requester => return None,
            Secret::Password => {
                ("secret-password", "never mail a password: let its owner set it, and take it out here")
            }
            _ => (
                "secret-key",
                "revoke it where it is valid, then take it out here: what was committed stays in history",
            ),
        };
        let said = format!("this looks like {}", secret.describe());
        let finding = Finding::new(code, path, position(text, range.start), said).hint(hint);
        let level = if whose == Whose::Requester { Level::Warning } else { finding.level };
        Some(Finding { level, ..finding })
    };
    secrets::find(text).into_iter().filter_map(finding).collect()
}

//! Commits as objects, signed when git is configured to sign them.

use anyhow::Context;
use git2::{ObjectType, Oid};
use jiff::Timestamp;

use super::{change::Person, desk::Desk, git};
use crate::failure::{Failure, Result};

/// A name or address without what would end it in a commit.
fn plain(text: &str) -> String {
    let kept: String = text.chars().filter(|letter| !letter.is_control() && !matches!(letter, '<' | '>')).collect();
    kept.trim_matches(|letter: char| letter.is_whitespace() || ".,:;\"\\'".contains(letter)).to_owned()
}

impl Person {
    /// `Name <address> seconds +0000`, as commits and fast-import spell a person at a time.
    pub(super) fn stamp(&self, date: Timestamp) -> String {
        let (name, email) = (plain(&self.name), plain(&self.email));
        let name = if name.is_empty() { &email } else { &name };
        format!("{name} <{email}> {} +0000", date.as_second().max(0))
    }
}

/// What a commit object is made of.
pub struct Draft<'a> {
    pub tree: Oid,
    pub parents: &'a [Oid],
    pub author: &'a Person,
    pub committer: &'a Person,
    pub date: Timestamp,
    pub message: &'a str,
}

impl Desk {
    /// Writes a commit object; no branch moves.
    pub(super) fn write_commit(&self, draft: &Draft<'_>) -> Result<Oid> {
        if self.config_flag("commit.gpgsign") { self.write_signed(draft) } else { self.write_plain(draft) }
    }

    fn write_plain(&self, draft: &Draft<'_>) -> Result<Oid> {
        let person = |person: &Person| person.stamp(draft.date);
        let mut text = format!("tree {}\n", draft.tree);
        for parent in draft.parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        text.push_str(&format!("author {}\ncommitter {}\n\n", person(draft.author), person(draft.committer)));
        text.push_str(draft.message);
        self.repo.odb()?.write(ObjectType::Commit, text.as_bytes()).context("the commit cannot be written")
    }

    /// Lets git sign, as it knows every format and where the keys are.
    fn write_signed(&self, draft: &Draft<'_>) -> Result<Oid> {
        let tree = draft.tree.to_string();
        let mut command = git::command(self.folder(), &["commit-tree", "-S", &tree, "-F", "-"]);
        for parent in draft.parents {
            command.arg("-p").arg(parent.to_string());
        }
        let date = format!("@{} +0000", draft.date.as_second());
        for (role, person) in [("AUTHOR", draft.author), ("COMMITTER", draft.committer)] {
            command.env(format!("GIT_{role}_NAME"), plain(&person.name));
            command.env(format!("GIT_{role}_EMAIL"), plain(&person.email)).env(format!("GIT_{role}_DATE"), &date);
        }
        command.stdout(std::process::Stdio::piped());
        let done = git::run(command, draft.message.as_bytes())?;
        if !done.status.success() {
            let said = String::from_utf8_lossy(&done.stderr);
            let failure = Failure::error(format!("the commit cannot be signed: {}", said.trim()));
            return Err(failure
                .hint("commit.gpgsign is set; see user.signingKey and gpg.format in git's configuration")
                .into());
        }
        let text = String::from_utf8_lossy(&done.stdout);
        Oid::from_str(text.trim()).context("git commit-tree answered no commit id")
    }
}

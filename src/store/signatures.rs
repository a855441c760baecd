//! Signatures of commits, as git verifies them: gpg and ssh alike.

use std::collections::HashMap;

use git2::Oid;

use super::desk::Desk;
use super::git;
use crate::failure::Result;

/// What git says of a commit's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// By the holder of this address, or of what else the key goes by.
    Good(String),
    Missing,
    /// With a word on what is wrong.
    Bad(&'static str),
}

impl Desk {
    /// The signature of each commit. The keys are those git knows: `gpg.ssh.allowedSignersFile`, gpg's key ring.
    pub fn signatures(&self, commits: &[Oid]) -> Result<HashMap<Oid, Signature>> {
        if commits.is_empty() {
            return Ok(HashMap::new());
        }
        // %G?: what became of it, %GS: the signer.
        let arguments = ["log", "--no-walk=unsorted", "--stdin", "--format=%H%x00%G?%x00%GS"];
        let input: String = commits.iter().map(|commit| format!("{commit}\n")).collect();
        let mut command = git::command(self.folder(), &arguments);
        command.stdout(std::process::Stdio::piped());
        if let Some(place) = &self.quarantine {
            command.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", place);
        }
        let done = git::run(command, input.as_bytes())?;
        if !done.status.success() {
            return Err(git::failed(&arguments, &done.stderr).into());
        }
        let text = String::from_utf8_lossy(&done.stdout);
        Ok(text.lines().filter_map(parse).collect())
    }
}

fn parse(line: &str) -> Option<(Oid, Signature)> {
    let mut parts = line.split('\0');
    let commit = Oid::from_str(parts.next()?).ok()?;
    let (state, signer) = (parts.next()?, parts.next().unwrap_or_default());
    let signature = match state {
        // U: good, by a key of the ring whose owner nobody has vouched for.
        "G" | "U" if !signer.is_empty() => Signature::Good(address(signer).to_owned()),
        "G" | "U" => Signature::Bad("it is by a key nobody here knows"),
        "N" => Signature::Missing,
        "B" => Signature::Bad("it does not fit what is signed"),
        "X" => Signature::Bad("it has expired"),
        "Y" => Signature::Bad("its key has expired"),
        "R" => Signature::Bad("its key was revoked"),
        _ => Signature::Bad("its key is not known here"),
    };
    Some((commit, signature))
}

/// The address of `Name <address>`; what is no such thing, whole.
fn address(signer: &str) -> &str {
    signer.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(signer, |(address, _)| address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_is_read() {
        let commit = "0123456789012345678901234567890123456789";
        let read = |state: &str, signer: &str| parse(&format!("{commit}\0{state}\0{signer}")).unwrap().1;
        assert_eq!(read("G", "Jo <jo@acme.example>"), Signature::Good("jo@acme.example".into()));
        assert_eq!(read("G", "jo@acme.example"), Signature::Good("jo@acme.example".into()));
        assert_eq!(read("N", ""), Signature::Missing);
        assert!(matches!(read("U", ""), Signature::Bad(_)));
        assert!(matches!(read("B", "jo@acme.example"), Signature::Bad(_)));
        assert_eq!(parse("no commit\0G\0x"), None);
    }
}

//! Other repositories, reached by the git program: so ssh, proxies, agents and credential helpers work as they do for git.

use std::process::Stdio;

use anyhow::Context;
use git2::{ErrorCode, Oid};

use super::desk::Desk;
use super::git;
use crate::failure::{Failure, Kind, Result};

/// A branch here and the branch of a remote it is kept in step with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// `origin`
    pub name: String,
    /// `main`, here.
    pub branch: String,
    /// `main`, there.
    pub theirs: String,
    /// Whether git knows of the pair already.
    is_tracked: bool,
}

impl Remote {
    /// `origin/main`
    pub fn label(&self) -> String {
        format!("{}/{}", self.name, self.theirs)
    }
}

/// What became of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    Done,
    /// Somebody else was faster; what they pushed is to be merged first.
    Late,
}

impl Desk {
    /// The remote of that name; without one the branch's own, else `origin`, else the only one.
    pub fn remote(&self, named: Option<&str>) -> Result<Remote> {
        let branch = self.branch()?;
        let Some(branch) = branch.strip_prefix("refs/heads/").map(str::to_owned) else {
            let failure = Failure::error("HEAD is on no branch, so there is nothing to keep in step");
            return Err(failure.hint("git switch main").into());
        };
        let config = self.repo.config().and_then(|mut config| config.snapshot()).context("git's configuration")?;
        let setting = |key: &str| config.get_string(&format!("branch.{branch}.{key}")).ok();
        let names: Vec<String> =
            self.repo.remotes()?.iter().filter_map(|name| name.ok().flatten().map(str::to_owned)).collect();
        let own = setting("remote");
        let name = match named {
            Some(name) => names.iter().find(|known| *known == name).cloned().ok_or_else(|| no_such(name, &names))?,
            None => {
                let known = own.clone().filter(|own| names.contains(own));
                let usual = || names.iter().find(|name| *name == "origin").cloned();
                let only = || if names.len() == 1 { names.first().cloned() } else { None };
                known.or_else(usual).or_else(only).ok_or_else(|| none_to_choose(&names))?
            }
        };
        let is_tracked = own.as_ref() == Some(&name);
        let merged = setting("merge").filter(|_| is_tracked);
        let theirs = merged.and_then(|merged| merged.strip_prefix("refs/heads/").map(str::to_owned));
        Ok(Remote { theirs: theirs.unwrap_or_else(|| branch.clone()), name, branch, is_tracked })
    }

    /// Brings over what the remote has, and says where its branch is; `None` where it has no such branch.
    pub fn fetch(&self, remote: &Remote) -> Result<Option<Oid>> {
        let arguments = ["fetch", "--quiet", &remote.name];
        let mut command = git::command(self.folder(), &arguments);
        command.stdout(Stdio::null());
        let done = git::run(command, b"")?;
        if !done.status.success() {
            return Err(away(remote, &done.stderr).into());
        }
        match self.repo.refname_to_id(&format!("refs/remotes/{}/{}", remote.name, remote.theirs)) {
            Ok(oid) => Ok(Some(oid)),
            Err(trouble) if trouble.code() == ErrorCode::NotFound => Ok(None),
            Err(trouble) => Err(trouble).context("the remote's branch cannot be read"),
        }
    }

    /// Pushes the branch as it is.
    pub fn push(&self, remote: &Remote) -> Result<Pushed> {
        let refs = format!("refs/heads/{}:refs/heads/{}", remote.branch, remote.theirs);
        let mut arguments = vec!["push", "--porcelain"];
        if !remote.is_tracked {
            arguments.push("--set-upstream");
        }
        arguments.extend([remote.name.as_str(), &refs]);
        let mut command = git::command(self.folder(), &arguments);
        command.stdout(Stdio::piped());
        let done = git::run(command, b"")?;
        if done.status.success() {
            return Ok(Pushed::Done);
        }
        let told = String::from_utf8_lossy(&done.stdout).into_owned();
        let refusal = told.lines().find(|line| line.starts_with('!'));
        match refusal {
            Some(line) if is_race(line) => Ok(Pushed::Late),
            Some(line) => Err(declined(remote, line, &done.stderr).into()),
            None => Err(away(remote, &done.stderr).into()),
        }
    }

    /// How many commits `to` has that `from` has not.
    pub fn count_missing(&self, from: Option<Oid>, to: Oid) -> Result<usize> {
        match from {
            Some(from) => Ok(self.repo.graph_ahead_behind(to, from)?.0),
            None => Ok(self.commits_until(to)?.len()),
        }
    }
}

/// Whether a ref was not updated because somebody else moved it first.
fn is_race(line: &str) -> bool {
    let line = line.to_lowercase();
    let told = ["fetch first", "non-fast-forward", "stale info", "cannot lock ref", "failed to update ref"];
    told.iter().any(|told| line.contains(told)) || line.contains("incorrect old value")
}

/// The remote refuses what was pushed, and says why.
fn declined(remote: &Remote, line: &str, stderr: &[u8]) -> Failure {
    let said = String::from_utf8_lossy(stderr);
    let why: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("remote:")).map(str::trim).collect();
    let why: Vec<&str> = why.into_iter().filter(|line| !line.is_empty()).collect();
    let short = line.split('\t').next_back().unwrap_or(line).trim();
    let failure = Failure::refused(format!("{} does not take the push: {short}", remote.name));
    let failure = if why.is_empty() { failure } else { failure.detail(why.join("\n")) };
    failure.hint("what you have is committed here; mend what the remote names, then sync again")
}

/// The remote cannot be reached now.
fn away(remote: &Remote, stderr: &[u8]) -> Failure {
    let said = String::from_utf8_lossy(stderr);
    let said = said.trim().lines().collect::<Vec<_>>().join("; ");
    let failure = Failure::new(Kind::Later, format!("{} cannot be reached now: {said}", remote.name));
    failure.hint("what you have is committed here; sync again when the remote is back")
}

fn no_such(name: &str, names: &[String]) -> Failure {
    let failure = Failure::not_found(format!("there is no remote '{}'", name.escape_debug()));
    match names {
        [] => failure.hint("git remote add origin URL"),
        names => failure.hint(format!("there are {}", names.join(", "))),
    }
}

fn none_to_choose(names: &[String]) -> Failure {
    match names {
        [] => Failure::error("this desk has no remote to sync with").hint("git remote add origin URL"),
        names => {
            let failure = Failure::usage("there are several remotes, and none is this branch's own");
            failure.hint(format!("name one: loket sync {}", names.join("|")))
        }
    }
}

//! Who may change what, judged from the history: for the hook of a server before a push is taken, for `audit verify`
//! over what is there already.

mod changes;
mod hook;

use std::collections::HashMap;

use super::Here;
use super::history::author_view;
use crate::domain::person::{Agent, AgentRole};
use crate::failure::{Failure, Result};
use crate::format::layout;
use crate::store::{CommitInfo, Oid, Signature, is_hostile};
use crate::view::audit::AuditView;
use changes::Changed;

pub use hook::guard;

/// The setting of git that wants every commit signed by who made it.
const SIGNED: &str = "loket.signed";

/// The agents at commits, read once for each state of their folder.
#[derive(Default)]
struct Known(HashMap<Option<Oid>, Vec<Agent>>);

/// What the commits of a range are judged by.
struct Judge<'a> {
    here: &'a Here,
    known: Known,
    /// The agents before a push: nobody may more than they may now, whatever an old commit says.
    before: Option<Vec<Agent>>,
    found: Vec<AuditView>,
}

impl Here {
    /// Judges the commits of a range, `A..B` or what leads to `A`, the whole history without one.
    pub fn audit(&self, range: Option<&str>) -> Result<Vec<AuditView>> {
        let (from, to) = self.range(range)?;
        let commits = match from {
            Some(from) => self.desk.commits_missing(from, to)?,
            None => self.desk.commits_until(to)?,
        };
        let mut judge = Judge { here: self, known: Known::default(), before: None, found: Vec::new() };
        if let Some(from) = from
            && self.desk.merge_base(from, to)? != Some(from)
        {
            judge.find(
                None,
                None,
                "history-rewritten",
                "the range does not lead from its first commit to its last".into(),
            )?;
        }
        self.progress.start("judging the history", commits.len() as u64);
        for commit in &commits {
            judge.commit(*commit)?;
            self.progress.step(1);
        }
        self.progress.done();
        judge.signatures(&commits)?;
        Ok(judge.found)
    }

    fn range(&self, range: Option<&str>) -> Result<(Option<Oid>, Oid)> {
        let find = |revision: &str| -> Result<Oid> {
            let revision = if revision.is_empty() { "HEAD" } else { revision };
            let missing = || Failure::not_found(format!("there is no commit '{}'", revision.escape_debug()));
            Ok(self.desk.find_commit(revision)?.ok_or_else(missing)?)
        };
        match range.and_then(|range| range.split_once("..")) {
            Some((from, to)) => Ok((Some(find(from)?), find(to)?)),
            None => Ok((None, find(range.unwrap_or("HEAD"))?)),
        }
    }
}

impl Judge<'_> {
    fn find(
        &mut self,
        info: Option<&CommitInfo>,
        path: Option<&str>,
        code: &'static str,
        message: String,
    ) -> Result<()> {
        let author = match info {
            Some(info) => Some(author_view(&info.author, &self.agents_before(info)?)),
            None => None,
        };
        let commit = info.map(|info| info.id.to_string());
        self.found.push(AuditView { commit, author, path: path.map(str::to_owned), code, message });
        Ok(())
    }

    /// The agents as a commit found them.
    fn agents_before(&mut self, info: &CommitInfo) -> Result<Vec<Agent>> {
        let Some(parent) = info.parents.first() else { return Ok(Vec::new()) };
        let Ok(snapshot) = self.here.desk.at_commit(*parent) else { return Ok(Vec::new()) };
        let folder = snapshot.find(layout::PEOPLE)?.map(|entry| entry.oid);
        if let Some(known) = self.known.0.get(&folder) {
            return Ok(known.clone());
        }
        let agents = self.here.people(&snapshot)?;
        self.known.0.insert(folder, agents.clone());
        Ok(agents)
    }

    /// What the author of a commit may do: what they might then, and no more than they may now.
    fn role(&mut self, info: &CommitInfo) -> Result<Option<AgentRole>> {
        let of =
            |agents: &[Agent]| agents.iter().find(|agent| agent.has_email(&info.author.email)).map(|agent| agent.role);
        let then = of(&self.agents_before(info)?);
        Ok(match &self.before {
            Some(before) => then.min(of(before)),
            None => then,
        })
    }

    /// Judges what one commit changed.
    fn commit(&mut self, commit: Oid) -> Result<()> {
        let info = self.here.desk.commit_info(commit)?;
        // The first commit makes the desk; nobody has a role before.
        if info.parents.is_empty() {
            return Ok(());
        }
        for change in changes::own(self.here, &info)? {
            if change.new.is_some() && is_hostile(&change.path) {
                let message = "it would lead out of the desk, or into git's own folder".to_owned();
                self.find(Some(&info), Some(&change.path), "path-hostile", message)?;
            } else if change.path.starts_with("policy/") || change.path == layout::SETTINGS {
                self.policy(&info, &change)?;
            } else if layout::key_in(layout::PEOPLE, &change.path).is_some() {
                self.person(&info, &change)?;
            } else if let Some((_, layout::TicketFile::Comment(stem))) = layout::parse_ticket_path(&change.path) {
                self.comment(&info, &change, &stem)?;
            }
        }
        Ok(())
    }

    fn policy(&mut self, info: &CommitInfo, change: &Changed) -> Result<()> {
        if self.role(info)? >= Some(AgentRole::Lead) {
            return Ok(());
        }
        self.find(Some(info), Some(&change.path), "role-needed", "policies are changed by a lead or an admin".into())
    }

    /// Agents may change their own file, but neither what they may do nor who they are.
    fn person(&mut self, info: &CommitInfo, change: &Changed) -> Result<()> {
        let role = self.role(info)?;
        if role == Some(AgentRole::Admin) {
            return Ok(());
        }
        let (old, new) = (change.agent(self.here, change.old)?, change.agent(self.here, change.new)?);
        let rank = |agent: &Option<Agent>| agent.as_ref().map(|agent| agent.role);
        let same = match (&old, &new) {
            (Some(old), Some(new)) => old.emails == new.emails && old.role == new.role,
            _ => false,
        };
        let is_own = old.as_ref().is_some_and(|old| old.has_email(&info.author.email));
        if is_own && same {
            return Ok(());
        }
        let high = rank(&old).max(rank(&new)) > Some(AgentRole::Agent);
        if role == Some(AgentRole::Lead) && !high {
            return Ok(());
        }
        let message = match role {
            Some(AgentRole::Lead) => "leads and admins are made and changed by an admin",
            _ => "agents are made and changed by a lead or an admin; of your own file not address and role",
        };
        self.find(Some(info), Some(&change.path), "role-needed", message.into())
    }

    /// Nobody changes what somebody else has said; how it was delivered is no word of theirs.
    fn comment(&mut self, info: &CommitInfo, change: &Changed, stem: &str) -> Result<()> {
        let Some(old) = change.comment(self.here, change.old, stem)? else { return Ok(()) };
        let agents = self.agents_before(info)?;
        let agent = agents.iter().find(|agent| agent.has_email(&info.author.email));
        let is_own = old.author.eq_ignore_ascii_case(&info.author.email)
            || agent.is_some_and(|agent| agent.handle == old.author);
        let is_admin = self.role(info)? == Some(AgentRole::Admin);
        if is_own || is_admin || change.is_delivery(self.here)? {
            return Ok(());
        }
        let (code, what) = match change.new {
            None => ("comment-removed", "deleted"),
            Some(_) => ("comment-changed", "changed"),
        };
        let who = agent.map_or(info.author.email.as_str(), |agent| agent.handle.as_str());
        let message = format!("a comment of {} was {what} by {who}", old.author.escape_debug());
        self.find(Some(info), Some(&change.path), code, message)
    }

    /// Every commit is signed by who made it, where that is wanted.
    fn signatures(&mut self, commits: &[Oid]) -> Result<()> {
        if !self.here.desk.config_flag(SIGNED) {
            return Ok(());
        }
        let signatures = self.here.desk.signatures(commits)?;
        for commit in commits {
            let info = self.here.desk.commit_info(*commit)?;
            match signatures.get(commit) {
                Some(Signature::Good(signer)) => self.signer(&info, signer)?,
                Some(Signature::Bad(why)) => {
                    self.find(Some(&info), None, "signature-bad", format!("the signature is not good: {why}"))?;
                }
                Some(Signature::Missing) | None => {
                    self.find(Some(&info), None, "signature-missing", "it is not signed".into())?;
                }
            }
        }
        Ok(())
    }

    fn signer(&mut self, info: &CommitInfo, signer: &str) -> Result<()> {
        let agents = self.agents_before(info)?;
        let author = agents.iter().find(|agent| agent.has_email(&info.author.email));
        let fits = match author {
            Some(author) => author.has_email(signer),
            // What machines and requesters are named for is signed by an agent, or by themselves.
            None => {
                signer.eq_ignore_ascii_case(&info.author.email) || agents.iter().any(|agent| agent.has_email(signer))
            }
        };
        // Who makes a desk is no agent of it yet.
        if fits || (info.parents.is_empty() && signer.eq_ignore_ascii_case(&info.author.email)) {
            return Ok(());
        }
        let message = format!("{} is named as the author, and {} has signed", info.author.email, signer);
        self.find(Some(info), None, "signature-foreign", message)
    }
}

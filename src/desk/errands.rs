//! What rules make happen outside the desk: webhooks and programs (workflow.md, Rules). They are queued with the commit
//! that sets them off, done when it stands, and tried again by `tick`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Here;
use super::list::Wanted;
use crate::domain::id::TicketId;
use crate::failure::Result;
use crate::mail::sign::Signer;
use crate::store::{Again, Change, Errands};
use crate::transport::errand::Trouble;
use crate::transport::{program, webhook};
use crate::view::tick::ErrandView;

/// The setting of git that lets rules run programs in a clone. A rule comes with the history, from anybody: whether it
/// may run something here is for the owner of the clone.
pub const MAY_RUN: &str = "loket.run";

/// How long a webhook is waited for by the command that set it off, and by `tick`.
const SOON: Duration = Duration::from_secs(5);
const LATER: Duration = Duration::from_secs(30);
/// How long a program may take.
const PROGRAM: Duration = Duration::from_secs(60);

/// What is to be done, as the queue keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    pub ticket: TicketId,
    pub rule: String,
    /// What the rule listened to.
    pub event: String,
    #[serde(flatten)]
    pub task: Task,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// The address.
    Webhook(String),
    /// The program and its arguments.
    Run(Vec<String>),
}

impl Task {
    fn name(&self) -> &'static str {
        match self {
            Task::Webhook(_) => "webhook",
            Task::Run(_) => "run",
        }
    }
}

/// What a webhook is sent.
#[derive(Serialize)]
struct Payload<'a> {
    id: &'a str,
    desk: &'a str,
    rule: &'a str,
    event: &'a str,
    ticket: serde_json::Value,
}

/// The keys of a change's errands.
pub(super) fn keys(change: &Change) -> Vec<String> {
    change.errands.iter().map(|(key, _)| key.clone()).collect()
}

impl Here {
    /// Does what the commit just made has set off; trouble is told, and tried again by `tick`.
    pub(super) fn do_errands(&self, keys: &[String]) -> Vec<String> {
        if keys.is_empty() {
            return Vec::new();
        }
        let done = self.run_errands(&|key| keys.iter().any(|own| own == key), SOON);
        match done {
            Ok(views) => views.iter().filter_map(ErrandView::trouble).collect(),
            Err(trouble) => vec![format!("what rules set off is put off until the next tick: {trouble:#}")],
        }
    }

    /// Does all errands whose time has come; `again` tries those that were given up too.
    pub(super) fn tick_errands(&self, again: bool) -> Result<Vec<ErrandView>> {
        self.desk.settle_errands()?;
        let queue = self.desk.errands();
        if again {
            for aside in queue.aside()?.into_iter().filter(|aside| aside.said.is_some()) {
                queue.retry(&aside.key)?;
            }
        }
        self.run_errands(&|_| true, LATER)
    }

    fn run_errands(&self, wanted: &dyn Fn(&str) -> bool, patience: Duration) -> Result<Vec<ErrandView>> {
        let queue = self.desk.errands();
        if queue.waiting()? == 0 {
            return Ok(Vec::new());
        }
        // Another process is at it, and does these too.
        let Some(_lock) = queue.runner()? else { return Ok(Vec::new()) };
        let due = queue.due(self.now)?;
        due.broken.iter().for_each(|said| self.progress.note(said));
        let mut views = Vec::new();
        for stored in due.errands.iter().filter(|errand| wanted(&errand.key)) {
            views.push(match serde_json::from_slice::<Errand>(&stored.body) {
                Ok(errand) => {
                    let outcome = self.perform(&stored.key, &errand, patience);
                    self.note_outcome(&queue, &stored.key, &errand, outcome)?
                }
                Err(trouble) => {
                    let said = format!("it cannot be read: {trouble}");
                    queue.give_up(&stored.key, &said)?;
                    ErrandView {
                        id: stored.key.clone(),
                        outcome: "given-up",
                        said: Some(said),
                        ..ErrandView::default()
                    }
                }
            });
        }
        Ok(views)
    }

    fn note_outcome(
        &self,
        queue: &Errands,
        key: &str,
        errand: &Errand,
        outcome: Result<(), Trouble>,
    ) -> Result<ErrandView> {
        let (outcome, said, again) = match outcome {
            Ok(()) => {
                queue.done(key)?;
                ("done", None, None)
            }
            Err(trouble) if !trouble.again => {
                queue.give_up(key, &trouble.said)?;
                ("given-up", Some(trouble.said), None)
            }
            Err(trouble) => match queue.failed(key, self.now, &trouble.said, trouble.after)? {
                Again::At(at) => ("later", Some(trouble.said), Some(at)),
                Again::Never => ("given-up", Some(trouble.said), None),
            },
        };
        Ok(ErrandView {
            id: key.to_owned(),
            ticket: Some(errand.ticket.to_string()),
            rule: errand.rule.clone(),
            what: errand.task.name(),
            outcome,
            again,
            said,
        })
    }

    fn perform(&self, key: &str, errand: &Errand, patience: Duration) -> Result<(), Trouble> {
        let broken = |trouble: anyhow::Error| Trouble { again: false, said: format!("{trouble:#}"), after: None };
        match &errand.task {
            Task::Webhook(url) => {
                let body = self.payload(key, errand).map_err(broken)?;
                let signature = format!("sha256={}", self.webhook_signer().map_err(broken)?.seal(&body));
                webhook::post(url, &body, &webhook::Headers { id: key, signature: &signature }, patience, self.now)
            }
            Task::Run(words) => {
                if !self.desk.config_flag(MAY_RUN) {
                    let said = format!("this clone runs no programs; `git config {MAY_RUN} true` lets it");
                    return Err(Trouble { again: false, said, after: None });
                }
                let Some((name, arguments)) = words.split_first() else { return Ok(()) };
                let shown = self.show(&[errand.ticket.to_string()], false, true).map_err(broken)?;
                let page = shown.into_iter().next().map(|shown| shown.page);
                let input = serde_json::to_vec(&page).map_err(|trouble| broken(trouble.into()))?;
                let environment = [
                    ("LOKET_TICKET", errand.ticket.to_string()),
                    ("LOKET_RULE", errand.rule.clone()),
                    ("LOKET_EVENT", errand.event.clone()),
                    ("LOKET_ERRAND", key.to_owned()),
                ];
                program::run(
                    name,
                    arguments,
                    self.desk.root().unwrap_or(self.desk.state()),
                    &input,
                    &environment,
                    PROGRAM,
                )
                .map(drop)
            }
        }
    }

    /// The ticket as it is now, as `list --json` has it: nothing of its thread.
    fn payload(&self, key: &str, errand: &Errand) -> Result<Vec<u8>> {
        let snapshot = self.snapshot()?;
        let desk = self.settings(&snapshot)?.desk;
        let query = Some(format!("id:{}", errand.ticket));
        let rows = self.list(&Wanted { query, whole: true, ..Wanted::default() })?.rows;
        let ticket = serde_json::to_value(rows.first())?;
        let payload = Payload { id: key, desk: &desk, rule: &errand.rule, event: &errand.event, ticket };
        Ok(serde_json::to_vec(&payload)?)
    }

    /// What signs webhooks: a secret of its own, else the desk's key.
    fn webhook_signer(&self) -> Result<Signer> {
        match &self.webhook_secret {
            Some(secret) => Ok(Signer::new(secret.trim().as_bytes())),
            None => self.signer(),
        }
    }
}

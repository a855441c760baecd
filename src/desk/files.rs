//! Commits of files that are no ticket's: people, customers.

use std::collections::BTreeMap;

use super::{Here, author};
use crate::failure::Result;
use crate::store::{Change, Person, Snapshot};
use crate::view::mutation::FileChangeView;

impl Here {
    /// Commits what `plan` makes of one file at the newest snapshot; `None` where it stays as it is.
    pub(super) fn commit_file(
        &self,
        command: &'static str,
        subject: &str,
        path: &str,
        mut plan: impl FnMut(&Snapshot<'_>) -> Result<Option<Vec<u8>>>,
    ) -> Result<FileChangeView> {
        let done = self.desk.commit(|snapshot| {
            let Some(content) = plan(snapshot)? else { return Ok(None) };
            if snapshot.file(path)?.as_ref() == Some(&content) {
                return Ok(None);
            }
            let files = BTreeMap::from([(path.to_owned(), content)]);
            self.own_change(snapshot, command, subject.to_owned(), files).map(Some)
        })?;
        Ok(FileChangeView {
            path: path.to_owned(),
            commit: done.commit.map(|oid| oid.to_string()),
            warnings: done.warnings,
        })
    }

    /// A change of files that are no ticket's, made by whoever acts.
    pub(super) fn own_change(
        &self,
        snapshot: &Snapshot<'_>,
        command: &'static str,
        subject: String,
        files: BTreeMap<String, Vec<u8>>,
    ) -> Result<Change> {
        let (author, date) = (self.author_here(snapshot)?, self.now);
        Ok(Change {
            files,
            stored: BTreeMap::new(),
            subject,
            trailers: vec![("Loket-Command", command.to_owned())],
            errands: Vec::new(),
            author,
            date,
        })
    }

    /// The acting agent, or whom git is configured with: the first agent is made by somebody who is none yet.
    fn author_here(&self, snapshot: &Snapshot<'_>) -> Result<Person> {
        let people = self.people(snapshot)?;
        match self.acting(&people) {
            Ok(agent) => Ok(author(&agent)),
            Err(trouble) => match self.desk.configured_person() {
                (Some(name), Some(email)) if self.agent.is_none() => Ok(Person { name, email }),
                _ => Err(trouble),
            },
        }
    }
}

//! Partial clones (`git clone --filter=blob:none`): objects that are at the remote until somebody wants them are brought
//! over many at once, never one by one where more will be wanted.

use std::collections::HashSet;

use anyhow::Context;
use git2::Oid;

use super::desk::Desk;
use super::git;
use super::snapshot::Snapshot;
use crate::failure::{Failure, Kind, Result};
use crate::format::layout::{self, TicketFile};

impl Desk {
    /// The remote that holds what is not here; `None` for a whole clone.
    pub(super) fn promisor(&self) -> Option<&str> {
        let found = self.promisor.get_or_init(|| {
            let text = std::fs::read(self.repo.commondir().join("config")).unwrap_or_default();
            // Most clones are whole, and a look at the bytes says so.
            memchr::memmem::find(&text, b"promisor")?;
            let config = self.repo.config().and_then(|mut config| config.snapshot()).ok()?;
            let names = self.repo.remotes().ok()?;
            let promises = |name: &&str| config.get_bool(&format!("remote.{name}.promisor")).unwrap_or(false);
            names.iter().filter_map(|name| name.ok().flatten()).find(promises).map(str::to_owned)
        });
        found.as_deref()
    }

    /// Whether objects may be missing here.
    pub fn is_partial(&self) -> bool {
        self.promisor().is_some()
    }

    /// Brings over those of the objects that are not here, in one go. Nothing in a whole clone.
    pub fn bring(&self, wanted: impl IntoIterator<Item = Oid>) -> Result<()> {
        let Some(remote) = self.promisor() else { return Ok(()) };
        let odb = self.repo.odb()?;
        let mut seen = HashSet::new();
        let missing: Vec<Oid> = wanted.into_iter().filter(|oid| seen.insert(*oid) && !odb.exists(*oid)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        // As git itself fetches what was promised: nothing is negotiated, no ref moves.
        let arguments = [
            "-c",
            "fetch.negotiationAlgorithm=noop",
            "fetch",
            remote,
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--recurse-submodules=no",
            "--filter=blob:none",
            "--stdin",
        ];
        let input: String = missing.iter().map(|oid| format!("{oid}\n")).collect();
        let mut command = git::command(self.folder(), &arguments);
        command.stdout(std::process::Stdio::null());
        let done = git::run(command, input.as_bytes())?;
        if !done.status.success() {
            let said = String::from_utf8_lossy(&done.stderr).trim().replace('\n', "; ");
            let count = missing.len();
            let failure =
                Failure::new(Kind::Error, format!("{count} objects are at {remote}, which does not give them: {said}"));
            return Err(failure.hint("this clone is partial: it reads what it has not read before from there").into());
        }
        odb.refresh().context("what was brought over cannot be read")?;
        Ok(())
    }
}

impl Snapshot<'_> {
    /// Brings over every text of this snapshot that is not here; attachments stay where they are until they are wanted.
    pub(super) fn bring_texts(&self) -> Result<()> {
        let mut wanted = Vec::new();
        self.each_file("", &mut |path, oid| {
            let is_attachment =
                matches!(layout::parse_ticket_path(path), Some((_, TicketFile::Attachment(_) | TicketFile::Other)));
            if !is_attachment {
                wanted.push(oid);
            }
            Ok(())
        })?;
        self.desk.bring(wanted)
    }
}

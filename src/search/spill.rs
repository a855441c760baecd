//! The events of a history on their way into an index: by a few days of tickets at a time, those that do not fit into
//! small buffers on disk. So a history of any length is indexed in the same memory.

#![expect(clippy::disallowed_methods, reason = "these files are the index's own, and gone when it is built")]

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::timeline::Timeline;
use crate::domain::event::Event;
use crate::domain::id::TicketId;
use crate::failure::Result;

/// So many days of tickets are read back at once.
const DAYS: u32 = 5;
/// So much is kept in memory of each such part, in bytes.
const BUFFER: usize = 64 * 1024;
/// The part of the events of no ticket; after all others.
const OTHERS: u32 = u32::MAX;

/// A few days of tickets, in the order of the days.
pub fn part_of(id: &TicketId) -> u32 {
    let (year, month, day) = id.day();
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    ((u32::from(year) * 12 + number(month)) * 31 + number(day)) / DAYS
}

/// The events of a piece of the history.
pub struct Spill {
    /// Made when it is first wanted.
    folder: PathBuf,
    buffers: HashMap<u32, Vec<u8>>,
    spilled: BTreeSet<u32>,
}

impl Spill {
    /// One that puts its files into a folder of its own; what a killed process left there is removed.
    fn new(folder: PathBuf) -> Spill {
        // What is not there needs no removing.
        let _ = fs::remove_dir_all(&folder);
        Spill { folder, buffers: HashMap::new(), spilled: BTreeSet::new() }
    }

    /// The one of a piece of the history, beside the folder that is being built.
    pub fn beside(folder: &Path, piece: usize) -> Spill {
        let mut name = folder.as_os_str().to_owned();
        name.push(format!("-spill-{piece}"));
        Spill::new(PathBuf::from(name))
    }

    /// Takes in all a timeline has, and leaves it empty.
    pub fn drain(&mut self, timeline: &mut Timeline) -> Result<()> {
        for (id, events) in timeline.tickets.drain() {
            self.push(part_of(&id), &events)?;
        }
        self.push(OTHERS, &std::mem::take(&mut timeline.others))
    }

    /// Takes in an event.
    pub fn add(&mut self, event: Event) -> Result<()> {
        let part = event.ticket.as_ref().map_or(OTHERS, part_of);
        self.push(part, &[event])
    }

    fn push(&mut self, part: u32, events: &[Event]) -> Result<()> {
        let buffer = self.buffers.entry(part).or_default();
        for event in events {
            serde_json::to_writer(&mut *buffer, event).context("an event cannot be written")?;
            buffer.push(b'\n');
        }
        if buffer.len() > BUFFER {
            self.spilled.insert(part);
            append(&self.folder, part, buffer)?;
            buffer.clear();
        }
        Ok(())
    }

    fn take(&mut self, part: u32, found: &mut dyn FnMut(Event) -> Result<()>) -> Result<()> {
        if self.spilled.remove(&part) {
            let place = self.folder.join(part.to_string());
            let file = File::open(&place).with_context(|| format!("cannot read {}", place.display()))?;
            read(BufReader::new(file), found)?;
            fs::remove_file(&place).with_context(|| format!("cannot remove {}", place.display()))?;
        }
        if let Some(buffer) = self.buffers.remove(&part) {
            read(buffer.as_slice(), found)?;
        }
        Ok(())
    }
}

impl Drop for Spill {
    fn drop(&mut self) {
        // What is left is swept by the next build.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn append(folder: &Path, part: u32, bytes: &[u8]) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let place = folder.join(part.to_string());
    let file = OpenOptions::new().create(true).append(true).open(&place);
    let written = file.and_then(|mut file| file.write_all(bytes));
    written.with_context(|| format!("cannot write {}", place.display()))
}

fn read(lines: impl BufRead, found: &mut dyn FnMut(Event) -> Result<()>) -> Result<()> {
    for line in lines.split(b'\n') {
        found(serde_json::from_slice(&line?).context("what was set aside of the history cannot be read")?)?;
    }
    Ok(())
}

/// The pieces of a history one after the other, read part by part.
#[derive(Default)]
pub struct Past {
    pieces: Vec<Spill>,
    /// The part that is in memory.
    at: Option<(u32, HashMap<TicketId, Vec<Event>>)>,
}

impl Past {
    pub fn of(pieces: Vec<Spill>) -> Past {
        Past { pieces, at: None }
    }

    /// The events of a ticket. Tickets have to be asked for in the order of their parts; `left` is given those of a
    /// part that nobody has asked for.
    pub fn events(
        &mut self,
        id: &TicketId,
        left: &mut dyn FnMut(&TicketId, &[Event]) -> Result<()>,
    ) -> Result<Vec<Event>> {
        let part = part_of(id);
        let at = self.at.as_ref().map_or(0, |(at, _)| *at);
        anyhow::ensure!(part >= at, "tickets are read out of order: {id}");
        if self.at.as_ref().is_none_or(|(at, _)| *at != part) {
            self.leave(left)?;
            self.enter(part)?;
        }
        Ok(self.at.as_mut().and_then(|(_, events)| events.remove(id)).unwrap_or_default())
    }

    /// The events that are left, and those of no ticket.
    pub fn rest(
        mut self,
        left: &mut dyn FnMut(&TicketId, &[Event]) -> Result<()>,
        other: &mut dyn FnMut(&Event) -> Result<()>,
    ) -> Result<()> {
        self.leave(left)?;
        let parts: BTreeSet<u32> = self
            .pieces
            .iter()
            .flat_map(|piece| piece.buffers.keys().chain(&piece.spilled))
            .copied()
            .filter(|part| *part != OTHERS)
            .collect();
        for part in parts {
            self.enter(part)?;
            self.leave(left)?;
        }
        self.pieces.iter_mut().try_for_each(|piece| piece.take(OTHERS, &mut |event| other(&event)))
    }

    fn enter(&mut self, part: u32) -> Result<()> {
        let mut events: HashMap<TicketId, Vec<Event>> = HashMap::new();
        for piece in &mut self.pieces {
            piece.take(part, &mut |event| {
                if let Some(id) = event.ticket.clone() {
                    events.entry(id).or_default().push(event);
                }
                Ok(())
            })?;
        }
        self.at = Some((part, events));
        Ok(())
    }

    fn leave(&mut self, left: &mut dyn FnMut(&TicketId, &[Event]) -> Result<()>) -> Result<()> {
        let Some((_, events)) = self.at.take() else { return Ok(()) };
        let mut events: Vec<_> = events.into_iter().collect();
        events.sort_by(|a, b| a.0.cmp(&b.0));
        events.iter().try_for_each(|(id, events)| left(id, events))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(ticket: Option<&str>, order: u64) -> Event {
        Event {
            order,
            date: jiff::Timestamp::UNIX_EPOCH,
            ticket: ticket.map(|id| id.parse().unwrap()),
            name: "Jo".into(),
            email: "jo@acme.example".into(),
            commit: format!("{order:040}"),
            command: None,
            reason: None,
            rules: Vec::new(),
            noted: Vec::new(),
            changes: Vec::new(),
            comment: None,
            created: false,
        }
    }

    /// Two pieces, the second with so much that it goes to disk.
    fn past(folder: &Path, many: u64) -> Past {
        let (mut first, mut second) = (Spill::beside(folder, 0), Spill::beside(folder, 1));
        first.add(event(Some("261122-aaaaa"), 0)).unwrap();
        first.add(event(None, 1)).unwrap();
        first.add(event(Some("260101-ggggg"), 2)).unwrap();
        for order in 3..3 + many {
            second.add(event(Some("261122-aaaaa"), order)).unwrap();
        }
        second.add(event(Some("261122-bbbbb"), 3 + many)).unwrap();
        Past::of(vec![first, second])
    }

    fn orders(events: &[Event]) -> Vec<u64> {
        events.iter().map(|event| event.order).collect()
    }

    #[test]
    fn what_is_set_aside_comes_back_in_its_order_and_leaves_nothing() {
        for many in [2, 2_000] {
            let place = tempfile::tempdir().unwrap();
            let folder = place.path().join("index");
            let mut past = past(&folder, many);
            assert_eq!(place.path().join("index-spill-1").exists(), many > 1_000, "only much goes to disk");
            let mut gone = Vec::new();
            let mut left = |id: &TicketId, _: &[Event]| {
                gone.push(id.to_string());
                Ok(())
            };
            let one = past.events(&"261122-aaaaa".parse().unwrap(), &mut left).unwrap();
            assert_eq!(orders(&one), std::iter::once(0).chain(3..3 + many).collect::<Vec<u64>>());
            assert_eq!(past.events(&"261122-ccccc".parse().unwrap(), &mut left).unwrap(), []);
            let mut others = Vec::new();
            past.rest(&mut left, &mut |event| {
                others.push(event.order);
                Ok(())
            })
            .unwrap();
            assert_eq!((gone, others), (vec!["261122-bbbbb".to_owned(), "260101-ggggg".to_owned()], vec![1]));
            assert_eq!(place.path().read_dir().unwrap().count(), 0);
        }
    }

    #[test]
    fn tickets_out_of_order_are_an_error() {
        let place = tempfile::tempdir().unwrap();
        let mut past = past(&place.path().join("index"), 1);
        past.events(&"261122-aaaaa".parse().unwrap(), &mut |_, _| Ok(())).unwrap();
        let earlier = past.events(&"260101-ggggg".parse().unwrap(), &mut |_, _| Ok(()));
        assert!(earlier.unwrap_err().to_string().contains("out of order"));
    }

    #[test]
    fn parts_grow_with_the_days() {
        let parts = [
            "691231-aaaaa",
            "700101-aaaaa",
            "991231-aaaaa",
            "000101-aaaaa",
            "260131-aaaaa",
            "260201-aaaaa",
            "261122-aaaaa",
        ]
        .map(|id| part_of(&id.parse().unwrap()));
        // 69 is 2069, and comes last.
        assert!(parts[1..].is_sorted() && parts[0] > parts[6], "{parts:?}");
    }
}

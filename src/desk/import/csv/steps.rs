//! States to steps: a new ticket with all of its states, or what a ticket that is there lacks of them.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::carry::{already, carry, dedup, differing, touched_here};
use super::{Import, StateRow, Story};
use crate::desk::import::{Report, Step, person, with_body};
use crate::desk::mutate::basic;
use crate::domain::comment::{Comment, TAILS, tail_number, tail_of};
use crate::domain::event::Event;
use crate::domain::id::TicketId;
use crate::domain::ticket::Ticket;
use crate::failure::Result;
use crate::format::ticket::{edit, render};
use crate::format::{self, comment, layout};
use crate::search::Reader;

/// A ticket's file on its way through the states.
struct Standing {
    path: String,
    ticket: Ticket,
    body: String,
    text: String,
}

impl Standing {
    /// The file as the next state has it; `None` where nothing differs.
    fn next(&mut self, ticket: Ticket, body: &str) -> Result<Option<(String, Vec<u8>)>> {
        let mut text = edit(&self.text, &self.ticket, &ticket).map_err(|fault| format::failure(&fault, &self.path))?;
        if self.body != body {
            text = with_body(&text, body, &self.path)?;
        }
        let changed = text != self.text;
        (self.ticket, self.body, self.text) = (ticket, body.to_owned(), text);
        Ok(changed.then(|| (self.path.clone(), self.text.clone().into_bytes())))
    }
}

impl Import<'_> {
    /// The steps of all tickets, one ticket after the other.
    pub fn steps(&self, stories: Vec<Story>, reader: &Reader<'_>, report: &mut Report) -> Result<Vec<Step>> {
        let known = reader.external_ids()?;
        let mut steps = Vec::new();
        for (key, rows) in stories {
            let before = steps.len();
            match known.get(&key) {
                None => self.create(rows, &mut steps, report)?,
                Some(id) => self.append(id, rows, &reader.events_of(id)?, &mut steps, report)?,
            }
            if steps.len() == before {
                report.view.unchanged += 1;
            } else {
                report.view.tickets += 1;
            }
        }
        Ok(steps)
    }

    fn create(&self, rows: Vec<StateRow>, steps: &mut Vec<Step>, report: &mut Report) -> Result<()> {
        let mut stems = BTreeSet::new();
        let mut standing: Option<Standing> = None;
        for row in rows {
            let id = &row.ticket.id;
            let (what, file) = match &mut standing {
                Some(standing) => ("imported change", standing.next(row.ticket.clone(), &row.body)?),
                None => {
                    let (path, text) = (layout::ticket(id), render(&row.ticket, &row.body));
                    let file = (path.clone(), text.clone().into_bytes());
                    standing = Some(Standing { path, ticket: row.ticket.clone(), body: row.body.clone(), text });
                    ("imported", Some(file))
                }
            };
            steps.extend(file.map(|file| self.step(id, row.at, row.author.as_deref(), what, file)));
            self.add_comments(id, row.comments, &mut stems, &[], steps, report);
        }
        Ok(())
    }

    /// Adds to a ticket that is there what the source has more of: later states as changes, later comments.
    fn append(
        &self,
        id: &TicketId,
        rows: Vec<StateRow>,
        events: &[Event],
        steps: &mut Vec<Step>,
        report: &mut Report,
    ) -> Result<()> {
        let Some(folder) = self.snapshot.ticket(id)? else { return Ok(()) };
        let path = layout::ticket(id);
        let file = folder.file.map_err(|fault| format::failure(&fault, &path))?;
        let text = String::from_utf8_lossy(&folder.bytes).into_owned();
        let broken = folder.broken.iter().filter_map(|broken| broken.path.rsplit('/').next()?.strip_suffix(".md"));
        let mut stems: BTreeSet<String> = folder.thread.iter().map(|comment| comment.id.clone()).collect();
        stems.extend(broken.map(str::to_owned));
        let standing = Standing { path, ticket: file.ticket, body: file.body, text };
        let mut placed = self.add_states(id, standing, &rows, events)?;
        for (number, row) in rows.into_iter().enumerate() {
            let mut own = Vec::new();
            self.add_comments(id, row.comments, &mut stems, &folder.thread, &mut own, report);
            placed.extend(own.into_iter().map(|step| (number, step)));
        }
        // In the order of the rows, a row's state before its comments.
        placed.sort_by_key(|(number, _)| *number);
        steps.extend(placed.into_iter().map(|(_, step)| step));
        Ok(())
    }

    /// The states that are not in the ticket's history yet, each with its row's number: of the first what differs, where no state is in it.
    fn add_states(
        &self,
        id: &TicketId,
        mut standing: Standing,
        rows: &[StateRow],
        events: &[Event],
    ) -> Result<Vec<(usize, Step)>> {
        let mut steps = Vec::new();
        let states = dedup(rows);
        let done = already(events, &states);
        let mut last = done.checked_sub(1).map(|place| states[place]);
        for row in &states[done..] {
            let keys = match last {
                Some(last) => differing(last, row),
                None => self.mapped_keys(&touched_here(events)),
            };
            let body = if keys.iter().any(|key| key == "body") { row.body.clone() } else { standing.body.clone() };
            let file = standing.next(carry(&standing.ticket, &row.ticket, &keys), &body)?;
            let number = rows.iter().position(|one| std::ptr::eq(one, *row)).unwrap_or_default();
            let step = |file| self.step(id, row.at, row.author.as_deref(), "imported change", file);
            steps.extend(file.map(|file| (number, step(file))));
            last = Some(row);
        }
        Ok(steps)
    }

    /// The keys the map fills, but for these.
    fn mapped_keys(&self, without: &BTreeSet<&str>) -> Vec<String> {
        let map = self.table.map;
        let keys = map.ticket.iter().map(|(key, _)| key.as_str()).chain(map.body.as_ref().map(|_| "body"));
        keys.filter(|key| !without.contains(key)).map(str::to_owned).collect()
    }

    fn add_comments(
        &self,
        id: &TicketId,
        comments: Vec<Comment>,
        stems: &mut BTreeSet<String>,
        there: &[Comment],
        steps: &mut Vec<Step>,
        report: &mut Report,
    ) {
        for mut made in comments {
            let same = |known: &Comment| {
                known.date == made.date && known.author == made.author && known.body.trim() == made.body.trim()
            };
            if there.iter().any(same) {
                continue;
            }
            made.id = next_stem(made.date, stems);
            stems.insert(made.id.clone());
            let file = (layout::comment(id, &made.id), comment::render(&made).into_bytes());
            steps.push(self.step(id, made.date, Some(&made.author), "imported comment", file));
            report.view.comments += 1;
        }
    }

    fn step(&self, id: &TicketId, date: Timestamp, author: Option<&str>, what: &str, file: (String, Vec<u8>)) -> Step {
        Step {
            ticket: id.clone(),
            date,
            author: author.map_or_else(|| crate::desk::author(self.actor), |name| person(name, self.people)),
            subject: format!("{id}: {what}"),
            trailers: vec![("Loket-Command", "import".to_owned()), ("Loket-Ticket", id.to_string())],
            files: vec![file],
        }
    }
}

/// A stem above all others of its second, so that comments of one second keep their order; where there is none above,
/// of the next second.
fn next_stem(date: Timestamp, stems: &BTreeSet<String>) -> String {
    let second = basic(date);
    let last = stems.range(format!("{second}-")..format!("{second}.")).next_back();
    match last.map(|stem| tail_number(&stem[second.len() + 1..]).map(|tail| tail + 1).filter(|tail| *tail < TAILS)) {
        None => format!("{second}-0000"),
        Some(Some(tail)) => format!("{second}-{}", tail_of(tail)),
        Some(None) => next_stem(date + SignedDuration::from_secs(1), stems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_is_above_all_of_its_second() {
        let date: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
        let next = |stems: &[&str]| next_stem(date, &stems.iter().map(|stem| (*stem).to_owned()).collect());
        assert_eq!(next(&["20260301T095959Z-zzzz", "20260301T100001Z-0000"]), "20260301T100000Z-0000");
        assert_eq!(next(&["20260301T100000Z-0003"]), "20260301T100000Z-0004");
        assert_eq!(next(&["20260301T100000Z-0000", "20260301T100000Z-09zz"]), "20260301T100000Z-0a00");
        assert_eq!(next(&["20260301T100000Z-zzzz"]), "20260301T100001Z-0000");
    }
}

//! `processes/<slug>.md` to a process (files.md, Processes).

use super::frontmatter::{self, Fault};
use super::places::Places;
use super::policy::item::Item;
use super::policy::notes::{Notes, suggest};
use super::policy::set::{check_key, settings};
use super::policy::{Finding, Mention, MentionKind};
use super::reading::Reader;
use crate::domain::process::{Choice, End, Process, Step, Task, To};
use crate::domain::query::render_piece;

/// More steps than this are no process a person walks through.
const STEPS: usize = 1_000;

/// A process as far as it can be read, all that is wrong with it, and what it mentions.
#[derive(Debug)]
pub struct Parsed {
    /// `None` where too little can be read to walk through it.
    pub process: Option<Process>,
    pub faults: Vec<Finding>,
    pub mentions: Vec<Mention>,
}

/// Reads a process for whoever is to walk through it: the first error is an error.
pub fn parse_whole(slug: &str, bytes: &[u8]) -> Result<Process, Fault> {
    let parsed = parse(slug, bytes);
    match (parsed.faults.into_iter().find(|finding| !finding.warning), parsed.process) {
        (Some(finding), _) => Err(finding.fault),
        (None, Some(process)) => Ok(process),
        (None, None) => Err(Fault { line: 1, column: 1, message: "there are no steps".into(), hint: None }),
    }
}

/// Reads a process.
pub fn parse(slug: &str, bytes: &[u8]) -> Parsed {
    let mut notes = Notes::default();
    let process = match frontmatter::parse(bytes) {
        Ok(front) => {
            let text = std::str::from_utf8(bytes).unwrap_or_default();
            let places = Places::of_front_matter(text);
            let reader = Reader::new(&front);
            let title = reader.text("title").ok().flatten().unwrap_or_else(|| slug.to_owned());
            let start = reader.text("start").ok().flatten();
            let steps = front.get("steps").map(|value| Item::of(value, places.root().under("steps")));
            let steps = steps.map(|item| steps_of(&mut notes, item)).unwrap_or_default();
            // What is said of a step that cannot be read is enough: that it is not there need not be said as well.
            let failed = notes.faults.iter().any(|finding| !finding.warning);
            let (line, column) = front.position("steps");
            let mut wrong = |line, column, message: String| {
                notes.faults.push(Finding { fault: Fault { line, column, message, hint: None }, warning: false });
            };
            if steps.is_empty() && !failed {
                wrong(line, column, "a process wants 'steps': a mapping of name to {ask: …} or {do: …}".into());
            }
            let start = match start {
                Some(start) if steps.iter().any(|step| step.name == start) => Some(start),
                Some(_) if failed => None,
                Some(start) => {
                    let (line, column) = front.position("start");
                    wrong(line, column, format!("it starts with '{}', which is no step of it", render_piece(&start)));
                    None
                }
                None => steps.first().map(|step| step.name.clone()),
            };
            let body = front.body(text).to_owned();
            start.map(|start| Process { slug: slug.to_owned(), title, start, steps, body })
        }
        Err(fault) => {
            notes.faults.push(Finding { fault, warning: false });
            None
        }
    };
    Parsed { process, faults: notes.faults, mentions: notes.mentions }
}

fn steps_of(notes: &mut Notes, item: Item<'_>) -> Vec<Step> {
    let entries = notes.entries(item, "'steps' wants a mapping of name to {ask: …} or {do: …}");
    if entries.len() > STEPS {
        notes.wrong(item, format!("a process of {} steps", entries.len()), format!("at most {STEPS} are taken"));
    }
    entries.into_iter().take(STEPS).filter_map(|(name, item)| step(notes, name, item)).collect()
}

fn step(notes: &mut Notes, name: &str, item: Item<'_>) -> Option<Step> {
    item.entries().or_else(|| {
        notes.wrong(item, format!("step '{}' wants {{ask: …}} or {{do: …}}", render_piece(name)), "");
        None
    })?;
    let pattern = item.get("pattern").and_then(|value| {
        let slug = notes.text(value, "pattern")?;
        notes.mention(MentionKind::Pattern, value, slug.clone());
        Some(slug)
    });
    let task = match (item.get("ask"), item.get("do"), item.get("options")) {
        (Some(ask), None, Some(options)) => {
            notes.unknown_keys(item, "a question with options", &["ask", "options", "pattern"]);
            let question = notes.text(ask, "ask")?;
            let wanted = "'options' wants a mapping of answer to {next: STEP} or {end: …}";
            let choices = notes.entries(options, wanted);
            let choices = choices.into_iter().filter_map(|(name, item)| choice(notes, name, item)).collect();
            Task::Choose { question, choices }
        }
        (Some(ask), None, None) => {
            notes.unknown_keys(item, "a question", &["ask", "set", "next", "end", "pattern"]);
            let key = item.get("set").and_then(|value| {
                let key = notes.text(value, "set")?;
                check_key(notes, value, &key);
                Some(key)
            });
            Task::Tell { question: notes.text(ask, "ask")?, key, to: to(notes, item)? }
        }
        (None, Some(act), None) => {
            notes.unknown_keys(item, "a step with 'do'", &["do", "next", "end", "pattern"]);
            Task::Act { what: notes.text(act, "do")?, to: to(notes, item)? }
        }
        _ => {
            let said = format!("step '{}' wants either 'ask' (with or without 'options') or 'do'", render_piece(name));
            notes.wrong_key(item, said, "");
            return None;
        }
    };
    Some(Step { name: name.to_owned(), task, pattern, place: item.key_place() })
}

fn choice(notes: &mut Notes, name: &str, item: Item<'_>) -> Option<Choice> {
    item.entries().or_else(|| {
        notes.wrong(item, format!("answer '{}' wants {{next: STEP}} or {{end: …}}", render_piece(name)), "");
        None
    })?;
    notes.unknown_keys(item, "an answer", &["set", "next", "end"]);
    let set = item.get("set").map(|value| settings(notes, value)).unwrap_or_default();
    Some(Choice { name: name.to_owned(), set, to: to(notes, item)? })
}

/// `next: STEP` or `end: solve`.
fn to(notes: &mut Notes, item: Item<'_>) -> Option<To> {
    match (item.get("next"), item.get("end")) {
        (Some(next), None) => notes.text(next, "next").map(To::Step),
        (None, Some(end)) => {
            let word = notes.text(end, "end")?;
            let found = End::find(&word);
            if found.is_none() {
                let hint = suggest(&word, &End::ALL.map(End::name));
                notes.wrong(end, format!("'{}' is no end of a process", render_piece(&word)), hint);
            }
            found.map(To::End)
        }
        (None, None) => {
            notes.wrong_key(item, "it goes nowhere", "add `next: STEP` or `end: open`");
            None
        }
        (Some(_), Some(end)) => {
            notes.wrong_key(end, "it goes on and ends at once", "keep one of 'next' and 'end'");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "---\ntitle: Intake\nstart: who\nsteps:\n  who: {ask: \"Who?\", set: requester, next: kind}\n  \
        kind:\n    ask: What?\n    options:\n      broken: {set: {type: incident}, next: calm}\n      other: {end: open}\n  \
        calm: {do: Breathe, pattern: complaint, end: wait}\n---\nAlways.\n";

    #[test]
    fn a_process_is_read() {
        let parsed = parse("intake", TEXT.as_bytes());
        assert_eq!(parsed.faults, []);
        assert_eq!(parsed.mentions.len(), 2);
        let process = parsed.process.unwrap();
        assert_eq!(process.dangling(), []);
        assert_eq!(process.steps.iter().map(|step| step.place.0).collect::<Vec<_>>(), [5, 6, 11]);
        assert_eq!(process.body, "Always.\n");
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        for (from, to, line, word) in [
            ("end: wait", "end: weit", 11, "weit"),
            ("start: who", "start: whom", 3, "whom"),
            ("{do: Breathe, pattern: complaint, end: wait}", "{do: Breathe}", 11, "nowhere"),
            ("ask: What?", "asks: What?", 6, "kind"),
            ("calm: {do: Breathe, pattern: complaint, end: wait}", "calm: soon", 11, "calm"),
        ] {
            let parsed = parse("x", TEXT.replace(from, to).as_bytes());
            let hit = parsed.faults.iter().find(|found| found.fault.message.contains(word));
            assert_eq!(hit.map(|found| found.fault.line), Some(line), "{to}: {:?}", parsed.faults);
        }
    }
}

//! What of a history goes through an export and comes out as a commit again. An export holds the comments as they are
//! now and the fields' changes; a commit that did anything else cannot be made again, and counts on neither side.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::domain::event::FieldChange;
use crate::format::interchange::EventRecord;

/// The comments events tell of that are no longer in the thread.
pub fn gone(events: &[EventRecord], thread: &HashSet<&str>) -> HashSet<String> {
    let told = events.iter().filter_map(|event| event.comment.as_deref());
    told.filter(|stem| !thread.contains(stem)).map(str::to_owned).collect()
}

/// The events that can be made again, each with what of it can.
pub fn surviving(events: &[EventRecord], gone: &HashSet<String>) -> Vec<EventRecord> {
    let mut sieve = Sieve { gone, values: HashMap::new(), added: HashSet::new() };
    let mut kept: Vec<EventRecord> = Vec::new();
    for event in events {
        let mut event = sieve.strip(event);
        event.created &= kept.is_empty();
        if event.created || event.comment.is_some() || !event.changes.is_empty() {
            kept.push(event);
        }
    }
    kept
}

/// Whether two events are the same commit's. The first is the ticket's creation, whatever came before it is unknown.
pub fn is_same(have: &EventRecord, want: &EventRecord, is_first: bool) -> bool {
    let results = |event: &EventRecord| -> Vec<(String, Value)> {
        event.changes.iter().map(|change| (change.field.clone(), change.to.clone())).collect()
    };
    have.date.as_second() == want.date.as_second()
        && have.author.email == want.author.email
        && have.comment == want.comment
        && (is_first || results(have) == results(want))
}

/// What is known of a history so far.
struct Sieve<'a> {
    gone: &'a HashSet<String>,
    /// The value of each field, or of the text of the comment with this stem.
    values: HashMap<(String, Option<String>), Value>,
    /// The comments that were added.
    added: HashSet<String>,
}

impl Sieve<'_> {
    fn strip(&mut self, event: &EventRecord) -> EventRecord {
        let stem = event.comment.clone().filter(|stem| !self.gone.contains(stem));
        let mut changes = Vec::new();
        for change in &event.changes {
            let keep = match change.field.as_str() {
                // A ticket that went and came again; its first coming is the one that counts.
                "ticket" => false,
                "comment" => stem.as_deref().is_some_and(|stem| self.edits(stem, change)),
                _ => self.sets(None, change),
            };
            if keep {
                changes.push(change.clone());
            }
        }
        let edited = changes.iter().any(|change| change.field == "comment");
        let comment = stem.filter(|stem| edited || self.adds(event, stem));
        EventRecord { changes, comment, ..event.clone() }
    }

    /// Whether a comment that is there gets another text. One that nobody has seen come is added as it becomes; of a
    /// file that was removed or unreadable the text is not known.
    fn edits(&mut self, stem: &str, change: &FieldChange) -> bool {
        change.from.is_string() && change.to.is_string() && {
            let differs = self.sets(Some(stem), change);
            differs && self.added.contains(stem)
        }
    }

    /// Whether a comment comes, for the first time.
    fn adds(&mut self, event: &EventRecord, stem: &str) -> bool {
        let to = event.changes.iter().find(|change| change.field == "comment").map(|change| &change.to);
        to.is_none_or(Value::is_string) && self.added.insert(stem.to_owned())
    }

    /// Whether a value becomes another.
    fn sets(&mut self, stem: Option<&str>, change: &FieldChange) -> bool {
        let place = (change.field.clone(), stem.map(str::to_owned));
        let before = self.values.insert(place, change.to.clone());
        before.as_ref().unwrap_or(&change.from) != &change.to
    }
}

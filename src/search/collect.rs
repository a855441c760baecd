//! Which documents match, in which order.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use anyhow::Context;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::Query;
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader};

use super::damage::Damaged;
use crate::domain::id::TicketId;
use crate::failure::{Failure, Result};

/// One key of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    pub name: &'static str,
    pub descending: bool,
}

/// What `--sort` takes, and the column each stands for.
const SORTABLE: [(&str, &str); 22] = [
    ("id", "key"),
    ("priority", "priority"),
    ("status", "status"),
    ("state", "state"),
    ("type", "type"),
    ("assignee", "assignee"),
    ("team", "team"),
    ("requester", "requester"),
    ("channel", "channel"),
    ("language", "language"),
    ("title", "title_order"),
    ("created", "created"),
    ("age", "created"),
    ("updated", "updated"),
    ("closed", "closed"),
    ("due", "due"),
    ("comments", "comments"),
    ("satisfaction", "satisfaction"),
    ("first-response", "first_response"),
    ("first_response", "first_response"),
    ("answered-by", "answered_by"),
    ("external-id", "external_id"),
];

/// Reads `-priority,created`.
pub fn parse_sort(text: &str) -> Result<Vec<SortKey>> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse_key).collect()
}

fn parse_key(part: &str) -> Result<SortKey> {
    let (descending, word) = match part.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, part),
    };
    let Some((name, column)) = SORTABLE.iter().find(|(name, _)| *name == word) else {
        let names = SORTABLE.map(|(name, _)| name).join(", ");
        let near = SORTABLE.iter().map(|(name, _)| *name).min_by_key(|name| strsim::damerau_levenshtein(name, word));
        let near = near.filter(|near| strsim::damerau_levenshtein(near, word) <= 2);
        let failure = Failure::usage(format!("there is no order by '{}'", word.escape_debug()));
        let failure = failure.maybe_hint(near.map(|near| format!("did you mean '{near}'?")));
        return Err(failure.hint(format!("the orders are {names}; a leading - turns one round")).into());
    };
    // The age grows as the time of creation falls.
    Ok(SortKey { name: column, descending: descending != (*name == "age") })
}

impl SortKey {
    /// Whether it is known only with the timeline.
    pub fn needs_timeline(&self) -> bool {
        matches!(self.name, "updated" | "closed" | "due")
    }

    fn is_text(&self) -> bool {
        !matches!(
            self.name,
            "key"
                | "priority"
                | "created"
                | "updated"
                | "closed"
                | "due"
                | "comments"
                | "satisfaction"
                | "first_response"
        )
    }
}

/// The keys of documents that something newer stands for.
pub type Shadow = Arc<HashSet<u64>>;

/// Gathers the documents of a query, those in the shadow left out.
pub struct Gather {
    pub shadow: Shadow,
}

/// A document found.
pub type Found = DocAddress;

pub struct GatherSegment {
    segment: SegmentOrdinal,
    shadow: Option<(Shadow, Column<u64>)>,
    found: Vec<Found>,
}

/// The tickets of a query's documents, those in the shadow left out.
pub fn ids_in(searcher: &Searcher, query: &dyn Query, shadow: &Shadow) -> Result<Vec<TicketId>> {
    let found = searcher.search(query, &Gather { shadow: shadow.clone() }).context(Damaged)?;
    let keys = keys(searcher)?;
    let key = |address: &Found| keys[address.segment_ord as usize].first(address.doc_id);
    Ok(found.iter().filter_map(|address| TicketId::from_number(key(address)?)).collect())
}

/// The column of keys of each segment.
pub fn keys(searcher: &Searcher) -> Result<Vec<Column<u64>>> {
    searcher.segment_readers().iter().map(|reader| reader.fast_fields().u64("key").context(Damaged)).collect()
}

impl Collector for Gather {
    type Fruit = Vec<Found>;
    type Child = GatherSegment;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<GatherSegment> {
        let shadow =
            if self.shadow.is_empty() { None } else { Some((self.shadow.clone(), reader.fast_fields().u64("key")?)) };
        Ok(GatherSegment { segment, shadow, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Vec<Found>>) -> tantivy::Result<Vec<Found>> {
        Ok(fruits.concat())
    }
}

impl SegmentCollector for GatherSegment {
    type Fruit = Vec<Found>;

    fn collect(&mut self, doc: DocId, _score: Score) {
        if let Some((shadow, keys)) = &self.shadow
            && keys.first(doc).is_some_and(|key| shadow.contains(&key))
        {
            return;
        }
        self.found.push(DocAddress::new(self.segment, doc));
    }

    fn harvest(self) -> Vec<Found> {
        self.found
    }
}

/// A value to order by: absent ones come last either way.
#[derive(Debug, Clone, PartialEq)]
enum Rank {
    Number(i64),
    Text(String),
    Absent,
}

/// A document with what it is ordered by.
pub struct Ranked<T> {
    pub what: T,
    ranks: Vec<Rank>,
    key: u64,
}

impl<T> Ranked<T> {
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Ranked<U> {
        Ranked { what: change(self.what), ranks: self.ranks, key: self.key }
    }
}

/// Orders documents of several indexes by the keys, then by id; keeps the first `limit`.
pub fn order<T>(mut rows: Vec<Ranked<T>>, keys: &[SortKey], limit: Option<usize>) -> Vec<T> {
    let compare = |a: &Ranked<T>, b: &Ranked<T>| compare(a, b, keys);
    if let Some(limit) = limit.filter(|limit| *limit < rows.len()) {
        if limit > 0 {
            rows.select_nth_unstable_by(limit - 1, compare);
        }
        rows.truncate(limit);
    }
    rows.sort_unstable_by(compare);
    rows.into_iter().map(|row| row.what).collect()
}

fn compare<T>(a: &Ranked<T>, b: &Ranked<T>, keys: &[SortKey]) -> Ordering {
    for (key, (left, right)) in keys.iter().zip(a.ranks.iter().zip(&b.ranks)) {
        let side = match (left, right) {
            (Rank::Absent, Rank::Absent) => Ordering::Equal,
            (Rank::Absent, _) => return Ordering::Greater,
            (_, Rank::Absent) => return Ordering::Less,
            (Rank::Number(left), Rank::Number(right)) => left.cmp(right),
            (Rank::Text(left), Rank::Text(right)) => left.cmp(right),
            (Rank::Number(_), Rank::Text(_)) => Ordering::Less,
            (Rank::Text(_), Rank::Number(_)) => Ordering::Greater,
        };
        let side = if key.descending { side.reverse() } else { side };
        if side.is_ne() {
            return side;
        }
    }
    a.key.cmp(&b.key)
}

enum Source {
    Number(Column<i64>),
    Unsigned(Column<u64>),
    Text(StrColumn),
    Nothing,
}

fn source(reader: &SegmentReader, key: &SortKey) -> tantivy::Result<Source> {
    let columns = reader.fast_fields();
    if key.is_text() {
        return Ok(columns.str(key.name)?.map_or(Source::Nothing, Source::Text));
    }
    match key.name {
        "key" | "priority" => Ok(Source::Unsigned(columns.u64(key.name)?)),
        _ => Ok(Source::Number(columns.i64(key.name)?)),
    }
}

/// Reads what documents are ordered by.
pub fn rank(searcher: &Searcher, found: &[Found], keys: &[SortKey]) -> tantivy::Result<Vec<Ranked<DocAddress>>> {
    let mut rows = Vec::with_capacity(found.len());
    for (ordinal, reader) in searcher.segment_readers().iter().enumerate() {
        let here = found.iter().filter(|address| address.segment_ord as usize == ordinal);
        let own = reader.fast_fields().u64("key")?;
        let sources = keys.iter().map(|key| source(reader, key)).collect::<tantivy::Result<Vec<_>>>()?;
        for address in here {
            let ranks = sources.iter().map(|source| read(source, address.doc_id)).collect();
            rows.push(Ranked { what: *address, ranks, key: own.first(address.doc_id).unwrap_or_default() });
        }
    }
    Ok(rows)
}

fn read(source: &Source, doc: DocId) -> Rank {
    match source {
        Source::Number(column) => column.first(doc).map_or(Rank::Absent, Rank::Number),
        Source::Unsigned(column) => column.first(doc).map_or(Rank::Absent, |value| Rank::Number(value as i64)),
        Source::Text(column) => text(column, doc).map_or(Rank::Absent, Rank::Text),
        Source::Nothing => Rank::Absent,
    }
}

fn text(column: &StrColumn, doc: DocId) -> Option<String> {
    let ordinal = column.term_ords(doc).next()?;
    let mut text = String::new();
    column.ord_to_str(ordinal, &mut text).ok().filter(|found| *found).map(|_| text)
}

/// Counts the documents by each value of a field; `None` is those without one.
pub fn group(
    searcher: &Searcher,
    found: &[Found],
    column: &str,
    into: &mut BTreeMap<Option<String>, usize>,
) -> tantivy::Result<()> {
    for (ordinal, reader) in searcher.segment_readers().iter().enumerate() {
        let here = found.iter().filter(|address| address.segment_ord as usize == ordinal);
        let Some(column) = reader.fast_fields().str(column)? else {
            *into.entry(None).or_default() += here.count();
            continue;
        };
        let mut counts: BTreeMap<Option<u64>, usize> = BTreeMap::new();
        for address in here {
            let mut values = column.term_ords(address.doc_id).peekable();
            if values.peek().is_none() {
                *counts.entry(None).or_default() += 1;
            }
            values.for_each(|value| *counts.entry(Some(value)).or_default() += 1);
        }
        for (value, count) in counts {
            let mut text = String::new();
            let key = match value {
                Some(value) => column.ord_to_str(value, &mut text)?.then_some(text),
                None => None,
            };
            *into.entry(key).or_default() += count;
        }
    }
    Ok(())
}

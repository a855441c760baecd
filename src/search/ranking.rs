//! The best documents of a ranked query, the same ones whatever segments they lie in.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::collect::Shadow;
use super::schema::kinds;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HitKind {
    Ticket,
    Comment,
    Article,
    Pattern,
}

impl HitKind {
    pub const ALL: [HitKind; 4] = [HitKind::Ticket, HitKind::Comment, HitKind::Article, HitKind::Pattern];

    pub fn name(self) -> &'static str {
        [kinds::TICKET, kinds::COMMENT, kinds::ARTICLE, kinds::PATTERN][self as usize]
    }
}

/// Scores are told in steps of this: what the order of additions changes in a sum of floats is far below it.
const STEP: f32 = 1.0 / 1024.0;

/// A document found. Best first: by score, then kind, then the newest key, then the order within its ticket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    pub score: f32,
    pub kind: HitKind,
    pub key: u64,
    pub address: DocAddress,
}

impl Eq for Scored {}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        let score = other.score.total_cmp(&self.score);
        score
            .then(self.kind.cmp(&other.kind))
            .then(other.key.cmp(&self.key))
            .then(self.address.doc_id.cmp(&other.address.doc_id))
    }
}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Which documents count, and how many are wanted.
#[derive(Clone)]
pub struct Best {
    pub shadow: Shadow,
    /// The keys a filter leaves; `None` where there is none.
    pub allowed: Option<Arc<HashSet<u64>>>,
    pub kinds: Arc<Vec<HitKind>>,
    pub limit: Option<usize>,
}

pub struct BestSegment {
    best: Best,
    segment: SegmentOrdinal,
    keys: Column<u64>,
    kinds: StrColumn,
    /// By the ordinal of the kind's term in this segment; `None` for what is not wanted.
    wanted: Vec<Option<HitKind>>,
    found: Vec<Scored>,
}

impl BestSegment {
    fn judge(&self, doc: DocId, score: Score) -> Option<Scored> {
        let ordinal = self.kinds.term_ords(doc).next()?;
        let kind = self.wanted.get(ordinal as usize).copied().flatten()?;
        let key = self.keys.first(doc)?;
        let counts =
            !self.best.shadow.contains(&key) && self.best.allowed.as_ref().is_none_or(|allowed| allowed.contains(&key));
        let score = (score / STEP).round() * STEP;
        counts.then(|| Scored { score, kind, key, address: DocAddress::new(self.segment, doc) })
    }
}

impl SegmentCollector for BestSegment {
    type Fruit = Vec<Scored>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.found.extend(self.judge(doc, score));
    }

    fn harvest(self) -> Vec<Scored> {
        self.found
    }
}

impl Collector for Best {
    type Fruit = Vec<Scored>;
    type Child = BestSegment;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<BestSegment> {
        let columns = reader.fast_fields();
        let kinds = columns.str("kind")?.ok_or_else(|| tantivy::TantivyError::FieldNotFound("kind".into()))?;
        let mut wanted = Vec::new();
        for ordinal in 0..kinds.num_terms() as u64 {
            let mut name = String::new();
            kinds.ord_to_str(ordinal, &mut name)?;
            wanted.push(self.kinds.iter().copied().find(|kind| kind.name() == name));
        }
        Ok(BestSegment { best: self.clone(), segment, keys: columns.u64("key")?, kinds, wanted, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<Vec<Scored>>) -> tantivy::Result<Vec<Scored>> {
        Ok(fruits.concat())
    }

    /// With a limit, what cannot be among the best of the segment is never looked at.
    fn collect_segment(
        &self,
        weight: &dyn Weight,
        ordinal: u32,
        reader: &SegmentReader,
    ) -> tantivy::Result<Vec<Scored>> {
        let mut segment = self.for_segment(ordinal, reader)?;
        let alive = |doc: DocId| reader.alive_bitset().is_none_or(|bits| bits.is_alive(doc));
        let Some(limit) = self.limit else {
            weight.for_each(reader, &mut |doc, score| {
                if alive(doc) {
                    segment.collect(doc, score);
                }
            })?;
            return Ok(segment.harvest());
        };
        // The worst on top, to be thrown out first.
        let mut best: BinaryHeap<Scored> = BinaryHeap::with_capacity(limit.min(1000) + 1);
        let mut threshold = Score::MIN;
        weight.for_each_pruning(threshold, reader, &mut |doc, score| {
            if limit > 0
                && alive(doc)
                && let Some(scored) = segment.judge(doc, score)
            {
                best.push(scored);
                if best.len() > limit {
                    best.pop();
                }
                if best.len() == limit {
                    // What scores as the worst may still come before it by its key.
                    threshold = best.peek().map_or(threshold, |worst| worst.score - STEP);
                }
            }
            threshold
        })?;
        Ok(best.into_vec())
    }
}

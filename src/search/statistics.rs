//! The figures BM25 ranks by, over the live documents alone: a deleted or shadowed document never moves a score, so an
//! index caught up step by step ranks exactly as one built anew.

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, SegmentReader, TERMINATED, Term};

use super::collect::Shadow;
use super::schema::kinds;

/// Live documents of several searchers.
pub struct Live<'a> {
    /// Each with the keys something newer stands for.
    pub parts: Vec<(&'a Searcher, Shadow)>,
    /// The field that says what a document is.
    pub kind: Field,
}

impl Live<'_> {
    fn each(
        &self,
        mut count: impl FnMut(&SegmentReader, &dyn Fn(u32) -> bool) -> tantivy::Result<u64>,
    ) -> tantivy::Result<u64> {
        let mut total = 0;
        for (searcher, shadow) in &self.parts {
            for reader in searcher.segment_readers() {
                let keys = reader.fast_fields().u64("key")?;
                let hidden = |doc| !shadow.is_empty() && keys.first(doc).is_some_and(|key| shadow.contains(&key));
                let bits = reader.alive_bitset();
                total += count(reader, &|doc| bits.is_none_or(|bits| bits.is_alive(doc)) && !hidden(doc))?;
            }
        }
        Ok(total)
    }

    fn is_whole(&self, reader: &SegmentReader) -> bool {
        !reader.has_deletes() && self.parts.iter().all(|(_, shadow)| shadow.is_empty())
    }
}

impl Bm25StatisticsProvider for Live<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.each(|reader, live| {
            let norms = reader.get_fieldnorms_reader(field)?;
            Ok((0..reader.max_doc()).filter(|doc| live(*doc)).map(|doc| u64::from(norms.fieldnorm(doc))).sum())
        })
    }

    /// What can be found counts; what only notes a commit, a customer or a broken file does not.
    fn total_num_docs(&self) -> tantivy::Result<u64> {
        let kinds = [kinds::TICKET, kinds::COMMENT, kinds::ARTICLE, kinds::PATTERN];
        kinds.into_iter().map(|kind| self.doc_freq(&Term::from_field_text(self.kind, kind))).sum()
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.each(|reader, live| {
            let index = reader.inverted_index(term.field())?;
            if self.is_whole(reader) {
                return Ok(index.doc_freq(term)?.into());
            }
            let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else { return Ok(0) };
            let mut count = 0;
            while postings.doc() != TERMINATED {
                count += u64::from(live(postings.doc()));
                postings.advance();
            }
            Ok(count)
        })
    }
}

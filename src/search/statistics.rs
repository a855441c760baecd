//! The figures BM25 ranks by, over the live documents alone: a deleted or shadowed document never moves a score, so an
//! index caught up step by step ranks exactly as one built anew.

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use super::collect::Shadow;
use super::schema::{Fields, kinds};

/// Words of a text, for BM25's share of length. The true mean would need the lengths of all live documents at every
/// search, and the ranking hardly feels it.
const WORDS_OF_A_TEXT: u64 = 50;

/// Live documents of several searchers.
pub struct Live<'a> {
    /// Each with the keys something newer stands for.
    pub parts: Vec<(&'a Searcher, Shadow)>,
    pub fields: &'a Fields,
}

impl Live<'_> {
    /// The documents of a segment that do not count, in order: the deleted and the shadowed.
    fn hidden(&self, reader: &SegmentReader, shadow: &Shadow) -> tantivy::Result<Vec<DocId>> {
        let mut hidden = Vec::new();
        if let Some(bits) = reader.alive_bitset() {
            hidden.extend((0..reader.max_doc()).filter(|doc| !bits.is_alive(*doc)));
        }
        if shadow.is_empty() {
            return Ok(hidden);
        }
        let keys = reader.inverted_index(self.fields.key)?;
        for key in shadow.iter() {
            let term = Term::from_field_u64(self.fields.key, *key);
            if let Some(mut postings) = keys.read_postings(&term, IndexRecordOption::Basic)? {
                while postings.doc() != TERMINATED {
                    hidden.push(postings.doc());
                    postings.advance();
                }
            }
        }
        hidden.sort_unstable();
        hidden.dedup();
        Ok(hidden)
    }
}

impl Bm25StatisticsProvider for Live<'_> {
    fn total_num_tokens(&self, _field: Field) -> tantivy::Result<u64> {
        Ok(self.total_num_docs()? * WORDS_OF_A_TEXT)
    }

    /// What can be found counts; what only notes a commit, a customer or a broken file does not.
    fn total_num_docs(&self) -> tantivy::Result<u64> {
        let kinds = [kinds::TICKET, kinds::COMMENT, kinds::ARTICLE, kinds::PATTERN];
        kinds.into_iter().map(|kind| self.doc_freq(&Term::from_field_text(self.fields.kind, kind))).sum()
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let mut total = 0;
        for (searcher, shadow) in &self.parts {
            for reader in searcher.segment_readers() {
                let index = reader.inverted_index(term.field())?;
                let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else { continue };
                total += u64::from(index.doc_freq(term)?);
                for doc in self.hidden(reader, shadow)? {
                    if postings.doc() < doc {
                        postings.seek(doc);
                    }
                    total -= u64::from(postings.doc() == doc);
                }
            }
        }
        Ok(total)
    }
}

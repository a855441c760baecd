//! What a query does not match. tantivy's own exclusion asks phrases and ranges for documents they have passed already,
//! which its debug assertions refuse (0.27.0); a bit a document is as fast and has no such corner.

use tantivy::query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{BitSet, DocId, Score, SegmentReader, TantivyError, Term};

/// Matches the documents its query does not.
#[derive(Debug)]
pub struct Complement(pub Box<dyn Query>);

impl Clone for Complement {
    fn clone(&self) -> Self {
        Complement(self.0.box_clone())
    }
}

impl Query for Complement {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let unscored = EnableScoring::disabled_from_schema(scoring.schema());
        let unscored = scoring.searcher().map_or(unscored, EnableScoring::disabled_from_searcher);
        Ok(Box::new(ComplementWeight(self.0.weight(unscored)?)))
    }

    fn query_terms<'a>(&'a self, _visitor: &mut dyn FnMut(&'a Term, bool)) {}
}

struct ComplementWeight(Box<dyn Weight>);

impl Weight for ComplementWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut left = BitSet::with_max_value_and_full(reader.max_doc());
        self.0.for_each_no_score(reader, &mut |docs| docs.iter().for_each(|doc| left.remove(*doc)))?;
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(left), boost)))
    }

    fn explain(&self, _reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument(format!("a complement does not explain document {doc}")))
    }
}

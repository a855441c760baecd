//! The index: a cache beside the desk that answers what the path does not. The only user of tantivy.
//!
//! `reader` opens it for a snapshot: what changed since the indexed commit is laid over it in memory (`overlay`), or
//! caught up on disk when it is much (`writer`). Deleting it changes no answer.

mod analyzer;
mod changed;
mod collect;
mod compile;
mod complement;
mod damage;
mod document;
mod hits;
mod lives;
mod opening;
mod orgs;
mod public;
mod ranking;
mod reader;
mod schema;
mod snippet;
mod spill;
mod statistics;
mod store;
mod suggest;
mod timeline;
mod trail;
mod writer;

pub use analyzer::Words;
pub use collect::{SortKey, parse_sort};
pub use damage::{Damaged, discard};
pub use document::{Row, RowPage};
pub use hits::Hit;
pub use opening::{Derive, Level, Opening};
pub use public::{PublicHits, PublicIndex, PublicText};
pub use ranking::HitKind;
pub use reader::Reader;
pub use store::{IndexStatus, status};
pub use suggest::Topic;

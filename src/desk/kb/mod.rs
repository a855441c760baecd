//! The knowledge base: articles and their versions, which are git's.

mod library;
mod links;
mod read;
mod versions;
mod web;
mod write;

pub use library::Library;
pub use read::Shelf;
pub(in crate::desk) use versions::Translations;
pub use web::{Placed, Web, Wrong};
pub use write::NewArticle;

//! The knowledge base: articles and their versions, which are git's.

mod library;
mod read;
mod versions;
mod write;

pub use library::Library;
pub use read::Shelf;
pub use write::NewArticle;

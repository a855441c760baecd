//! The links and anchors of a markdown file.
//!
//! Everything here has places in the whole file, front matter included, so that a finding can point there and a link
//! can be mended by replacing the bytes of its target.

mod anchors;
mod destination;
mod html;
mod markdown;
mod places;
mod shallow;
#[cfg(test)]
mod tests;
mod words;

use std::ops::Range;

pub use crate::domain::links::LinkKind;
pub use places::{Places, position};
pub(super) use shallow::shallow;

/// A link as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub kind: LinkKind,
    /// It is shown in place rather than followed.
    pub image: bool,
    /// Where the whole link begins, in bytes of the file.
    pub at: usize,
    /// What it says it leads to: a destination with its escapes resolved; a slug with its anchor and without the shown
    /// text; an id as written, without the `#`.
    pub target: String,
    /// The bytes of the file to replace for another target. A reference link's are those of its definition.
    pub target_range: Range<usize>,
}

/// The links and anchors of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// In order of their places. Autolinks, bare addresses and definitions nothing uses are none.
    pub links: Vec<Link>,
    /// Those of the headings and the explicit ones, in order of their places.
    pub anchors: Vec<String>,
}

/// The anchors of the headings of a body, one for each in their order, whatever else sets anchors.
pub(super) fn heading_anchors(body: &str) -> Vec<String> {
    let mut reading = markdown::Reading::new(body);
    reading.read();
    reading.into_heading_anchors()
}

/// Reads the links and anchors of a file whose markdown begins at the byte `body`. Internal parts are read as well.
pub fn scan(text: &str, body: usize) -> Scan {
    let source = shallow::shallow(text.get(body..).unwrap_or_default());
    let mut reading = markdown::Reading::new(&source);
    reading.read();
    let (mut links, runs, anchors) = reading.into_parts();
    words::collect(&source, &runs, &mut links);
    links.sort_by_key(|link| link.at);
    for link in &mut links {
        link.at += body;
        link.target_range = link.target_range.start + body..link.target_range.end + body;
    }
    Scan { links, anchors }
}

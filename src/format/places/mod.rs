//! Where the keys and values of a YAML text stand, however deep: for what is said about them.
//!
//! Made for texts the reader of [`super::frontmatter`] has accepted. Of another text, or where a form is not
//! understood (`? key`, a key that is an alias), the place told is that of the nearest value around.

mod block;
mod cursor;
mod flow;
mod node;
#[cfg(test)]
mod tests;

use node::{Inside, Node};

/// A line and a column, both from 1, the column in characters.
pub type Place = (usize, usize);

/// So many bytes lie between two places the characters are counted to: a long line is not counted for each value.
const STRIDE: usize = 1024;

/// The places of one text.
#[derive(Debug)]
pub struct Places<'t> {
    text: &'t str,
    /// The byte each line begins at.
    lines: Vec<usize>,
    /// The characters before every so many bytes.
    counted: Vec<usize>,
    /// Lines of the file above the text.
    above: usize,
    root: Node,
}

impl<'t> Places<'t> {
    /// Of a whole file of YAML.
    pub fn parse(text: &'t str) -> Places<'t> {
        Places::parse_below(text, 0)
    }

    /// Of YAML that begins below so many lines of its file: 1 for the text between the `---` of a front matter.
    pub fn parse_below(text: &'t str, above: usize) -> Places<'t> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        let mut counted = vec![0];
        for chunk in text.as_bytes().chunks(STRIDE) {
            counted.push(counted[counted.len() - 1] + characters(chunk));
        }
        Places { text, lines, counted, above, root: block::scan(text) }
    }

    /// Of the front matter of a file, the two `---` left out.
    pub fn of_front_matter(text: &'t str) -> Places<'t> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text.split_inclusive('\n');
        let start = lines.next().map_or(0, str::len);
        let inside = lines.take_while(|line| line.trim_end() != "---").map(str::len).sum::<usize>();
        Places::parse_below(&text[start..start + inside], 1)
    }

    /// The whole text, to go down from.
    pub fn root(&self) -> Spot<'_> {
        Spot { places: self, node: &self.root, key: self.root.at }
    }

    /// Where the value at a path begins, its quote or bracket included; the key where it has no value. Keys by their
    /// text, items of a list by their number from 0; where the path leads nowhere, the last value on the way.
    pub fn value(&self, path: &[&str]) -> Place {
        self.spot(path).value()
    }

    /// Where the key of the value at a path stands; of an item of a list, where the item begins.
    pub fn key(&self, path: &[&str]) -> Place {
        self.spot(path).key()
    }

    /// Where the text of the value at a path begins, behind its quote or on the line below its `|`.
    pub fn text(&self, path: &[&str]) -> Place {
        self.spot(path).text()
    }

    fn spot(&self, path: &[&str]) -> Spot<'_> {
        path.iter().fold(self.root(), |spot, step| spot.step(step))
    }

    fn locate(&self, at: usize) -> Place {
        let line = self.lines.partition_point(|&start| start <= at).max(1);
        (line + self.above, self.characters_before(at) - self.characters_before(self.lines[line - 1]) + 1)
    }

    fn characters_before(&self, at: usize) -> usize {
        let counted = self.counted.get(at / STRIDE).copied().unwrap_or_default();
        counted + characters(self.text.as_bytes().get(at / STRIDE * STRIDE..at).unwrap_or_default())
    }
}

/// The characters that begin in some bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

/// One value of a text.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'p> {
    places: &'p Places<'p>,
    node: &'p Node,
    key: usize,
}

impl<'p> Spot<'p> {
    /// The value of a key of this mapping; this one where there is none.
    pub fn under(self, key: &str) -> Spot<'p> {
        match &self.node.inside {
            Inside::Map(entries) => {
                entries.get(key).map_or(self, |entry| Spot { node: &entry.value, key: entry.key, ..self })
            }
            _ => self,
        }
    }

    /// An item of this list, from 0; this one where there is none.
    pub fn item(self, index: usize) -> Spot<'p> {
        match &self.node.inside {
            Inside::List(items) => items.get(index).map_or(self, |node| Spot { node, key: node.at, ..self }),
            _ => self,
        }
    }

    fn step(self, step: &str) -> Spot<'p> {
        match (&self.node.inside, step.parse()) {
            (Inside::List(_), Ok(index)) => self.item(index),
            _ => self.under(step),
        }
    }

    /// See [`Places::value`].
    pub fn value(self) -> Place {
        self.places.locate(self.node.at)
    }

    /// See [`Places::key`].
    pub fn key(self) -> Place {
        self.places.locate(self.key)
    }

    /// See [`Places::text`].
    pub fn text(self) -> Place {
        self.places.locate(self.node.text)
    }
}

//! What to replace in the text so that a key has another value.

use super::render::{is_block, render_children, render_inline, render_item, render_pair};
use super::scalar::Place;
use super::scan::{Block, Inside, blocks, items, rows};
use serde_yaml::{Mapping, Value};
use std::ops::Range;

/// A piece of the text and what to put in its place.
pub(super) type Splice = (Range<usize>, String);

/// A text with all splices done; they do not overlap.
pub(super) fn apply(text: &str, mut splices: Vec<Splice>) -> String {
    splices.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for (range, new) in splices {
        out.push_str(text.get(done..range.start).unwrap_or_default());
        out.push_str(&new);
        done = range.end.max(done);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// A text and how its lines end.
pub(super) struct Page<'a> {
    pub text: &'a str,
    pub newline: &'a str,
}

impl Page<'_> {
    /// Gives the key of a block another value, in the style the old one has. None where the block is too unusual.
    pub fn replace(&self, block: &Block, old: &Value, new: &Value) -> Option<Vec<Splice>> {
        match (&block.inside, old, new) {
            (Inside::Children, Value::Sequence(old), Value::Sequence(new)) if !new.is_empty() => {
                self.merge_list(block, old, new)
            }
            (Inside::Children, Value::Mapping(old), Value::Mapping(new)) if !new.is_empty() => {
                self.merge_mapping(block, old, new)
            }
            _ if self.goes_below(block, old, new) => self.write_below(block, new),
            _ => self.write_inline(block, new),
        }
    }

    /// Whether the new value is written on lines below its key. A flow collection with something in it stays flow.
    fn goes_below(&self, block: &Block, old: &Value, new: &Value) -> bool {
        let stays_flow = match (&block.inside, old, new) {
            (Inside::Inline(_), Value::Sequence(old), Value::Sequence(_)) => !old.is_empty(),
            (Inside::Inline(_), Value::Mapping(old), Value::Mapping(_)) => !old.is_empty(),
            _ => false,
        };
        !stays_flow && is_block(&block.key, new)
    }

    /// The old value on the key's line is replaced; what stood below goes, a comment on the line stays.
    fn write_inline(&self, block: &Block, new: &Value) -> Option<Vec<Splice>> {
        let new = render_inline(new, Place::Block);
        let below = (block.below..block.span.end, String::new());
        Some(match &block.inside {
            Inside::Inline(value) => vec![(self.without_comments(value)?, new)],
            Inside::Text(header) => vec![(header.clone(), new), below],
            Inside::Nothing | Inside::Children => vec![(block.colon..block.colon, format!(" {new}")), below],
        })
    }

    /// The old value goes, the new one is written on lines below.
    fn write_below(&self, block: &Block, new: &Value) -> Option<Vec<Splice>> {
        let margin = self.text[block.span.start..].bytes().take_while(|&byte| byte == b' ').count();
        let lines = render_children(new, margin + 2, self.newline);
        let after = block.span.end..block.span.end;
        Some(match &block.inside {
            Inside::Nothing => vec![(after, lines)],
            Inside::Inline(value) => {
                vec![(block.colon..self.without_comments(value)?.end, String::new()), (after, lines)]
            }
            Inside::Text(header) => {
                vec![(block.colon..header.end, String::new()), (block.below..block.span.end, lines)]
            }
            Inside::Children => vec![(block.below..block.span.end, lines)],
        })
    }

    /// The range, unless a comment between its lines would be lost.
    fn without_comments(&self, value: &Range<usize>) -> Option<Range<usize>> {
        let text = &self.text[value.clone()];
        let commented = text.contains('\n') && text.contains('#');
        (!commented).then(|| value.clone())
    }

    /// Items that stay keep their lines; the others go, new ones are written at their place.
    fn merge_list(&self, block: &Block, old: &[Value], new: &[Value]) -> Option<Vec<Splice>> {
        let (indent, items) = items(self.text, block.below..block.span.end)?;
        if items.len() != old.len() {
            return None;
        }
        let mut splices = Vec::new();
        let mut at = items.first()?.start;
        let mut next_new = 0;
        let mut kept = common(old, new).into_iter().peekable();
        let write = |from: usize, to: usize, at: usize, splices: &mut Vec<Splice>| {
            let lines: String = new[from..to].iter().map(|item| render_item(item, indent, self.newline)).collect();
            splices.push((at..at, lines));
        };
        for (index, item) in items.into_iter().enumerate() {
            match kept.next_if(|pair| pair.0 == index) {
                Some((_, place)) => {
                    write(next_new, place, at, &mut splices);
                    next_new = place + 1;
                }
                None => splices.push((item.clone(), String::new())),
            }
            at = item.end;
        }
        write(next_new, new.len(), at, &mut splices);
        Some(splices)
    }

    /// Keys that stay keep their lines; new ones are appended.
    fn merge_mapping(&self, block: &Block, old: &Mapping, new: &Mapping) -> Option<Vec<Splice>> {
        let range = block.below..block.span.end;
        let indent = rows(self.text, range.clone()).iter().find(|row| row.solid)?.indent;
        let children = blocks(self.text, range, indent)?;
        let mut splices = Vec::new();
        for child in &children {
            let before = old.get(child.key.as_str())?;
            match new.get(child.key.as_str()) {
                None => splices.push((child.span.clone(), String::new())),
                Some(after) if after == before => {}
                Some(after) => splices.extend(self.replace(child, before, after)?),
            }
        }
        let added = new.iter().filter(|(key, _)| !old.contains_key(*key));
        let lines: String = added.map(|(key, value)| render_pair(key, value, indent, self.newline)).collect();
        splices.push((block.span.end..block.span.end, lines));
        Some(splices)
    }
}

/// Pairs of equal items, as many as keep their order: places in the old and in the new list.
fn common(old: &[Value], new: &[Value]) -> Vec<(usize, usize)> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_mid, new_mid) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let mut pairs: Vec<(usize, usize)> = (0..head).map(|at| (at, at)).collect();
    pairs.extend(longest_common(old_mid, new_mid).into_iter().map(|(a, b)| (a + head, b + head)));
    pairs.extend((0..tail).map(|at| (old.len() - tail + at, new.len() - tail + at)));
    pairs
}

/// The longest common subsequence; nothing where finding it would take long.
fn longest_common(old: &[Value], new: &[Value]) -> Vec<(usize, usize)> {
    if old.len().saturating_mul(new.len()) > 1_000_000 {
        return Vec::new();
    }
    let mut best = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            best[a][b] = if old[a] == new[b] { best[a + 1][b + 1] + 1 } else { best[a + 1][b].max(best[a][b + 1]) };
        }
    }
    let (mut a, mut b, mut pairs) = (0, 0, Vec::new());
    while a < old.len() && b < new.len() {
        if old[a] == new[b] {
            pairs.push((a, b));
            (a, b) = (a + 1, b + 1);
        } else if best[a + 1][b] >= best[a][b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    pairs
}

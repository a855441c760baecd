//! Slugs in double brackets and ids of tickets, in text.

use std::ops::Range;

use super::{Link, LinkKind};
use crate::domain::id;

/// The longest slug, in characters.
const LONGEST: usize = 200;

/// Adds the slugs and tickets that stand in these ranges of plain text.
pub(super) fn collect(source: &str, runs: &[Range<usize>], links: &mut Vec<Link>) {
    let mut runs = runs.iter().cloned();
    let Some(mut run) = runs.next() else { return };
    for next in runs {
        if next.start >= run.end && source.get(run.end..next.start).is_some_and(|gap| joins(gap, &source[next.start..]))
        {
            run.end = next.end;
        } else {
            collect_run(source, run, links);
            run = next;
        }
    }
    collect_run(source, run, links);
}

/// Whether what the parser left out between two texts is no more than marks of emphasis, or the escape that a `|` has
/// in a table.
fn joins(gap: &str, next: &str) -> bool {
    gap.bytes().all(|byte| b"*_~".contains(&byte)) || (gap == "\\" && next.starts_with('|'))
}

fn collect_run(source: &str, run: Range<usize>, links: &mut Vec<Link>) {
    let bytes = source.as_bytes();
    let mut at = run.start;
    while at < run.end {
        let link = match bytes[at] {
            b'[' => read_slug(source, at, run.end),
            b'#' => read_ticket(source, at, run.end),
            _ => None,
        };
        match link {
            Some((link, end)) => {
                links.push(link);
                at = end;
            }
            None => at += 1,
        }
    }
}

/// The `[[slug]]` at `at`, and where it ends. Looks no further than the next bracket.
fn read_slug(source: &str, at: usize, end: usize) -> Option<(Link, usize)> {
    let inner = source.get(at..end)?.strip_prefix("[[")?;
    let close = inner.find(['[', ']', '\n'])?;
    if !inner[close..].starts_with("]]") || is_escaped(source, at) {
        return None;
    }
    let inner = &inner[..close];
    let named = inner.split('|').next().unwrap_or_default();
    let named = if named.len() < inner.len() { named.strip_suffix('\\').unwrap_or(named) } else { named };
    let target = named.trim();
    if target.is_empty() || target.chars().nth(LONGEST).is_some() {
        return None;
    }
    let start = at + 2 + (named.len() - named.trim_start().len());
    let target_range = start..start + target.len();
    Some((Link { kind: LinkKind::Slug, image: false, at, target: target.to_owned(), target_range }, at + 2 + close + 2))
}

/// Whether a backslash takes the meaning from what stands at `at`.
fn is_escaped(source: &str, at: usize) -> bool {
    source.as_bytes()[..at].iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
}

/// The `#261122-7k2qm` at `at`, and where it ends.
fn read_ticket(source: &str, at: usize, end: usize) -> Option<(Link, usize)> {
    let before = source[..at].chars().next_back();
    if before.is_some_and(|letter| letter.is_alphanumeric() || "&/#_".contains(letter)) || is_escaped(source, at) {
        return None;
    }
    let (digits, rest) = source.get(at + 1..end)?.split_at_checked(6)?;
    let tail = rest.strip_prefix('-')?;
    let length = tail.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(tail.len());
    let bounded = !tail[length..].starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
    let target = source.get(at + 1..at + 8 + length)?;
    let looks = digits.bytes().all(|byte| byte.is_ascii_digit()) && (4..=8).contains(&length) && bounded;
    if !looks || id::forgiving(target).is_none() {
        return None;
    }
    let target_range = at + 1..at + 1 + target.len();
    let end = target_range.end;
    Some((Link { kind: LinkKind::Ticket, image: false, at, target: target.to_owned(), target_range }, end))
}

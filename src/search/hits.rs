//! Ranked search over tickets, comments, articles and patterns.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::Context;
use tantivy::schema::Value as _;
use tantivy::{Searcher, TantivyDocument};

use super::compile::{Compiler, all, any, word};
use super::damage::Damaged;
use super::document::{Row, RowPage};
use super::ranking::{Best, HitKind, Scored};
use super::reader::Reader;
use super::schema::kinds;
use super::snippet::{Snippet, snippet, wanted};
use crate::domain::id::TicketId;
use crate::domain::query::{Expr, Test};
use crate::failure::Result;
use crate::format::{frontmatter, layout};
use crate::store::Oid;

/// One hit.
#[derive(Debug, Clone)]
pub struct Hit {
    pub kind: HitKind,
    /// A ticket's id, a comment's stem, a page's slug.
    pub id: String,
    pub ticket: Option<TicketId>,
    pub title: String,
    pub score: f32,
    pub snippet: Snippet,
    pub path: String,
}

/// What a search found, and how.
pub struct Hits {
    pub hits: Vec<Hit>,
    /// Nothing held all of the words, so these hold some.
    pub some_words_only: bool,
}

impl Reader<'_> {
    /// The best hits first. Words are joined by AND; where nothing has all of them (or with `any`), by OR. Conditions on
    /// fields filter in either case; a comment is judged by its ticket.
    pub fn search(&self, expr: &Expr, kinds: &[HitKind], any_word: bool, limit: Option<usize>) -> Result<Hits> {
        let (texts, conditions) = split(expr);
        let best = Best {
            shadow: Default::default(),
            allowed: self.allowed(&conditions)?.map(Arc::new),
            // Without words only what the conditions name is left: a ticket, not its comments.
            kinds: Arc::new(
                kinds.iter().copied().filter(|kind| !texts.is_empty() || *kind != HitKind::Comment).collect(),
            ),
            limit,
        };
        let several = texts.iter().filter(|text| !matches!(text, Expr::Not(_))).count() > 1;
        let joined = if any_word { any_of(&texts) } else { Expr::And(texts.clone()) };
        let mut found = self.best(&joined, &best)?;
        let some_words_only = found.is_empty() && several && !any_word;
        if some_words_only {
            found = self.best(&any_of(&texts), &best)?;
        }
        let words = wanted(expr);
        let hits =
            found.iter().map(|(searcher, scored)| self.hit(searcher, scored, &words)).collect::<Result<Vec<_>>>()?;
        Ok(Hits { some_words_only: some_words_only && !hits.is_empty(), hits })
    }

    /// The keys the conditions leave; `None` where there are none.
    fn allowed(&self, conditions: &[Expr]) -> Result<Option<HashSet<u64>>> {
        if conditions.is_empty() {
            return Ok(None);
        }
        let orgs = self.orgs()?;
        let compiler = Compiler { fields: &self.fields, orgs: &orgs };
        let filter = compiler.filter(&Expr::And(conditions.to_vec()));
        let whole = [kinds::TICKET, kinds::ARTICLE, kinds::PATTERN].map(|kind| word(self.fields.kind, kind));
        let query = all(vec![any(whole.into_iter().collect()), filter]);
        let mut keys = HashSet::new();
        for (searcher, found) in self.gather(&query)? {
            let columns = searcher.segment_readers().iter().map(|reader| reader.fast_fields().u64("key"));
            let columns = columns.collect::<tantivy::Result<Vec<_>>>()?;
            keys.extend(found.iter().filter_map(|address| columns[address.segment_ord as usize].first(address.doc_id)));
        }
        Ok(Some(keys))
    }

    fn best(&self, texts: &Expr, best: &Best) -> Result<Vec<(&Searcher, Scored)>> {
        let orgs = Default::default();
        let query = Compiler { fields: &self.fields, orgs: &orgs }.ranked(texts);
        let mut found: Vec<(&Searcher, Scored)> = Vec::new();
        for (searcher, scored) in self.rank(&*query, best)? {
            found.extend(scored.into_iter().map(|scored| (searcher, scored)));
        }
        found.sort_by_key(|(_, scored)| *scored);
        found.truncate(best.limit.unwrap_or(usize::MAX));
        Ok(found)
    }

    fn hit(&self, searcher: &Searcher, candidate: &Scored, words: &[String]) -> Result<Hit> {
        let document: TantivyDocument = searcher.doc(candidate.address).context(Damaged)?;
        let row = document.get_first(self.fields.row).and_then(|value| value.as_str()).unwrap_or_default();
        let ticket = TicketId::from_number(candidate.key)
            .filter(|_| matches!(candidate.kind, HitKind::Ticket | HitKind::Comment));
        let (id, title, path, language, object) = match candidate.kind {
            HitKind::Ticket => {
                let row: Row = serde_json::from_str(row).context(Damaged)?;
                let path = layout::ticket(&row.ticket.id);
                (row.ticket.id.to_string(), row.ticket.title, path, row.ticket.language, row.object)
            }
            _ => {
                let row: RowPage = serde_json::from_str(row).context(Damaged)?;
                (row.name, row.title, row.path, row.language, row.object)
            }
        };
        let bytes = self.snapshot.read(Oid::from_str(&object)?)?;
        let text = String::from_utf8_lossy(&bytes);
        let body = frontmatter::parse(&bytes).map_or("", |front| front.body(&text));
        let language = language.or_else(|| Some(self.language.clone()));
        let snippet = snippet(body, words, language.as_deref(), &self.fields);
        Ok(Hit { kind: candidate.kind, id, ticket, title, score: candidate.score, snippet, path })
    }
}

/// The words of a query, and what else it asks for.
fn split(expr: &Expr) -> (Vec<Expr>, Vec<Expr>) {
    match expr {
        Expr::And(parts) => parts.iter().cloned().partition(is_text),
        other if is_text(other) => (vec![other.clone()], Vec::new()),
        other => (Vec::new(), vec![other.clone()]),
    }
}

fn is_text(expr: &Expr) -> bool {
    let mut only = true;
    expr.each_test(&mut |test| only &= matches!(test, Test::Text { .. }));
    only
}

/// Any of the words, and none of those forbidden.
fn any_of(texts: &[Expr]) -> Expr {
    let (forbidden, wanted): (Vec<Expr>, Vec<Expr>) =
        texts.iter().cloned().partition(|text| matches!(text, Expr::Not(_)));
    Expr::And(std::iter::once(Expr::Or(wanted)).chain(forbidden).collect())
}

//! Ranked search over tickets, comments, articles and patterns.

use std::collections::HashSet;

use serde::Serialize;
use tantivy::query::Query;
use tantivy::schema::Value as _;
use tantivy::{DocAddress, Searcher, TantivyDocument};

use super::collect::Found;
use super::compile::{Compiler, all, any, word};
use super::document::{Row, RowPage};
use super::reader::Reader;
use super::schema::kinds;
use super::snippet::{Snippet, snippet, wanted};
use crate::domain::id::TicketId;
use crate::domain::query::{Expr, Test};
use crate::failure::Result;
use crate::format::{frontmatter, layout};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HitKind {
    Ticket,
    Comment,
    Article,
    Pattern,
}

impl HitKind {
    pub const ALL: [HitKind; 4] = [HitKind::Ticket, HitKind::Comment, HitKind::Article, HitKind::Pattern];

    pub fn name(self) -> &'static str {
        [kinds::TICKET, kinds::COMMENT, kinds::ARTICLE, kinds::PATTERN][self as usize]
    }
}

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

/// A hit before its text is read: enough to order by.
struct Candidate<'r> {
    searcher: &'r Searcher,
    address: DocAddress,
    kind: HitKind,
    key: u64,
    score: f32,
}

impl Reader<'_> {
    /// The best hits first. Words are joined by AND; where nothing has all of them (or with `any`), by OR. Conditions on
    /// fields filter in either case; a comment is judged by its ticket.
    pub fn search(&self, expr: &Expr, kinds: &[HitKind], any_word: bool, limit: Option<usize>) -> Result<Hits> {
        let (texts, conditions) = split(expr);
        let allowed = self.allowed(&conditions)?;
        let several = texts.iter().filter(|text| !matches!(text, Expr::Not(_))).count() > 1;
        let joined = if any_word { any_of(&texts) } else { Expr::And(texts.clone()) };
        let mut found = self.candidates(&joined, kinds, allowed.as_ref())?;
        let some_words_only = found.is_empty() && several && !any_word;
        if some_words_only {
            found = self.candidates(&any_of(&texts), kinds, allowed.as_ref())?;
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.kind.cmp(&b.kind)).then(b.key.cmp(&a.key)));
        found.truncate(limit.unwrap_or(usize::MAX));
        let words = wanted(expr);
        let mut hits = found.iter().map(|candidate| self.hit(candidate, &words)).collect::<Result<Vec<_>>>()?;
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.kind.cmp(&b.kind)).then_with(|| a.path.cmp(&b.path)));
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
            keys.extend(
                found.iter().filter_map(|(address, _)| columns[address.segment_ord as usize].first(address.doc_id)),
            );
        }
        Ok(Some(keys))
    }

    fn candidates(
        &self,
        texts: &Expr,
        kinds: &[HitKind],
        allowed: Option<&HashSet<u64>>,
    ) -> Result<Vec<Candidate<'_>>> {
        let orgs = Default::default();
        let ranked = Compiler { fields: &self.fields, orgs: &orgs }.ranked(texts);
        let mut candidates = Vec::new();
        for kind in kinds {
            // Without words only tickets are left to be found: a filter names them, not their comments.
            if matches!(texts, Expr::And(parts) if parts.is_empty()) && *kind == HitKind::Comment {
                continue;
            }
            let query = all(vec![
                Box::new(tantivy::query::ConstScoreQuery::new(word(self.fields.kind, kind.name()), 0.0))
                    as Box<dyn Query>,
                ranked.box_clone(),
            ]);
            for (searcher, found) in self.gather_scored(&query)? {
                collect(searcher, &found, *kind, allowed, &mut candidates)?;
            }
        }
        Ok(candidates)
    }

    fn hit(&self, candidate: &Candidate<'_>, words: &[String]) -> Result<Hit> {
        let document: TantivyDocument = candidate.searcher.doc(candidate.address)?;
        let row = document.get_first(self.fields.row).and_then(|value| value.as_str()).unwrap_or_default();
        let ticket = TicketId::from_number(candidate.key)
            .filter(|_| matches!(candidate.kind, HitKind::Ticket | HitKind::Comment));
        let (id, title, path, language) = match candidate.kind {
            HitKind::Ticket => {
                let row: Row = serde_json::from_str(row)?;
                let path = layout::ticket(&row.ticket.id);
                (row.ticket.id.to_string(), row.ticket.title, path, row.ticket.language)
            }
            _ => {
                let row: RowPage = serde_json::from_str(row)?;
                (row.name, row.title, row.path, row.language)
            }
        };
        let bytes = self.snapshot.file(&path)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let body = frontmatter::parse(&bytes).map_or("", |front| front.body(&text));
        let language = language.or_else(|| Some(self.language.clone()));
        let snippet = snippet(body, words, language.as_deref(), &self.fields);
        Ok(Hit { kind: candidate.kind, id, ticket, title, score: candidate.score, snippet, path })
    }
}

fn collect<'r>(
    searcher: &'r Searcher,
    found: &[Found],
    kind: HitKind,
    allowed: Option<&HashSet<u64>>,
    into: &mut Vec<Candidate<'r>>,
) -> Result<()> {
    let columns = searcher.segment_readers().iter().map(|reader| reader.fast_fields().u64("key"));
    let columns = columns.collect::<tantivy::Result<Vec<_>>>()?;
    for (address, score) in found {
        let key = columns[address.segment_ord as usize].first(address.doc_id).unwrap_or_default();
        if allowed.is_none_or(|allowed| allowed.contains(&key)) {
            into.push(Candidate { searcher, address: *address, kind, key, score: *score });
        }
    }
    Ok(())
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

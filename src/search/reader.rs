//! Answers from the index, with what changed since laid over it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use anyhow::Context;
use tantivy::query::Query;
use tantivy::schema::Value as _;
use tantivy::{DocAddress, Searcher, TantivyDocument};

use super::changed::Changed;
use super::collect::{Found, Gather, Shadow, SortKey, group, ids_in, keys, order, rank};
use super::compile::{self, Compiler, all, any, word};
use super::damage::Damaged;
use super::document::{CustomerRow, Row, RowPage, message_term};
use super::opening::Opening;
use super::ranking::{Best, Scored};
use super::schema::{Fields, kinds};
use super::store::{self, Stored};
use super::trail::{events_at, stored_events};
use super::writer;
use crate::domain::event::Event;
use crate::domain::id::TicketId;
use crate::domain::person::Orgs;
use crate::domain::query::{Expr, Field, Test};
use crate::failure::Result;
use crate::store::Snapshot;

/// So many changed documents or commits are answered from memory before the index on disk is caught up.
const HANDFUL: usize = 40;
/// So many, and the past is no overlay of the present but gets an index of its own.
const FAR: usize = 500;

/// A searcher, and the keys it holds that something newer stands for.
struct Part {
    searcher: Searcher,
    shadow: Shadow,
}

/// An open index, as of one snapshot.
pub struct Reader<'a> {
    pub(super) fields: Fields,
    parts: Vec<Part>,
    pub(super) snapshot: &'a Snapshot<'a>,
    /// The desk's own, for texts that name none.
    pub(super) language: String,
    /// Where the repository cannot be written, the index lives here while it is read.
    _scratch: Option<tempfile::TempDir>,
}

impl<'a> Reader<'a> {
    /// Opens the index for a snapshot; builds, catches up or overlays whatever that takes.
    pub fn open(opening: &Opening<'a, '_>) -> Result<Reader<'a>> {
        let fields = Fields::new();
        let is_head = opening.snapshot.commit == opening.desk.head_commit()?;
        let stored = store::open(&store::folder(opening.desk), &fields);
        let usable = stored.filter(|stored| stored.serves(opening));
        if !is_head && let Some(past) = writer::find_past(opening, &fields) {
            return Ok(Self::plain(fields, past.searcher, opening, None));
        }
        let Some(stored) = usable else { return Self::anew(opening, fields, is_head) };
        match Self::over(opening, &fields, stored, is_head) {
            Ok(Some(reader)) => Ok(reader),
            Ok(None) => Self::anew(opening, fields, is_head),
            Err(trouble) => {
                opening.progress.note(&format!("the index is built anew: {trouble:#}"));
                Self::anew(opening, fields, is_head)
            }
        }
    }

    /// Builds the index from nothing.
    pub fn rebuild(opening: &Opening<'a, '_>) -> Result<()> {
        writer::rebuild(opening, &Fields::new(), false).map(drop)
    }

    fn anew(opening: &Opening<'a, '_>, fields: Fields, is_head: bool) -> Result<Reader<'a>> {
        let built =
            if is_head { writer::rebuild(opening, &fields, true) } else { writer::build_past(opening, &fields) };
        match built {
            Ok(stored) => return Ok(Self::plain(fields, stored.searcher, opening, None)),
            Err(trouble) => opening.progress.note(&format!("the index cannot be kept: {trouble:#}")),
        }
        let scratch = tempfile::tempdir().context("no folder for an index")?;
        let stored = writer::build_elsewhere(opening, &fields, &scratch.path().join("index"))?;
        Ok(Self::plain(fields, stored.searcher, opening, Some(scratch)))
    }

    fn plain(
        fields: Fields,
        searcher: Searcher,
        opening: &Opening<'a, '_>,
        scratch: Option<tempfile::TempDir>,
    ) -> Self {
        Self::of(fields, vec![Part { searcher, shadow: Shadow::default() }], opening, scratch)
    }

    fn of(fields: Fields, parts: Vec<Part>, opening: &Opening<'a, '_>, scratch: Option<tempfile::TempDir>) -> Self {
        let language = opening.settings.language.clone();
        Reader { fields, parts, snapshot: opening.snapshot, language, _scratch: scratch }
    }

    /// The index with what differs laid over it; `None` where so much differs that one of its own is the better answer.
    fn over(opening: &Opening<'a, '_>, fields: &Fields, stored: Stored, is_head: bool) -> Result<Option<Reader<'a>>> {
        if stored.payload.commit_id() == opening.snapshot.commit {
            return Ok(Some(Self::plain(fields.clone(), stored.searcher, opening, None)));
        }
        let (Some(from), Some(to)) = (stored.payload.commit_id(), opening.snapshot.commit) else {
            anyhow::bail!("it stands for no commit");
        };
        let tree = opening.desk.tree_of(from).context("the commit it stands for is gone")?;
        let mut changed = Changed::between(Some(tree), opening.snapshot)?;
        if stored.payload.timeline {
            changed.find_commits(opening.desk, from, to)?;
        }
        if !is_head && changed.len().max(changed.commits()) > FAR {
            return Ok(None);
        }
        changed.add_touched(opening.desk, opening.snapshot)?;
        if stored.payload.timeline && opening.derive.wants_org() {
            changed.add_moved(&stored.searcher, fields, opening.snapshot)?;
        }
        let much = changed.len().max(changed.commits()) > HANDFUL;
        if much {
            opening.progress.start("catching up with the index", changed.len() as u64);
        }
        let patch = writer::patch(opening, fields, &stored, &changed)?;
        if much && is_head {
            let caught = writer::catch_up(opening, fields, &stored, &patch);
            opening.progress.done();
            if caught.is_ok() {
                let searcher = store::searcher(&stored.index)?;
                return Ok(Some(Self::plain(fields.clone(), searcher, opening, None)));
            }
        }
        let overlay = writer::in_memory(fields, patch.documents)?;
        let above = store::searcher(&overlay).context("the overlay cannot be read")?;
        let parts = vec![
            Part { searcher: stored.searcher, shadow: Arc::new(patch.stale.into_iter().collect()) },
            Part { searcher: above, shadow: Shadow::default() },
        ];
        Ok(Some(Self::of(fields.clone(), parts, opening, None)))
    }

    /// The documents of a query, part by part.
    pub(super) fn gather(&self, query: &dyn Query) -> Result<Vec<(&Searcher, Vec<Found>)>> {
        let search = |part: &'_ Part| -> tantivy::Result<Vec<Found>> {
            part.searcher.search(query, &Gather { shadow: part.shadow.clone() })
        };
        self.parts.iter().map(|part| Ok((&part.searcher, search(part).context(Damaged)?))).collect()
    }

    /// The best documents of a query by the live documents of all parts, part by part.
    pub(super) fn rank(&self, query: &dyn Query, best: &Best) -> Result<Vec<(&Searcher, Vec<Scored>)>> {
        let parts = self.parts.iter().map(|part| (&part.searcher, part.shadow.clone())).collect();
        let live = super::statistics::Live { parts, fields: &self.fields };
        let search = |part: &Part| {
            let best = Best { shadow: part.shadow.clone(), ..best.clone() };
            part.searcher.search_with_statistics_provider(query, &best, &live)
        };
        self.parts.iter().map(|part| Ok((&part.searcher, search(part).context(Damaged)?))).collect()
    }

    /// The indexes, each with the keys that something newer stands for.
    pub(super) fn searchers(&self) -> impl Iterator<Item = (&Searcher, &Shadow)> {
        self.parts.iter().map(|part| (&part.searcher, &part.shadow))
    }

    fn tickets(&self, expr: &Expr) -> Result<Box<dyn Query>> {
        let orgs = if names_org(expr) { self.orgs()? } else { Orgs::default() };
        let compiler = Compiler { fields: &self.fields, orgs: &orgs };
        Ok(all(vec![word(self.fields.kind, kinds::TICKET), compiler.filter(expr)]))
    }

    /// The tickets that match, in order.
    pub fn list(&self, expr: &Expr, sort: &[SortKey], limit: Option<usize>) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        self.each(expr, sort, limit, &mut |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The same, one at a time.
    pub fn each(
        &self,
        expr: &Expr,
        sort: &[SortKey],
        limit: Option<usize>,
        found: &mut dyn FnMut(Row) -> Result<()>,
    ) -> Result<()> {
        for (part, address) in self.places(expr, sort, limit)? {
            found(self.row(&self.parts[part].searcher, address)?)?;
        }
        Ok(())
    }

    /// Their ids alone.
    pub fn ids(&self, expr: &Expr, sort: &[SortKey], limit: Option<usize>) -> Result<Vec<TicketId>> {
        let places = self.places(expr, sort, limit)?;
        let known: Vec<Vec<_>> = self.parts.iter().map(|part| keys(&part.searcher)).collect::<Result<_>>()?;
        let key =
            |(part, address): &(usize, DocAddress)| known[*part][address.segment_ord as usize].first(address.doc_id);
        Ok(places.iter().filter_map(|place| TicketId::from_number(key(place)?)).collect())
    }

    fn places(&self, expr: &Expr, sort: &[SortKey], limit: Option<usize>) -> Result<Vec<(usize, DocAddress)>> {
        let query = self.tickets(expr)?;
        let mut rows = Vec::new();
        for (part, (searcher, found)) in self.gather(&query)?.into_iter().enumerate() {
            let ranked = rank(searcher, &found, sort).context(Damaged)?;
            rows.extend(ranked.into_iter().map(|row| row.map(|address| (part, address))));
        }
        Ok(order(rows, sort, limit))
    }

    /// How many tickets match.
    pub fn count(&self, expr: &Expr) -> Result<usize> {
        Ok(self.gather(&self.tickets(expr)?)?.iter().map(|(_, found)| found.len()).sum())
    }

    /// How many tickets match by each value of a column of words; several values of one ticket count each.
    pub fn group(&self, expr: &Expr, column: &str) -> Result<BTreeMap<Option<String>, usize>> {
        let mut counts = BTreeMap::new();
        for (searcher, found) in self.gather(&self.tickets(expr)?)? {
            group(searcher, &found, column, &mut counts).context(Damaged)?;
        }
        Ok(counts)
    }

    fn row(&self, searcher: &Searcher, address: DocAddress) -> Result<Row> {
        serde_json::from_str(&self.stored(searcher, address)?).context(Damaged)
    }

    pub(super) fn stored(&self, searcher: &Searcher, address: DocAddress) -> Result<String> {
        let document: TantivyDocument = searcher.doc(address).context(Damaged)?;
        let text = document.get_first(self.fields.row).and_then(|value| value.as_str()).unwrap_or_default();
        Ok(text.to_owned())
    }

    /// The files that cannot be read, by path.
    pub fn broken(&self) -> Result<Vec<RowPage>> {
        let mut rows: Vec<RowPage> = self.pages(&word(self.fields.kind, kinds::BROKEN))?;
        rows.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(rows)
    }

    fn pages<T: serde::de::DeserializeOwned>(&self, query: &dyn Query) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        for (searcher, found) in self.gather(query)? {
            for address in found {
                rows.push(serde_json::from_str(&self.stored(searcher, address)?).context(Damaged)?);
            }
        }
        Ok(rows)
    }

    /// The tickets, broken ones too, whose id or tail begins with this.
    pub fn ids_like(&self, beginning: &str) -> Result<Vec<TicketId>> {
        let orgs = Orgs::default();
        let test = Test::Field {
            field: Field::Id,
            any: vec![crate::domain::query::Match::Equals(crate::domain::query::Value::Text(beginning.to_owned()))],
        };
        let matching = Compiler { fields: &self.fields, orgs: &orgs }.filter(&Expr::Test(test));
        let kinds = any(vec![word(self.fields.kind, kinds::TICKET), word(self.fields.kind, kinds::BROKEN)]);
        self.ids_of(&all(vec![kinds, matching]))
    }

    /// The tickets that were merged into this one, not through others.
    pub fn merged_into(&self, id: &TicketId) -> Result<Vec<TicketId>> {
        let query = all(vec![word(self.fields.kind, kinds::TICKET), word(self.fields.merged_into, id.as_str())]);
        self.ids_of(&query)
    }

    /// The tickets that hold a message (`true`), broken ones too, or refer to it without having it.
    pub fn with_message(&self, id: &str, holds: bool) -> Result<Vec<TicketId>> {
        let term = message_term(if holds { '=' } else { '?' }, id);
        let kinds = any([kinds::TICKET, kinds::BROKEN].map(|kind| word(self.fields.kind, kind)).into());
        self.ids_of(&all(vec![kinds, word(self.fields.message, &term)]))
    }

    /// The tickets that time has something for at an instant.
    pub fn waking(&self, now: jiff::Timestamp) -> Result<Vec<TicketId>> {
        let until = tantivy::Term::from_field_i64(self.fields.wakes, now.as_second());
        let wakes = tantivy::query::RangeQuery::new(std::ops::Bound::Unbounded, std::ops::Bound::Included(until));
        self.ids_of(&all(vec![word(self.fields.kind, kinds::TICKET), Box::new(wakes)]))
    }

    /// The commit it answers for.
    pub fn commit(&self) -> Option<crate::store::Oid> {
        self.snapshot.commit
    }

    /// The tickets for which mail has to go out.
    pub fn outbox(&self) -> Result<Vec<TicketId>> {
        self.ids_of(&all(vec![word(self.fields.kind, kinds::TICKET), word(self.fields.flag, "outbox")]))
    }

    /// The keys of the customers with an address.
    pub fn customers_with(&self, address: &str) -> Result<Vec<CustomerRow>> {
        let address = word(self.fields.requester, &address.to_lowercase());
        self.pages(&all(vec![word(self.fields.kind, kinds::CUSTOMER), address]))
    }

    fn ids_of(&self, query: &dyn Query) -> Result<Vec<TicketId>> {
        let mut ids = Vec::new();
        for part in &self.parts {
            ids.extend(ids_in(&part.searcher, query, &part.shadow)?);
        }
        ids.sort();
        ids.dedup();
        Ok(ids)
    }

    /// The ticket of each external id.
    pub fn external_ids(&self) -> Result<HashMap<String, TicketId>> {
        let rows = self.list(&Expr::all(), &[], None)?;
        Ok(rows.into_iter().filter_map(|row| Some((row.ticket.external_id?, row.ticket.id))).collect())
    }

    /// Who belongs to which organisation.
    pub fn orgs(&self) -> Result<Orgs> {
        let mut orgs = Orgs::default();
        super::orgs::add_domains(&mut orgs, self.snapshot)?;
        let customers: Vec<CustomerRow> = self.pages(&word(self.fields.kind, kinds::CUSTOMER))?;
        for customer in customers {
            let Some(org) = customer.organisation else { continue };
            orgs.by_email.extend(customer.emails.into_iter().map(|email| (email.to_lowercase(), org.to_lowercase())));
        }
        Ok(orgs)
    }

    /// The events of one ticket, in the order of the history.
    pub fn events_of(&self, id: &TicketId) -> Result<Vec<Event>> {
        let mut events = Vec::new();
        for part in self.parts.iter().filter(|part| !part.shadow.contains(&id.number())) {
            events.extend(stored_events(&part.searcher, &self.fields, id.number())?);
        }
        Ok(events)
    }

    /// Calls `found` with every event of tickets and commits that changed since an instant.
    pub fn each_event(&self, since: Option<jiff::Timestamp>, found: &mut dyn FnMut(Event)) -> Result<()> {
        let kinds = any([kinds::TICKET, kinds::BROKEN, kinds::COMMIT].map(|kind| word(self.fields.kind, kind)).into());
        let recent = since.map(|since| compile::since(&self.fields, since));
        let query = all(std::iter::once(kinds).chain(recent).collect());
        for (searcher, addresses) in self.gather(&query)? {
            for address in addresses {
                events_at(searcher, &self.fields, address)?.into_iter().for_each(&mut *found);
            }
        }
        Ok(())
    }
}

fn names_org(expr: &Expr) -> bool {
    let mut found = false;
    expr.each_test(&mut |test| found |= matches!(test, Test::Field { field: Field::Org, .. }));
    found
}

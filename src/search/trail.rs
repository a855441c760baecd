//! Events as the index keeps them, beside the document they belong to.

use anyhow::Context;
use tantivy::schema::Value as _;
use tantivy::{DocAddress, Searcher, TantivyDocument};

use super::collect::{Gather, Shadow};
use super::compile::{all, any, word};
use super::damage::Damaged;
use super::schema::{Fields, kinds};
use crate::domain::event::Event;
use crate::failure::Result;

/// The events kept of the ticket with this key, whatever became of it.
pub fn stored_events(searcher: &Searcher, fields: &Fields, key: u64) -> Result<Vec<Event>> {
    let term = tantivy::Term::from_field_u64(fields.key, key);
    let own = tantivy::query::TermQuery::new(term, tantivy::schema::IndexRecordOption::Basic);
    let kinds = any([kinds::TICKET, kinds::BROKEN, kinds::COMMIT].map(|kind| word(fields.kind, kind)).into());
    let query = all(vec![Box::new(own), kinds]);
    let found = searcher.search(&query, &Gather { shadow: Shadow::default() }).context(Damaged)?;
    let mut events = Vec::new();
    for address in found {
        events.extend(events_at(searcher, fields, address)?);
    }
    Ok(events)
}

/// Calls `found` with every event an index keeps; those of a ticket in the order of the history.
pub fn each_stored(searcher: &Searcher, fields: &Fields, found: &mut dyn FnMut(Event) -> Result<()>) -> Result<()> {
    let kinds = any([kinds::TICKET, kinds::BROKEN, kinds::COMMIT].map(|kind| word(fields.kind, kind)).into());
    for address in searcher.search(&kinds, &Gather { shadow: Shadow::default() }).context(Damaged)? {
        events_at(searcher, fields, address)?.into_iter().try_for_each(&mut *found)?;
    }
    Ok(())
}

/// The events kept with a document.
pub fn events_at(searcher: &Searcher, fields: &Fields, address: DocAddress) -> Result<Vec<Event>> {
    let document: TantivyDocument = searcher.doc(address).context(Damaged)?;
    let text = document.get_first(fields.events).and_then(|value| value.as_str()).unwrap_or("[]");
    serde_json::from_str(text).context(Damaged)
}

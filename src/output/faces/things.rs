//! Agents, customers, views, imports, the index.

use super::rows;
use crate::domain::person::{Absence, Agent, Customer};
use crate::domain::view::View;
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui};
use crate::view::import::ImportView;
use crate::view::{CountedView, IndexView};

pub fn agents(agents: &[Agent], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("handle"),
        Column::left("name").shrink(8),
        Column::left("emails").shrink(8),
        Column::left("role"),
        Column::left("teams").shrink(6),
        Column::left("away"),
    ];
    let away = |agent: &Agent| {
        let one = |absence: &Absence| {
            let substitute =
                absence.substitute.as_deref().map(|handle| format!(" ({handle} stands in)")).unwrap_or_default();
            format!("{} to {}{substitute}", absence.from, absence.to)
        };
        agent.away.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let cells = agents.iter().map(|agent| {
        vec![
            Cell::styled(Style::Id, agent.handle.clone()),
            Cell::new(agent.name.clone()),
            Cell::new(agent.emails.join(", ")),
            Cell::new(agent.role.name()),
            Cell::new(agent.teams.join(", ")),
            Cell::new(away(agent)),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}

pub fn customers(customers: &[Customer], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("key"),
        Column::left("name").shrink(8),
        Column::left("emails").shrink(8),
        Column::left("organisation"),
        Column::left("phone"),
        Column::left("language"),
        Column::left("vip"),
    ];
    let own = |text: &Option<String>| Cell::new(text.clone().unwrap_or_default());
    let cells = customers.iter().map(|customer| {
        vec![
            Cell::styled(Style::Id, customer.key.clone()),
            Cell::new(customer.name.clone()),
            Cell::new(customer.emails.join(", ")),
            own(&customer.organisation),
            own(&customer.phone),
            own(&customer.language),
            Cell::new(if customer.vip { "vip" } else { "" }),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}

/// Views, with how many tickets each holds.
pub fn counted_views(views: &[CountedView], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("name"),
        Column::right("tickets"),
        Column::left("title").shrink(8),
        Column::left("query").shrink(12),
        Column::left("sort"),
    ];
    let cells = views.iter().map(|CountedView { view, count }| {
        vec![
            Cell::styled(Style::Id, view.name.clone()),
            Cell::new(count.map(|count| count.to_string()).unwrap_or_default()),
            Cell::new(view.title.clone().unwrap_or_default()),
            Cell::new(view.query.clone()),
            Cell::new(view.sort.clone().unwrap_or_default()),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}

pub fn view(view: &View, format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("name"),
        Column::left("title").shrink(8),
        Column::left("query").shrink(12),
        Column::left("sort"),
    ];
    let own = |text: &Option<String>| Cell::new(text.clone().unwrap_or_default());
    let cells = vec![
        Cell::styled(Style::Id, view.name.clone()),
        own(&view.title),
        Cell::new(view.query.clone()),
        own(&view.sort),
    ];
    rows(columns, vec![cells], format, ui)
}

pub fn import(view: &ImportView, format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![Column::left("what"), Column::right("count")];
    let figures = [
        ("read", view.read),
        ("tickets", view.tickets),
        ("comments", view.comments),
        ("commits", view.commits),
        ("unchanged", view.unchanged),
        ("skipped", view.skipped.len()),
        ("warnings", view.warnings.len()),
    ];
    let cells = figures.into_iter().map(|(what, count)| vec![Cell::new(what), Cell::new(count.to_string())]);
    rows(columns, cells.collect(), format, ui)
}

pub fn index(view: &IndexView, format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![Column::left("what"), Column::left("is").shrink(12)];
    let yes = |truth: bool| if truth { "yes" } else { "no" }.to_owned();
    let facts = [
        ("path", view.path.clone()),
        ("exists", yes(view.exists)),
        ("usable", yes(view.usable)),
        ("commit", view.commit.clone().unwrap_or_default()),
        ("timeline", yes(view.timeline)),
        ("documents", view.documents.to_string()),
        ("segments", view.segments.to_string()),
        ("size", super::page::bytes(view.bytes)),
    ];
    let advice = view.advice.iter().map(|line| ("advice", line.clone()));
    let cells = facts.into_iter().chain(advice).map(|(what, fact)| vec![Cell::new(what), Cell::new(fact)]);
    rows(columns, cells.collect(), format, ui)
}

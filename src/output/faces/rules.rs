//! Rules, and what came of trying them.

use super::rows;
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui};
use crate::view::rules::{Effect, RuleView, TriedView, WouldView};

pub fn list(rules: &[RuleView], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("rule").shrink(8),
        Column::left("on"),
        Column::left("when").shrink(12),
        Column::left("then").shrink(16),
        Column::left("stop"),
    ];
    let cells = rules.iter().map(|rule| {
        vec![
            Cell::styled(Style::Id, rule.name.clone()),
            Cell::new(rule.on.join(", ")),
            Cell::new(rule.when.clone().unwrap_or_default()),
            Cell::new(rule.then.join("; ")),
            Cell::new(if rule.stop { "stop" } else { "" }),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}

pub fn tried(rules: &[TriedView], format: Format, ui: &Ui) -> Result<String> {
    let columns =
        vec![Column::left("rule").shrink(8), Column::left("on"), Column::left("fires"), Column::left("").shrink(20)];
    let cells = rules.iter().map(|rule| {
        let fires = if rule.fires { Cell::styled(Style::Open, "yes") } else { Cell::styled(Style::Muted, "no") };
        let why = rule.because.clone().unwrap_or_else(|| done(&rule.changes, &rule.actions));
        vec![Cell::styled(Style::Id, rule.rule.clone()), Cell::new(rule.on.join(", ")), fires, Cell::new(why)]
    });
    rows(columns, cells.collect(), format, ui)
}

pub fn replay(would: &[WouldView], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("ticket"),
        Column::left("date"),
        Column::left("on"),
        Column::left("rules").shrink(8),
        Column::left("would").shrink(20),
    ];
    let cells = would.iter().map(|row| {
        vec![
            Cell::styled(Style::Id, row.ticket.clone()),
            Cell::styled(Style::Muted, row.date.to_string()),
            Cell::new(row.events.join(", ")),
            Cell::new(row.rules.join(", ")),
            Cell::new(done(&row.changes, &row.actions)),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}

/// `priority normal → urgent; note Look here.`
fn done(changes: &[Effect], actions: &[String]) -> String {
    let absent = || "none".to_owned();
    let change = |effect: &Effect| {
        let (from, to) = (effect.from.clone().unwrap_or_else(absent), effect.to.clone().unwrap_or_else(absent));
        format!("{} {from} → {to}", effect.field)
    };
    let all: Vec<String> = changes.iter().map(change).chain(actions.iter().cloned()).collect();
    if all.is_empty() { "changes nothing".to_owned() } else { all.join("; ") }
}

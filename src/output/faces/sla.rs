//! SLA clocks and policies.

use jiff::Timestamp;

use super::rows;
use crate::domain::clock::ClockState;
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui};
use crate::view::sla::{ClockView, Judged, PolicyView, ReplayView, SegmentView, SlaView};

/// The clocks of a ticket: a row each, and for people below it when it ran.
pub fn show(view: &SlaView, now: Timestamp, format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("target"),
        Column::right("round"),
        Column::left("state"),
        Column::left("start"),
        Column::left("stop"),
        Column::left("due"),
        Column::right("used"),
    ];
    let whole = matches!(format, Format::Csv | Format::Md);
    let mut cells = Vec::new();
    for clock in &view.clocks {
        cells.push(row(clock, whole));
        if !whole {
            cells.extend(clock.segments.iter().map(|segment| part(segment, now)));
        }
    }
    let table = rows(columns, cells, format, ui)?;
    if whole {
        return Ok(table);
    }
    Ok(match (&view.policy, view.clocks.is_empty()) {
        (None, _) => "no policy fits\n".to_owned(),
        (Some(policy), true) => format!("policy {policy}: no clock\n"),
        (Some(policy), false) => format!("policy {policy}\n{table}"),
    })
}

fn row(clock: &ClockView, whole: bool) -> Vec<Cell> {
    let time = |at: Option<Timestamp>| Cell::new(at.map(|at| at.to_string()).unwrap_or_default());
    vec![
        Cell::new(clock.target),
        Cell::new(clock.round.to_string()),
        Cell::styled(style(clock.state), clock.state.name()),
        time(Some(clock.start)),
        time(clock.stop),
        time(clock.due),
        Cell::new(if whole { clock.used.to_string() } else { length(clock.used) }),
    ]
}

fn part(segment: &SegmentView, now: Timestamp) -> Vec<Cell> {
    let word = if segment.paused { "  stood still" } else { "  ran" };
    let muted = |text: String| Cell::styled(Style::Muted, text);
    let end = segment.to.map_or_else(|| format!("until now, {now}"), |to| to.to_string());
    vec![
        muted(word.to_owned()),
        Cell::new(""),
        Cell::new(""),
        muted(segment.from.to_string()),
        muted(end),
        Cell::new(""),
        Cell::new(""),
    ]
}

fn style(state: ClockState) -> Style {
    match state {
        ClockState::Breached | ClockState::Missed => Style::Error,
        ClockState::Warning => Style::Warning,
        ClockState::Ok | ClockState::Met => Style::Open,
        ClockState::Paused => Style::Waiting,
    }
}

/// `3h 20m`, `45s`: hours go on beyond a day, for a day of business time is none of the clock's.
pub fn length(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes, rest) {
        (0, 0, rest) => format!("{rest}s"),
        (0, minutes, 0) => format!("{minutes}m"),
        (0, minutes, rest) => format!("{minutes}m {rest}s"),
        (hours, 0, _) => format!("{hours}h"),
        (hours, minutes, _) => format!("{hours}h {minutes}m"),
    }
}

pub fn policies(policies: &[PolicyView], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("policy"),
        Column::left("when").shrink(8),
        Column::left("calendar"),
        Column::right("warn"),
        Column::left("targets").shrink(20),
    ];
    let cells = policies.iter().map(|policy| {
        vec![
            Cell::styled(Style::Id, policy.name.clone()),
            Cell::new(policy.when.clone().unwrap_or_else(|| "else".to_owned())),
            Cell::new(policy.calendar.clone().unwrap_or_default()),
            Cell::new(format!("{} %", policy.warn)),
            Cell::new(targets(&policy.targets)),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}

/// `first-response: low 8h, normal 24h clock; resolution: normal 24h`
fn targets(targets: &serde_json::Value) -> String {
    let of = |values: &serde_json::Value| {
        let values = values.as_object().into_iter().flatten().map(|(priority, time)| {
            let seconds = time["seconds"].as_i64().unwrap_or_default();
            let clock = if time["clock"] == true { " clock" } else { "" };
            format!("{priority} {}{clock}", length(seconds))
        });
        values.collect::<Vec<_>>().join(", ")
    };
    let all = targets.as_object().into_iter().flatten().map(|(target, values)| format!("{target}: {}", of(values)));
    all.collect::<Vec<_>>().join("; ")
}

pub fn replay(clocks: &[ReplayView], format: Format, ui: &Ui) -> Result<String> {
    let columns =
        ["ticket", "target", "round", "is", "due", "would be", "due then", "policy"].map(Column::left).to_vec();
    let state = |judged: &Option<Judged>| match judged {
        Some(judged) => Cell::styled(style(judged.state), judged.state.name()),
        None => Cell::new("no clock"),
    };
    let due = |judged: &Option<Judged>| {
        let due = judged.as_ref().and_then(|judged| judged.due);
        Cell::new(due.map(|due| due.to_string()).unwrap_or_default())
    };
    let cells = clocks.iter().map(|row| {
        let policy = row.would_be.as_ref().map(|judged| judged.policy.clone()).unwrap_or_default();
        vec![
            Cell::styled(Style::Id, row.ticket.clone()),
            Cell::new(row.target),
            Cell::new(row.round.to_string()),
            state(&row.is),
            due(&row.is),
            state(&row.would_be),
            due(&row.would_be),
            Cell::new(policy),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}

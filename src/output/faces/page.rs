//! A ticket's page, readable as a conversation.

use jiff::Timestamp;

use super::{fact, priority_style, state_style};
use crate::domain::comment::Visibility;
use crate::domain::fold;
use crate::output::{Style, Ui, age, markdown as rendered, records, sanitize, width};
use crate::view::ticket::{CommentView, FileView, MergedView, TicketPage, TicketView};

/// The widest rule drawn on a terminal.
const WIDEST: usize = 100;

/// The page for a terminal, or plain for a pipe.
pub fn render(page: &TicketPage, now: Timestamp, ui: &Ui) -> String {
    let ticket = &page.ticket;
    let mut out =
        format!("{}  {}\n", ui.paint(Style::Id, &ticket.id), ui.paint(Style::Strong, &sanitize::line(&ticket.title)));
    out.push_str(&facts(ticket, now, ui));
    let flags = sanitize::line(&page.flags.join(", ")).into_owned();
    out.push_str(&fact("flags", 10, Some(flags), ui));
    let first = body(&page.body, ui) + &files(&page.attachments, ui);
    if !first.is_empty() {
        out.push('\n');
        out.push_str(&first);
    }
    let mut blocks: Vec<(Timestamp, String)> =
        page.merged.iter().map(|merged| (merged.created, first_message(merged, now, ui))).collect();
    blocks.extend(page.thread.iter().map(|comment| {
        let text = head(comment, now, ui) + &body(&comment.body, ui) + &files(&comment.attachments, ui);
        (comment.date, text)
    }));
    blocks.sort_by_key(|(date, _)| *date);
    for (_, block) in blocks {
        out.push('\n');
        out.push_str(&block);
    }
    out
}

/// The first message of a ticket that was merged into this one.
fn first_message(merged: &MergedView, now: Timestamp, ui: &Ui) -> String {
    let who = merged.requester.as_deref().unwrap_or("somebody");
    let words = [
        sanitize::line(who).into_owned(),
        format!("{} ({})", minute(merged.created), age::ago(merged.created, now)),
        format!("first message of {}: {}", merged.id, sanitize::line(&merged.title)),
    ];
    rule(&words, Style::Heading, ui) + &body(&merged.body, ui) + &files(&merged.attachments, ui)
}

/// A text without what is only quoted below it, of which the number of lines is told.
fn body(text: &str, ui: &Ui) -> String {
    let (visible, folded) = fold::split(text);
    let text = rendered::render(visible, ui, 2);
    let mut out = if text.trim().is_empty() { String::new() } else { format!("{}\n", text.trim_end_matches('\n')) };
    let lines = folded.map_or(0, |folded| folded.lines().filter(|line| !line.trim().is_empty()).count());
    if lines > 0 {
        let told = format!("[{lines} quoted line{}]", if lines == 1 { "" } else { "s" });
        out.push_str(&format!("  {}\n", ui.paint(Style::Muted, &told)));
    }
    out
}

/// When the SLA wants something, and how it stands.
fn due(ticket: &TicketView, now: Timestamp) -> Option<String> {
    let sla = ticket.sla.as_ref()?;
    let (state, target) = (sla.state?, sla.target?);
    let told = format!("{target} {}, policy {}", state.name(), sanitize::line(&sla.policy));
    Some(match ticket.due {
        Some(due) => format!("{} ({}): {told}", minute(due), age::ago(due, now)),
        None => told,
    })
}

/// Status, priority, people, and whatever else is set.
fn facts(ticket: &TicketView, now: Timestamp, ui: &Ui) -> String {
    let mut first = vec![ui.paint(state_style(ticket.state), &sanitize::line(&ticket.status))];
    first.push(match priority_style(ticket.priority) {
        Some(style) => ui.paint(style, ticket.priority),
        None => ticket.priority.to_owned(),
    });
    first.extend(ticket.kind.as_deref().map(|kind| sanitize::line(kind).into_owned()));
    if ticket.line == 2 {
        first.push("second line".to_owned());
    }
    let mut out = format!("{}\n", first.join(" · "));
    let mut line = |name: &str, value: Option<String>| out.push_str(&fact(name, 10, value, ui));
    line("requester", ticket.requester.clone());
    line("cc", Some(ticket.cc.join(", ")));
    line("assignee", ticket.assignee.clone());
    line("team", ticket.team.clone());
    line("tags", Some(ticket.tags.join(", ")));
    line("channel", ticket.channel.clone());
    line("created", Some(format!("{} ({})", minute(ticket.created), age::ago(ticket.created, now))));
    line("sla", due(ticket, now));
    line("links", Some(links(ticket)));
    line("remind", ticket.remind_at.map(minute));
    line("close at", ticket.close_at.map(minute));
    line("until", ticket.until.map(minute));
    line("merged", ticket.merged_into.as_ref().map(|id| format!("into {id}")));
    for (name, value) in &ticket.fields {
        line(name, Some(value.to_string()));
    }
    line(
        "rated",
        ticket.satisfaction.as_ref().map(|given| {
            let said = given.comment.as_deref().map(|comment| format!(": {comment}")).unwrap_or_default();
            format!("{} of 5{said}", given.score)
        }),
    );
    line("external", ticket.external_id.clone());
    out
}

/// The line above a comment: who, when, and whether it is internal.
fn head(comment: &CommentView, now: Timestamp, ui: &Ui) -> String {
    let internal = comment.visibility == Visibility::Internal;
    let mut words = vec![sanitize::line(&comment.author).into_owned()];
    words.push(format!("{} ({})", minute(comment.date), age::ago(comment.date, now)));
    if internal {
        words.push("internal".to_owned());
    }
    words.extend(comment.channel.as_deref().map(|channel| sanitize::line(channel).into_owned()));
    words.extend(comment.ticket.as_deref().map(|ticket| format!("in {ticket}")));
    words.extend(comment.flags.iter().map(|flag| sanitize::line(flag).into_owned()));
    let style = if internal { Style::Internal } else { Style::Heading };
    rule(&words, style, ui)
}

/// A line across, with words at its beginning.
fn rule(words: &[String], style: Style, ui: &Ui) -> String {
    let text = format!("── {} ", words.join(" · "));
    let left = ui.width.map_or(0, |columns| columns.min(WIDEST).saturating_sub(width::width(&text)));
    let text = match ui.width {
        Some(columns) => format!("{}{}", width::truncate(&text, columns), "─".repeat(left)),
        None => text.trim_end().to_owned(),
    };
    format!("{}\n", ui.paint(style, &text))
}

fn files(files: &[FileView], ui: &Ui) -> String {
    let line = |file: &FileView| {
        let size = file.size.map_or("missing".to_owned(), bytes);
        let text = format!("{} ({size}) {}", sanitize::line(&file.name), sanitize::line(&file.path));
        format!("  {} {text}\n", ui.paint(Style::Muted, "attached"))
    };
    files.iter().map(line).collect()
}

/// A number of bytes for people.
pub fn bytes(count: u64) -> String {
    match count {
        0..=1023 => format!("{count} B"),
        1024..=1_048_575 => format!("{:.1} KiB", count as f64 / 1024.0),
        _ => format!("{:.1} MiB", count as f64 / 1_048_576.0),
    }
}

fn minute(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%d %H:%M").to_string()
}

/// The page as one markdown document.
pub fn markdown(page: &TicketPage) -> String {
    let ticket = &page.ticket;
    let mut out = format!("# {}\n\n", sanitize::line(&ticket.title));
    let list = |items: &[String]| items.join(", ");
    let facts = [
        ("id", Some(ticket.id.clone())),
        ("status", Some(ticket.status.clone())),
        ("priority", Some(ticket.priority.to_owned())),
        ("type", ticket.kind.clone()),
        ("requester", ticket.requester.clone()),
        ("assignee", ticket.assignee.clone()),
        ("team", ticket.team.clone()),
        ("tags", Some(list(&ticket.tags)).filter(|tags| !tags.is_empty())),
        ("cc", Some(list(&ticket.cc)).filter(|cc| !cc.is_empty())),
        ("channel", ticket.channel.clone()),
        ("language", ticket.language.clone()),
        ("created", Some(ticket.created.to_string())),
        ("links", Some(links(ticket)).filter(|links| !links.is_empty())),
        ("merged into", ticket.merged_into.clone()),
    ];
    let facts = facts.into_iter().filter_map(|(name, value)| Some(vec![name.to_owned(), value?]));
    let fields = ticket.fields.iter().map(|(name, value)| vec![name.clone(), value.to_string()]);
    let rows: Vec<Vec<String>> = facts.chain(fields).collect();
    out.push_str(&records::markdown_table(&["field", "value"], &rows));
    out.push_str(&format!("\n{}", block(&page.body)));
    out.push_str(&attached(&page.attachments));
    for merged in &page.merged {
        let who = sanitize::line(merged.requester.as_deref().unwrap_or("somebody"));
        out.push_str(&format!(
            "\n## {who}, {}, first message of {}\n\n{}",
            minute(merged.created),
            merged.id,
            block(&merged.body)
        ));
    }
    for comment in &page.thread {
        let internal = if comment.visibility == Visibility::Internal { ", internal" } else { "" };
        out.push_str(&format!(
            "\n## {}, {}{internal}\n\n{}",
            sanitize::line(&comment.author),
            minute(comment.date),
            block(&comment.body)
        ));
        out.push_str(&attached(&comment.attachments));
    }
    out
}

fn attached(files: &[FileView]) -> String {
    files.iter().map(|file| format!("\nAttached: `{}`\n", sanitize::line(&file.path))).collect()
}

fn links(ticket: &TicketView) -> String {
    ticket.links.iter().map(|link| format!("{} {}", link.relation.name(), link.id)).collect::<Vec<_>>().join(", ")
}

fn block(text: &str) -> String {
    let text = sanitize::block(text);
    let text = text.trim_end();
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}

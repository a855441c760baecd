//! `split`: comments of one ticket become another.

use super::Here;
use super::mutate::{Extra, Plan};
use super::new::{self, Fresh};
use crate::domain::comment::{Comment, Visibility};
use crate::domain::ticket::{Link, Relation};
use crate::failure::{Failure, Result};
use crate::format::ticket::TITLE_LIMIT;
use crate::format::{self, layout};
use crate::store::TicketFolder;
use crate::view::mutation::NewView;

impl Here {
    /// Makes a ticket that quotes the comments (named by their stems, or a beginning that fits one) and is linked to
    /// where they came from; the comments stay.
    pub fn split(&self, id: &str, stems: &[String], title: Option<&str>, dry_run: bool) -> Result<NewView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let id = self.resolve(&snapshot, &settings, id)?;
        let Some(folder) = snapshot.ticket(&id)? else {
            return Err(Failure::not_found(format!("there is no ticket '{id}'")).into());
        };
        let comments = stems.iter().map(|stem| find(&folder, stem)).collect::<Result<Vec<_>>>()?;
        let ticket = folder.file.as_ref().map_err(|fault| format::failure(fault, &layout::ticket(&id)))?.ticket.clone();
        let fresh = Fresh {
            title: title.map_or_else(|| first_line(comments[0]), str::to_owned),
            from: ticket.requester.clone(),
            kind: ticket.kind.clone(),
            priority: ticket.priority,
            channel: ticket.channel.clone(),
            language: ticket.language.clone(),
            links: vec![Link { relation: Relation::SplitFrom, id: id.clone() }],
            ..Fresh::default()
        };
        // The first message of a ticket is public; what was internal becomes an internal comment of the new one.
        let (public, internal): (Vec<&Comment>, Vec<&Comment>) =
            comments.iter().partition(|comment| comment.visibility == Visibility::Public);
        let plan = Plan { command: "split", what: format!("split from {id}"), dry_run, reason: None, unguarded: false };
        let mut made = None;
        let mutation = self.mutate_with(&[], &plan, &mut |_, _| Ok(()), &mut |_, planning| {
            let body = public.iter().map(|comment| comment.body.trim_end()).collect::<Vec<_>>().join("\n\n");
            let body = if body.is_empty() { String::new() } else { body + "\n" };
            let mut ticket = new::render(planning, &Fresh { body, ..fresh.clone() })?;
            let new = ticket.ticket.id.clone();
            for comment in &internal {
                let kept = Comment { attachments: Vec::new(), ..(**comment).clone() };
                ticket.files.insert(layout::comment(&new, &comment.id), format::comment::render(&kept).into_bytes());
            }
            made = Some(new.clone());
            Ok(Extra { made: vec![ticket], ..Extra::default() })
        })?;
        let made = made.ok_or_else(|| Failure::error("no ticket was made"))?;
        Ok(NewView { path: layout::ticket(&made), id: made.to_string(), mutation })
    }
}

fn find<'a>(folder: &'a TicketFolder, stem: &str) -> Result<&'a Comment> {
    let stem = stem.strip_suffix(".md").unwrap_or(stem);
    let found: Vec<&Comment> = folder
        .thread
        .iter()
        .filter(|comment| comment.id.starts_with(stem) || comment.id.ends_with(&format!("-{stem}")))
        .collect();
    let exact = folder.thread.iter().find(|comment| comment.id == stem);
    let only = if let [one] = found.as_slice() { Some(*one) } else { None };
    match (exact.or(only), found.as_slice()) {
        (Some(comment), _) if !stem.is_empty() => Ok(comment),
        (_, [_, _, ..]) => {
            Err(Failure::error(format!("'{}' may be any of {} comments", stem.escape_debug(), found.len()))
                .hint("type more of it")
                .into())
        }
        _ => {
            let failure = Failure::not_found(format!("{} has no comment '{}'", folder.id, stem.escape_debug()));
            Err(failure.hint(format!("`loket show {} --json` names them", folder.id)).into())
        }
    }
}

/// The first line with words, as a title.
fn first_line(comment: &Comment) -> String {
    let line = comment.body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("Split");
    let plain = line.trim_start_matches(['#', '>', '-', '*', ' ']);
    let plain = if plain.is_empty() { line } else { plain };
    plain.chars().filter(|letter| !letter.is_control()).take(TITLE_LIMIT).collect()
}

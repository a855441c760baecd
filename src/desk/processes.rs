//! Processes: list, show, and walking one through for a ticket.

use std::collections::BTreeMap;

use super::escalate::to_second_line;
use super::mutate::{Draft, Plan, Planning, Words};
use super::set::{Assignment, apply, put};
use super::{Here, nearest};
use crate::domain::comment::Visibility;
use crate::domain::policy::rule::Setting;
use crate::domain::process::{End, Process, Step, Task, To};
use crate::domain::ticket::State;
use crate::failure::{Failure, Kind, Result};
use crate::format::{self, layout, process};
use crate::store::Snapshot;
use crate::view::mutation::MutationView;
use crate::view::process::{ProcessPage, ProcessRow, StepView};
use crate::workflow::status::{self, Guard};

/// Asks a person; `None` where there is nobody to ask.
pub type Ask<'a> = &'a mut dyn FnMut(&StepView) -> Result<Option<String>>;

/// The most steps one walk takes: who goes round in a circle is told.
const LONGEST: usize = 500;

/// What came of walking through a process.
struct Walk {
    /// Question and answer.
    said: Vec<(String, String)>,
    /// Each with the step it comes from.
    set: Vec<(String, Assignment)>,
    end: End,
}

impl Here {
    /// All processes, by slug. What cannot be read is told and left out.
    pub fn processes(&self) -> Result<Vec<ProcessRow>> {
        let snapshot = self.snapshot()?;
        let mut rows = Vec::new();
        for entry in snapshot.folder(layout::PROCESSES)?.into_iter().filter(|entry| !entry.is_folder) {
            let path = format!("{}/{}", layout::PROCESSES, entry.name);
            let Some(slug) = layout::key_in(layout::PROCESSES, &path) else { continue };
            match process::parse_whole(slug, &snapshot.read(entry.oid)?) {
                Ok(found) => {
                    let (slug, title, steps) = (found.slug, found.title, found.steps.len());
                    rows.push(ProcessRow { slug, title, steps, path });
                }
                Err(fault) => {
                    self.progress.note(&format!("{path}:{}:{}: {}", fault.line, fault.column, fault.message));
                }
            }
        }
        Ok(rows)
    }

    pub fn process(&self, slug: &str) -> Result<ProcessPage> {
        let found = find(&self.snapshot()?, slug)?;
        Ok(ProcessPage::of(found, layout::process(slug)))
    }

    /// Walks through a process for a ticket. The answers become one internal comment, and what they set and how it ends
    /// is done in the same commit. Answers that are given are not asked for.
    pub fn run_process(
        &self,
        slug: &str,
        typed: &str,
        given: &[(String, String)],
        ask: Ask<'_>,
        dry_run: bool,
    ) -> Result<MutationView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let id = self.resolve(&snapshot, &settings, typed)?;
        let found = find(&snapshot, slug)?;
        let walk = walk(&found, given, ask)?;
        let plan =
            Plan { command: "process run", what: format!("process {slug}"), dry_run, reason: None, unguarded: false };
        let mut left = None;
        let mut view = self.mutate(&[id], &plan, |draft, planning| {
            for (step, assignment) in &walk.set {
                apply(&mut draft.new, planning, assignment).map_err(|trouble| of_step(trouble, slug, step))?;
            }
            draft.words.push(Words {
                text: render(&found, &walk),
                visibility: Visibility::Internal,
                files: Vec::new(),
                author: planning.agent.handle.clone(),
                channel: None,
                origin: None,
                automatic: false,
            });
            left = finish(draft, planning, walk.end);
            Ok(())
        })?;
        view.warnings.extend(left);
        Ok(view)
    }
}

fn find(snapshot: &Snapshot<'_>, slug: &str) -> Result<Process> {
    let path = layout::process(slug);
    let bytes = if layout::is_key(slug) { snapshot.file(&path)? } else { None };
    let Some(bytes) = bytes else {
        let entries = snapshot.folder(layout::PROCESSES)?;
        let near = nearest(slug, entries.iter().filter_map(|entry| entry.name.strip_suffix(".md")));
        return Err(Failure::not_found(format!("there is no process '{}'", slug.escape_debug()))
            .maybe_hint(near.map(|near| format!("did you mean '{near}'?")))
            .hint("`loket process list` shows them all")
            .into());
    };
    Ok(process::parse_whole(slug, &bytes).map_err(|fault| format::failure(&fault, &path))?)
}

fn walk(process: &Process, given: &[(String, String)], ask: Ask<'_>) -> Result<Walk> {
    let mut answers = BTreeMap::new();
    for (step, answer) in given {
        if process.step(step).is_none() {
            let near = nearest(step, process.steps.iter().map(|step| step.name.as_str()));
            let said = format!("{} has no step '{}'", process.slug, step.escape_debug());
            let hint = near.map(|near| format!("did you mean '{near}'?"));
            return Err(Failure::usage(said).maybe_hint(hint).into());
        }
        if answers.insert(step.as_str(), answer.as_str()).is_some() {
            return Err(Failure::usage(format!("step '{step}' is answered twice"))
                .hint("keep one of the answers")
                .into());
        }
    }
    let mut walk = Walk { said: Vec::new(), set: Vec::new(), end: End::None };
    let mut at = process.start.as_str();
    for _ in 0..LONGEST {
        let Some(step) = process.step(at) else { return Err(no_step(process, at)) };
        let answer = match answers.remove(at) {
            Some(answer) => Some(answer.to_owned()),
            None => ask(&StepView::of(step))?,
        };
        match take(process, step, answer, &mut walk)? {
            To::Step(next) => at = next,
            To::End(end) => {
                walk.end = *end;
                return match answers.keys().next() {
                    None => Ok(walk),
                    Some(step) => Err(Failure::usage(format!("step '{step}' did not come up"))
                        .hint("leave its --answer out, or answer otherwise before it")
                        .into()),
                };
            }
        }
    }
    Err(Failure::error(format!("{} was walked through for {LONGEST} steps without an end", process.slug))
        .hint("`loket check` says where it goes round in a circle")
        .into())
}

/// Takes an answer; where it leads.
fn take<'a>(process: &Process, step: &'a Step, answer: Option<String>, walk: &mut Walk) -> Result<&'a To> {
    let answer = answer.map(|answer| answer.split_whitespace().collect::<Vec<_>>().join(" "));
    let answer = answer.filter(|answer| !answer.is_empty());
    let needed = || {
        let given = step.ways().iter().filter_map(|(name, _)| *name).collect::<Vec<_>>().join("|");
        let given = if given.is_empty() { "TEXT" } else { &given };
        Failure::usage(format!("step '{}' wants an answer: {}", step.name, step.text()))
            .hint(format!("--answer {}", shell_words::quote(&format!("{}={given}", step.name))))
    };
    match &step.task {
        Task::Act { what, to } => {
            walk.said.push((what.clone(), answer.unwrap_or_else(|| "done".to_owned())));
            Ok(to)
        }
        Task::Tell { question, key, to } => {
            let answer = answer.ok_or_else(needed)?;
            if let Some(key) = key {
                walk.set.push((step.name.clone(), super::set::parse_assignment(&format!("{key}={answer}"))?));
            }
            walk.said.push((question.clone(), answer));
            Ok(to)
        }
        Task::Choose { question, choices } => {
            let answer = answer.ok_or_else(needed)?;
            let Some(choice) = choices.iter().find(|choice| choice.name == answer) else {
                let names = choices.iter().map(|choice| choice.name.as_str()).collect::<Vec<_>>().join(", ");
                let said =
                    format!("'{}' is no answer to step '{}' of {}", answer.escape_debug(), step.name, process.slug);
                return Err(Failure::usage(said).hint(format!("the answers are {names}")).into());
            };
            walk.set.extend(choice.set.iter().map(|setting| (step.name.clone(), assignment(setting))));
            walk.said.push((question.clone(), answer));
            Ok(&choice.to)
        }
    }
}

fn assignment(setting: &Setting) -> Assignment {
    Assignment { key: setting.key.clone(), operation: setting.operation, value: setting.value.clone() }
}

fn no_step(process: &Process, name: &str) -> anyhow::Error {
    let path = layout::process(&process.slug);
    Failure::error(format!("{path}: there is no step '{}'", name.escape_debug()))
        .hint("`loket check` tells where it is named")
        .in_file(&path)
        .into()
}

/// What a process sets that the desk does not take, with the step it comes from.
fn of_step(trouble: anyhow::Error, slug: &str, step: &str) -> anyhow::Error {
    match trouble.downcast::<Failure>() {
        Ok(failure) => {
            let message = format!("process {slug}, step '{step}': {}", failure.message);
            Failure { kind: Kind::Usage, message, ..failure }.into()
        }
        Err(trouble) => trouble,
    }
}

/// The comment: every question with its answer.
fn render(process: &Process, walk: &Walk) -> String {
    let mut text = format!("{}\n\n", process.title);
    for (question, answer) in &walk.said {
        // What is asked over several lines is one item all the same.
        let question = question.split_whitespace().collect::<Vec<_>>().join(" ");
        text.push_str(&format!("- {question} **{answer}**\n"));
    }
    text
}

/// Leaves the ticket as the process ends. What the guards do not allow yet is left to the agent, who is told.
fn finish(draft: &mut Draft, planning: &Planning<'_>, end: End) -> Option<String> {
    let state = match end {
        End::None => return None,
        End::Open => {
            status::opens(&mut draft.new);
            return None;
        }
        End::Escalate => {
            to_second_line(draft, None);
            return None;
        }
        End::Wait => State::Waiting,
        End::Hold => State::Hold,
        End::Solve => State::Solved,
        End::Close => State::Closed,
    };
    let before = draft.new.clone();
    put(draft, planning, state);
    let thread = &draft.folder.thread;
    let guard = status::check(&draft.old, &draft.new, thread, planning.settings, false).err()?;
    draft.new = before;
    status::opens(&mut draft.new);
    let (id, state, verb) = (draft.id(), state.name(), end.name());
    let wants = match guard {
        Guard::Missing(fields) => fields.join(", "),
        _ => "an assignee and an answer to the requester".to_owned(),
    };
    Some(format!("{id} is not {state} yet: it wants {wants}; then `loket {verb} {id}`"))
}

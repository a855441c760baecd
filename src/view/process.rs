//! Processes, as JSON has them.

use serde::Serialize;

use crate::domain::process::{Process, Step, Task, To};

/// A row of `process list`.
#[derive(Debug, Clone, Serialize)]
pub struct ProcessRow {
    pub slug: String,
    pub title: String,
    /// How many steps there are.
    pub steps: usize,
    pub path: String,
}

/// `process show`
#[derive(Debug, Clone, Serialize)]
pub struct ProcessPage {
    pub slug: String,
    pub title: String,
    pub start: String,
    pub steps: Vec<StepView>,
    pub path: String,
    pub body: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct StepView {
    pub name: String,
    /// `choose` one of the options, `tell` any text, or `do` something.
    pub kind: &'static str,
    pub text: String,
    /// The key the answer becomes the value of.
    pub set: Option<String>,
    pub pattern: Option<String>,
    pub options: Vec<OptionView>,
    /// The step it goes on to; `null` where it ends or the answer decides.
    pub next: Option<String>,
    /// How it ends; `null` where it goes on.
    pub end: Option<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
pub struct OptionView {
    pub name: String,
    /// `key=value`, as `loket set` takes it.
    pub set: Vec<String>,
    pub next: Option<String>,
    pub end: Option<&'static str>,
}

impl ProcessPage {
    pub fn of(process: Process, path: String) -> ProcessPage {
        let steps = process.steps.iter().map(StepView::of).collect();
        let Process { slug, title, start, body, .. } = process;
        ProcessPage { slug, title, start, steps, path, body }
    }
}

fn way(to: &To) -> (Option<String>, Option<&'static str>) {
    match to {
        To::Step(name) => (Some(name.clone()), None),
        To::End(end) => (None, Some(end.name())),
    }
}

impl StepView {
    pub fn of(step: &Step) -> StepView {
        let (mut options, mut set) = (Vec::new(), None);
        let (kind, (next, end)) = match &step.task {
            Task::Choose { choices, .. } => {
                options.extend(choices.iter().map(|choice| {
                    let (next, end) = way(&choice.to);
                    let set = choice.set.iter().map(|one| one.to_string()).collect();
                    OptionView { name: choice.name.clone(), set, next, end }
                }));
                ("choose", (None, None))
            }
            Task::Tell { key, to, .. } => {
                set.clone_from(key);
                ("tell", way(to))
            }
            Task::Act { to, .. } => ("do", way(to)),
        };
        let (name, text, pattern) = (step.name.clone(), step.text().to_owned(), step.pattern.clone());
        StepView { name, kind, text, set, pattern, options, next, end }
    }
}

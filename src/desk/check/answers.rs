//! Patterns and processes.

use super::keys::{self, Kind};
use super::policies::{faults_of, mentions_of, query_fault};
use super::secrets::{self, Whose};
use super::{Checking, each_page, of_fault, unreadable};
use crate::domain::finding::Finding;
use crate::domain::process::Dangling;
use crate::failure::Result;
use crate::format::frontmatter;
use crate::format::links::position;
use crate::format::places::Places;
use crate::format::{internal, layout, pattern, policy, process, template};

pub fn check(checking: &Checking<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    each_page(checking.snapshot, layout::PATTERNS, &mut |path, _, bytes| {
        found.extend(one_pattern(checking, path, bytes)?);
        Ok(())
    })?;
    each_page(checking.snapshot, layout::PROCESSES, &mut |path, slug, bytes| {
        found.extend(one_process(checking, path, slug, bytes)?);
        Ok(())
    })?;
    Ok(found)
}

fn one_pattern(checking: &Checking<'_>, path: &str, bytes: &[u8]) -> Result<Vec<Finding>> {
    let Some((slug, language)) = layout::parse_pattern(path) else { return Ok(Vec::new()) };
    let (front, read) = match frontmatter::parse(bytes) {
        Ok(front) => (front, pattern::parse(slug, language, bytes)),
        Err(fault) => return Ok(vec![unreadable(path, &fault)]),
    };
    let mut found = keys::check(Kind::Pattern, path, &front);
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    found.extend(secrets::check(path, text, Whose::Desk));
    let pattern = match read {
        Ok(pattern) => pattern,
        Err(fault) => {
            found.push(of_fault("file-unreadable", path, &fault));
            return Ok(found);
        }
    };
    if let Err(fault) = template::validate(&pattern.response) {
        found.push(of_fault("template", path, &fault));
    }
    let places = Places::of_front_matter(text);
    if let Some(when) = &pattern.when {
        found.extend(query_fault(checking, path, places.text(&["when"]), when));
    }
    let set = policy::set_of(&front, text);
    found.extend(faults_of(path, &set.faults));
    found.extend(mentions_of(checking, path, &set.mentions)?);
    for part in internal::parts(&pattern.response.text) {
        let place = position(text, pattern.response.offset + part.start);
        let said = "a mark of internal text hides nothing in an answer: all of it is sent";
        found.push(Finding::new("internal-in-public", path, place, said).hint("move it to Approach or Next steps"));
    }
    if let Some(original) = language.filter(|_| !checking.world.patterns.contains(slug)) {
        let said = format!("there is no pattern '{slug}' that this could be the '{original}' of");
        found.push(Finding::new("translation-orphan", path, (1, 1), said));
    }
    Ok(found)
}

fn one_process(checking: &Checking<'_>, path: &str, slug: &str, bytes: &[u8]) -> Result<Vec<Finding>> {
    let parsed = process::parse(slug, bytes);
    let mut found = faults_of(path, &parsed.faults);
    found.extend(mentions_of(checking, path, &parsed.mentions)?);
    if let Ok(front) = frontmatter::parse(bytes) {
        found.extend(keys::check(Kind::Process, path, &front));
    }
    found.extend(secrets::check(path, std::str::from_utf8(bytes).unwrap_or_default(), Whose::Desk));
    // Where a step cannot be read, the ways that lead to it and on from it are not known.
    let failed = parsed.faults.iter().any(|fault| !fault.warning);
    let Some(process) = parsed.process.filter(|_| !failed) else { return Ok(found) };
    for dangling in process.dangling() {
        let step = |at: usize| &process.steps[at];
        found.push(match dangling {
            Dangling::NoStep { step: at, to } => {
                let said = format!("step '{}' goes on to '{}', which is no step", step(at).name, to.escape_debug());
                let hint = super::meant(&to, process.steps.iter().map(|step| step.name.as_str()));
                Finding::new("process-step", path, step(at).place, said).maybe_hint(hint)
            }
            Dangling::Unreachable { step: at } => {
                let said = format!("no way leads to step '{}'", step(at).name);
                Finding::new("process-unreachable", path, step(at).place, said)
            }
            Dangling::Endless { step: at } => {
                let said = format!("from step '{}' no way leads to an end", step(at).name);
                Finding::new("process-endless", path, step(at).place, said).hint("give one of its answers `end: open`")
            }
        });
    }
    Ok(found)
}

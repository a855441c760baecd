//! What is found while a file is read.

use std::collections::HashSet;

use super::item::Item;
use super::{Finding, Mention, MentionKind};
use crate::domain::query::{find_nearest, render_piece};
use crate::format::frontmatter::Fault;
use crate::format::places::Place;

/// The faults and mentions met so far.
#[derive(Debug, Default)]
pub(in crate::format) struct Notes {
    pub faults: Vec<Finding>,
    pub mentions: Vec<Mention>,
}

impl Notes {
    fn add(&mut self, (line, column): Place, message: String, hint: String, warning: bool) {
        let hint = Some(hint).filter(|hint| !hint.is_empty());
        self.faults.push(Finding { fault: Fault { line, column, message, hint }, warning });
    }

    /// An error about a value.
    pub fn wrong(&mut self, item: Item<'_>, message: impl Into<String>, hint: impl Into<String>) {
        self.add(item.place(), message.into(), hint.into(), false);
    }

    /// An error about a key.
    pub fn wrong_key(&mut self, item: Item<'_>, message: impl Into<String>, hint: impl Into<String>) {
        self.add(item.key_place(), message.into(), hint.into(), false);
    }

    /// A warning about a key.
    pub fn warn_key(&mut self, item: Item<'_>, message: impl Into<String>, hint: impl Into<String>) {
        self.add(item.key_place(), message.into(), hint.into(), true);
    }

    pub fn mention(&mut self, kind: MentionKind, item: Item<'_>, text: impl Into<String>) {
        let (line, column) = item.place();
        self.mentions.push(Mention { kind, text: text.into(), line, column });
    }

    /// Warns of keys nobody reads.
    pub fn unknown_keys(&mut self, item: Item<'_>, what: &str, known: &[&str]) {
        for (key, value) in item.entries().unwrap_or_default() {
            if !known.contains(&key) {
                self.warn_key(value, format!("{what} has no '{}'", render_piece(key)), suggest(key, known));
            }
        }
    }

    /// The text of a value, which is not empty.
    pub fn text(&mut self, item: Item<'_>, what: &str) -> Option<String> {
        let text = item.text().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            let found = if item.text().is_some() { "an empty one" } else { item.kind() };
            self.wrong(item, format!("'{what}' wants a text, not {found}"), "");
        }
        text
    }

    /// The texts of a list; one text is a list of one. What is no text is told and left out.
    pub fn texts<'a>(&mut self, item: Item<'a>, what: &str) -> Vec<(String, Item<'a>)> {
        if item.is_null() {
            return Vec::new();
        }
        let items = item.items().unwrap_or_else(|| vec![item]);
        items.into_iter().filter_map(|item| Some((self.text(item, what)?, item))).collect()
    }

    /// The values of a list of mappings.
    pub fn mappings<'a>(&mut self, item: Item<'a>, what: &str) -> Vec<Item<'a>> {
        let Some(items) = item.items() else {
            self.wrong(
                item,
                format!("a list of {what} is wanted here, not {}", item.kind()),
                "begin each with `- name:`",
            );
            return Vec::new();
        };
        let (good, bad): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.entries().is_some());
        for item in bad {
            let said = item.text().map_or(item.kind().to_owned(), |text| format!("'{}'", render_piece(&text)));
            self.wrong(item, format!("{said} stands among the {what}, which are mappings"), "begin it with `- name:`");
        }
        good
    }

    /// The entries of a mapping.
    pub fn entries<'a>(&mut self, item: Item<'a>, message: &str) -> Vec<(&'a str, Item<'a>)> {
        item.entries().unwrap_or_else(|| {
            let said = item.text().map_or(item.kind().to_owned(), |text| format!("'{}'", render_piece(&text)));
            self.wrong(item, format!("{message}, not {said}"), "");
            Vec::new()
        })
    }

    /// The name of a policy or rule: one line, the first of its kind with it.
    pub fn name(&mut self, item: Item<'_>, what: &str, seen: &mut HashSet<String>) -> Option<String> {
        let Some(value) = item.get("name") else {
            self.wrong(item, format!("a {what} without a 'name'"), "add `name: …`");
            return None;
        };
        let name = self.text(value, "name")?.trim().to_owned();
        if name.contains(char::is_control) {
            self.wrong(value, format!("the name '{}' is no single line", render_piece(&name)), "write it on one line");
            return None;
        }
        if !seen.insert(name.clone()) {
            self.wrong(value, format!("a second {what} is called '{}'", render_piece(&name)), "give it another name");
        }
        Some(name)
    }

    /// The query of `when`: `Some(None)` where there is none, `None` where it cannot be read.
    pub fn when(&mut self, item: Item<'_>) -> Option<Option<String>> {
        let Some(value) = item.get("when") else { return Some(None) };
        let Some(query) = value.text() else {
            self.wrong(value, format!("'when' wants a query, not {}", value.kind()), "write it as one text in quotes");
            return None;
        };
        if query.trim().is_empty() {
            return Some(None);
        }
        self.mention(MentionKind::Query, value, query.clone());
        Some(Some(query))
    }
}

/// `did you mean 'created'? known are …`
pub(in crate::format) fn suggest(typed: &str, known: &[&str]) -> String {
    let near = find_nearest(typed, known.iter().copied()).or_else(|| {
        known.iter().copied().find(|word| {
            // `monday` for `mon`.
            word.len() >= 3 && typed.to_lowercase().starts_with(word)
        })
    });
    let all = format!("known are {}", known.join(", "));
    near.map_or(all.clone(), |near| format!("did you mean '{near}'? {all}"))
}

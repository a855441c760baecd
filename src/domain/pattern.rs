//! A response pattern: a recognised situation and how the desk answers it.

/// What becomes of a ticket that was answered from a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Then {
    /// It waits for the requester.
    Wait,
    Solve,
    /// The second line gets it.
    Escalate,
    #[default]
    None,
}

impl Then {
    const ALL: [Then; 4] = [Then::Wait, Then::Solve, Then::Escalate, Then::None];

    pub fn name(self) -> &'static str {
        ["wait", "solve", "escalate", "none"][self as usize]
    }

    pub fn find(name: &str) -> Option<Then> {
        Self::ALL.into_iter().find(|then| then.name() == name)
    }
}

/// A part of a pattern's body, without the blank lines around it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    pub text: String,
    /// The line of the file it begins at, from 1.
    pub line: usize,
    /// The byte of the file it begins at.
    pub offset: usize,
}

/// A pattern, or a translation of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pub slug: String,
    pub title: String,
    pub language: Option<String>,
    pub tags: Vec<String>,
    /// A query that the tickets it fits match.
    pub when: Option<String>,
    /// What `set` is to do, as key (which may end in `+` or `-`) and value.
    pub set: Vec<(String, String)>,
    pub then: Then,
    pub situation: Section,
    pub approach: Section,
    /// A template.
    pub response: Section,
    pub next_steps: Section,
    /// All of the text below the front matter.
    pub body: String,
}

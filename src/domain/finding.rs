//! What `check` finds: the codes, each with how grave it is and what it means.

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something does not work, or says what is not so.
    Error,
    /// Something wants attention.
    Warning,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
        }
    }
}

/// What kind of thing is wrong. The name is stable: scripts and suppressions rely on it.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    pub name: &'static str,
    pub level: Level,
    /// One sentence, for people.
    pub meaning: &'static str,
}

/// Something that is wrong, at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub code: &'static Code,
    pub level: Level,
    pub path: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters; within the text that is wrong.
    pub column: usize,
    pub message: String,
    pub hint: Option<String>,
    /// Another file this depends on: where a link led.
    pub about: Option<String>,
}

const fn error(name: &'static str, meaning: &'static str) -> Code {
    Code { name, level: Level::Error, meaning }
}

const fn warning(name: &'static str, meaning: &'static str) -> Code {
    Code { name, level: Level::Warning, meaning }
}

/// Every code, in the order the manual lists them.
pub static CODES: [Code; 40] = [
    error(
        "file-unreadable",
        "A file, its front matter or a value in it cannot be read; nothing else of the file is checked.",
    ),
    warning("file-unknown", "A file lies where loket looks for others and is none of them."),
    error("file-place", "A ticket's file lies in a folder that does not follow from its id, so nobody finds it."),
    warning("key-unknown", "A key of a front matter, a policy or the settings means nothing to loket."),
    warning("title-missing", "An article has no title; its file name stands in for it."),
    warning("title-twice", "Two articles in one language have the same title."),
    error("status-unknown", "A ticket has a status the desk does not have."),
    error("type-unknown", "A ticket has a type the desk does not have."),
    warning("channel-unknown", "A ticket or comment came by a channel the desk does not have."),
    warning("field-unknown", "A ticket has a custom field that loket.yaml does not declare."),
    error("field-value", "A custom field has a value its declaration does not allow."),
    warning("agent-unknown", "A handle is given that no file in people/ has."),
    warning("team-unknown", "A team is given that no agent is in."),
    warning("org-unknown", "A customer is of an organisation that has no file in orgs/."),
    error("ticket-unknown", "A ticket links to, or was merged into, one that is not there."),
    error("merge-circle", "Tickets were merged into one another in a circle."),
    error("external-id-twice", "Two tickets were imported as the same one of another system."),
    error("email-twice", "Two people have the same e-mail address."),
    error("attachment-missing", "An attachment is named that is not there."),
    error(
        "internal-in-public",
        "Marks of internal text stand where they hide nothing: in a public comment or an answer of a pattern.",
    ),
    warning("internal-mark", "An internal part of an article is not closed, or closed without having been opened."),
    error("link-file", "A link leads to a file that is not there."),
    error("link-anchor", "A link leads to a heading that is not there."),
    error("link-slug", "[[slug]] names an article that is not there."),
    error("link-ambiguous", "[[slug]] names several articles."),
    error("link-outside", "A link leads out of the desk."),
    error("link-ticket", "A link leads to a ticket that is not there."),
    warning("link-not-public", "A public article links to one the public does not see."),
    warning("article-stale", "An article's review is overdue."),
    warning("translation-outdated", "An article changed after it was translated."),
    error(
        "translation-orphan",
        "A translation has no article beside it that it translates, or says it translates another.",
    ),
    error(
        "template",
        "A pattern's answer cannot be rendered: a placeholder is not defined, or something else is not allowed.",
    ),
    error("query", "A query cannot be read, or names what is not there."),
    error("policy", "A policy or the settings do not say what they have to; what does is in force."),
    error(
        "reference",
        "A policy, pattern or process names a calendar, pattern, status or other thing that is not there.",
    ),
    error("process-step", "A step of a process goes on to one that is not there."),
    warning("process-unreachable", "No way leads to a step of a process."),
    error("process-endless", "From a step of a process no way leads to an end."),
    error("secret-key", "A private key or a token stands in a file; in what a requester wrote it is a warning."),
    warning("secret-password", "An answer, an article or a pattern seems to hold a password."),
];

/// The code of a name.
pub fn code(name: &str) -> &'static Code {
    let found = CODES.iter().find(|code| code.name == name);
    found.unwrap_or(&CODES[0])
}

impl Finding {
    /// A finding of a kind, as grave as the kind is.
    pub fn new(name: &str, path: &str, place: (usize, usize), message: impl Into<String>) -> Finding {
        let code = code(name);
        let (line, column) = place;
        let (path, message) = (path.to_owned(), message.into());
        Finding { code, level: code.level, path, line, column, message, hint: None, about: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Finding {
        self.hint = Some(hint.into());
        self
    }

    pub fn maybe_hint(mut self, hint: Option<String>) -> Finding {
        self.hint = hint;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_words_in_kebab_case_and_given_once() {
        for (at, code) in CODES.iter().enumerate() {
            assert!(code.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", code.name);
            assert!(CODES[at + 1..].iter().all(|other| other.name != code.name), "{}", code.name);
            assert!(code.meaning.ends_with('.'), "{}", code.name);
        }
    }
}

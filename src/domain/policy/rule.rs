//! A rule: what a desk does by itself (workflow.md, Rules and Assignment).

/// What a rule listens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    Created,
    Updated,
    Comment,
    CustomerComment,
    Status,
    SlaWarning,
    SlaBreach,
    Remind,
    Tick,
}

impl Event {
    pub const ALL: [Event; 9] = [
        Event::Created,
        Event::Updated,
        Event::Comment,
        Event::CustomerComment,
        Event::Status,
        Event::SlaWarning,
        Event::SlaBreach,
        Event::Remind,
        Event::Tick,
    ];

    pub fn name(self) -> &'static str {
        ["created", "updated", "comment", "customer-comment", "status", "sla-warning", "sla-breach", "remind", "tick"]
            [self as usize]
    }

    pub fn find(name: &str) -> Option<Event> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }
}

/// How a value meets what the ticket has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `key`
    Replace,
    /// `key+`: of a list
    Add,
    /// `key-`: of a list
    Remove,
}

/// A line of `set`. The key as `loket set` takes it, custom fields as `field.NAME`; a list joined by commas; an empty
/// value empties the key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Setting {
    pub key: String,
    pub operation: Operation,
    pub value: String,
}

impl std::fmt::Display for Setting {
    /// `key=value`, `key+=value` or `key-=value`, as `loket set` takes it.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match self.operation {
            Operation::Replace => "",
            Operation::Add => "+",
            Operation::Remove => "-",
        };
        write!(out, "{}{sign}={}", self.key, self.value)
    }
}

/// Whom an assignment chooses among.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Among {
    /// The ticket's team where none is named.
    pub team: Option<String>,
    /// Every one of them is required.
    pub skills: Vec<String>,
}

/// How an agent is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assign {
    /// The next after the last one this rule chose.
    RoundRobin(Among),
    /// Who has the fewest tickets in state open.
    LeastLoaded(Among),
    /// Who has the best sum of levels.
    Skills(Among),
    /// This handle, or its substitute.
    Fixed(String),
}

impl Assign {
    /// The strategies' names.
    pub const STRATEGIES: [&str; 4] = ["round-robin", "least-loaded", "skills", "fixed"];

    pub fn strategy(&self) -> &'static str {
        match self {
            Assign::RoundRobin(_) => Self::STRATEGIES[0],
            Assign::LeastLoaded(_) => Self::STRATEGIES[1],
            Assign::Skills(_) => Self::STRATEGIES[2],
            Assign::Fixed(_) => Self::STRATEGIES[3],
        }
    }
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Set(Vec<Setting>),
    Assign(Assign),
    /// To the second line; of this team where one is named.
    Escalate(Option<String>),
    /// An internal comment.
    Note(String),
    /// A public answer from the pattern with this slug.
    Reply(String),
    /// An http or https address that is told.
    Webhook(String),
    /// A program and its arguments.
    Run {
        program: String,
        arguments: Vec<String>,
    },
}

impl Action {
    /// The names of the actions.
    pub const NAMES: [&str; 7] = ["set", "assign", "escalate", "note", "reply", "webhook", "run"];

    pub fn name(&self) -> &'static str {
        let place = match self {
            Action::Set(_) => 0,
            Action::Assign(_) => 1,
            Action::Escalate(_) => 2,
            Action::Note(_) => 3,
            Action::Reply(_) => 4,
            Action::Webhook(_) => 5,
            Action::Run { .. } => 6,
        };
        Self::NAMES[place]
    }
}

/// An entry of `policy/rules.yaml`; the order of the file is the order they are asked in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// One line; it is written into a trailer.
    pub name: String,
    /// At least one, none twice.
    pub on: Vec<Event>,
    /// A query; without one every ticket fits.
    pub when: Option<String>,
    /// In order.
    pub then: Vec<Action>,
    /// No rule after this one is asked.
    pub stop: bool,
}

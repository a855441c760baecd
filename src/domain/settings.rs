//! The desk's settings (`loket.yaml`): its words, its statuses, its custom fields.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::domain::policy::calendar::DeadlineAt;
use crate::domain::portal::PortalSettings;
use crate::domain::ticket::State;

/// The type of a custom field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    Text,
    Number,
    Date,
    Bool,
    /// One of these values.
    Enum(Vec<String>),
}

/// A custom field as `loket.yaml` declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRule {
    pub kind: FieldType,
    /// The verbs (`solve`, `close`) that want it filled.
    pub required_on: Vec<String>,
    /// The form of the portal asks for it.
    pub public: bool,
}

/// What becomes of an answer to a closed ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUp {
    Reopen,
    NewTicket,
    Reject,
}

/// `loket.yaml`, with the defaults for what it leaves out.
#[derive(Debug, Clone)]
pub struct Settings {
    pub desk: String,
    pub language: String,
    pub languages: Vec<String>,
    pub timezone: jiff::tz::TimeZone,
    /// In the order they are told: the stock statuses, then the desk's own.
    pub statuses: Vec<(String, State)>,
    pub types: Vec<String>,
    pub channels: Vec<String>,
    pub fields: BTreeMap<String, FieldRule>,
    pub follow_up: FollowUp,
    pub reopen_days: u32,
    pub close_after: SignedDuration,
    /// The calendar of business time where no SLA policy names one.
    pub calendar: Option<String>,
    pub deadline_at: DeadlineAt,
    pub reminders: Option<Reminders>,
    pub mail: MailSettings,
    pub portal: PortalSettings,
}

/// How a requester who owes an answer is reminded: of a ticket in state waiting, from when it came into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminders {
    /// The time before the first, between two, and from the last to the end.
    pub after: SignedDuration,
    /// How many there are before the ticket is solved.
    pub times: u32,
    /// The slug of the pattern they are made from.
    pub pattern: String,
}

/// How the desk takes and sends mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// The address the desk is written to.
    pub address: Option<String>,
    /// Other addresses that lead to it.
    pub aliases: Vec<String>,
    /// The name its messages come from; the desk's own where it has none.
    pub name: Option<String>,
    /// The server whose `Authentication-Results` are trusted.
    pub authserv: Option<String>,
    pub route: Option<MailRoute>,
    /// `imaps://user@host/folder`
    pub imap: Option<String>,
    /// A command that prints the password of the mail servers.
    pub password_command: Option<String>,
    /// Whether each message is kept as it came, beside what was made of it.
    pub keep_raw: bool,
    /// Whether a new ticket of a person is acknowledged.
    pub acknowledge: bool,
    /// At most so many automatic answers to one address on one ticket within a time.
    pub limits: Vec<(SignedDuration, usize)>,
}

/// The way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailRoute {
    /// `smtp://user@host:port`
    Smtp(String),
    /// A command that takes a message on its standard input.
    Sendmail(String),
}

impl Default for MailSettings {
    fn default() -> Self {
        let limit = |(minutes, count)| (SignedDuration::from_mins(minutes), count);
        MailSettings {
            address: None,
            aliases: Vec::new(),
            name: None,
            authserv: None,
            route: None,
            imap: None,
            password_command: None,
            keep_raw: true,
            acknowledge: true,
            // Zammad's, which have stood the test of time.
            limits: [(10, 10), (30, 15), (60, 25), (180, 50), (600, 100)].map(limit).to_vec(),
        }
    }
}

impl MailSettings {
    /// All addresses of the desk.
    pub fn own(&self) -> Vec<String> {
        self.address.iter().chain(&self.aliases).cloned().collect()
    }
}

impl Default for Settings {
    fn default() -> Self {
        let stock = [
            ("new", State::Open),
            ("open", State::Open),
            ("waiting", State::Waiting),
            ("on-hold", State::Hold),
            ("solved", State::Solved),
            ("closed", State::Closed),
            ("spam", State::Discarded),
        ];
        let words = |words: &[&str]| words.iter().map(|word| word.to_string()).collect();
        Settings {
            desk: "Helpdesk".into(),
            language: "en".into(),
            languages: words(&["en"]),
            timezone: jiff::tz::TimeZone::UTC,
            statuses: stock.map(|(name, state)| (name.to_owned(), state)).to_vec(),
            types: words(&["question", "request", "service", "incident", "complaint"]),
            channels: words(&["email", "web", "phone", "chat", "social", "cli", "api"]),
            fields: BTreeMap::new(),
            follow_up: FollowUp::NewTicket,
            reopen_days: 14,
            close_after: SignedDuration::from_hours(96),
            calendar: None,
            deadline_at: DeadlineAt::Close,
            reminders: None,
            mail: MailSettings::default(),
            portal: PortalSettings::default(),
        }
    }
}

impl Settings {
    /// The state of a status; `None` if the desk has no such status.
    pub fn state(&self, status: &str) -> Option<State> {
        self.statuses.iter().find(|(name, _)| name == status).map(|(_, state)| *state)
    }
}

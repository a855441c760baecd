//! The pages with forms, and those that only a server makes: results, requests, errors.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use minijinja::{Value, context};

use super::address::listing;
use super::look::{Template, TemplateFault};
use super::pages::{Entry, Pages};
use super::words::{alerts_in, date_in, words_in};
use crate::domain::settings::{FieldType, Settings};
use crate::domain::ticket::State;
use crate::format::html::{self, Leads};

/// What was filled in, to be shown again, with what is wrong.
#[derive(Debug, Clone, Default)]
pub struct Filled {
    pub fields: BTreeMap<String, String>,
    /// The signed token of the form.
    pub token: String,
    /// Fields that are wrong, each with the key of what is said.
    pub wrong: Vec<(String, &'static str)>,
    /// What is wrong with the whole, by its key.
    pub trouble: Option<&'static str>,
}

impl Filled {
    pub fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    fn errors(&self, words: &BTreeMap<&'static str, &'static str>) -> Vec<Value> {
        let of = |field: Option<&str>, key: &str| context! { field => field, said => words.get(key).copied().unwrap_or_default() };
        let whole = self.trouble.iter().map(|key| of(None, key));
        whole.chain(self.wrong.iter().map(|(field, key)| of(Some(field), key))).collect()
    }

    fn context(&self) -> Value {
        let mut fields: BTreeMap<String, String> = self.fields.clone();
        fields.insert("token".into(), self.token.clone());
        Value::from(fields)
    }

    fn marks(&self) -> Value {
        Value::from(self.wrong.iter().map(|(field, _)| (field.clone(), true)).collect::<BTreeMap<String, bool>>())
    }
}

/// A ticket as its page shows it.
#[derive(Debug, Clone)]
pub struct TicketPage<'a> {
    pub token: &'a str,
    pub id: &'a str,
    pub title: &'a str,
    pub state: State,
    pub created: Timestamp,
    pub rated: Option<u8>,
    pub messages: Vec<Message<'a>>,
    pub may: BTreeSet<&'static str>,
    /// The key of what was done just now.
    pub done: Option<&'static str>,
    /// It was opened just now: the address of its page is told.
    pub sent: bool,
}

#[derive(Debug, Clone)]
pub struct Message<'a> {
    pub mine: bool,
    pub author: &'a str,
    pub date: Timestamp,
    pub text: &'a str,
    pub automatic: bool,
    /// Name and bytes.
    pub files: Vec<(&'a str, Option<u64>)>,
}

/// A number of bytes as people say it.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}

impl Pages<'_> {
    /// What was found for a question.
    pub fn results(
        &self,
        language: &str,
        query: &str,
        articles: Vec<Entry>,
        partial: bool,
    ) -> Result<String, TemplateFault> {
        let own = context! {
            title => words_in(language)["search"],
            hidden => true,
            query => query,
            articles => articles,
            partial => partial,
            canonical => "",
        };
        self.page(Template::Search, language, &format!("{language}/search"), &|tag| Some(format!("{tag}/search")), own)
    }

    /// The form for a new request: first what it is about alone, then, with what may answer it, the whole of it.
    pub fn new_request(
        &self,
        language: &str,
        settings: &Settings,
        filled: Option<&Filled>,
        articles: Vec<Entry>,
        embedded: bool,
    ) -> Result<String, TemplateFault> {
        let words = words_in(language);
        let name = if embedded { "embed" } else { "new" };
        let file = format!("{language}/{name}");
        let empty = Filled::default();
        let form = filled.unwrap_or(&empty);
        let portal = &settings.portal;
        let kinds: Vec<Value> =
            portal.types.iter().map(|kind| context! { value => kind, title => capital(kind) }).collect();
        let shown = settings.fields.iter().filter(|(_, rule)| rule.public);
        let fields: Vec<Value> = shown
            .map(|(name, rule)| {
                let values = match &rule.kind {
                    FieldType::Enum(values) => values.clone(),
                    FieldType::Bool => vec!["yes".to_owned(), "no".to_owned()],
                    _ => Vec::new(),
                };
                let kind = match rule.kind {
                    FieldType::Number => "number",
                    FieldType::Date => "date",
                    _ => "text",
                };
                let key = format!("field.{name}");
                let wrong = form.wrong.iter().any(|(field, _)| *field == key);
                context! { name => name, title => capital(name), kind => kind, values => values, value => form.get(&key), wrong => wrong }
            })
            .collect();
        let hint =
            words["files_hint"].replacen("{}", &portal.files.to_string(), 1).replacen("{}", &size(portal.upload), 1);
        let own = context! {
            title => words["new"],
            hidden => true,
            embedded => embedded,
            action => super::address::link(&self.root(&file), &file),
            form => filled.map(Filled::context),
            errors => form.errors(&words),
            wrong => form.marks(),
            types => kinds,
            fields => fields,
            most_files => portal.files,
            files_hint => hint,
            articles => articles,
            canonical => "",
        };
        self.page(Template::New, language, &file, &|tag| Some(format!("{tag}/{name}")), own)
    }

    /// What is shown in a frame when a request was taken: its page may not be in one.
    pub fn sent(&self, language: &str, id: &str, token: &str) -> Result<String, TemplateFault> {
        let words = words_in(language);
        let (own, file) = (format!("t/{token}"), format!("{language}/embed"));
        let root = self.url.as_ref().map_or_else(|| self.root(&file), |url| format!("{url}/"));
        let context = context! {
            title => words["sent"],
            hidden => true,
            embedded => true,
            sent => words["sent_intro"].replace("{}", id),
            address => super::address::link(&root, &own),
            canonical => "",
        };
        self.page(Template::New, language, &file, &|tag| Some(format!("{tag}/embed")), context)
    }

    /// The page of a ticket.
    pub fn ticket(
        &self,
        language: &str,
        settings: &Settings,
        ticket: &TicketPage<'_>,
        filled: &Filled,
    ) -> Result<String, TemplateFault> {
        let words = words_in(language);
        let file = format!("t/{}", ticket.token);
        let base = super::address::link(&self.root(&file), &file);
        let status = match ticket.state {
            State::Open | State::Hold => "open",
            State::Waiting => "waiting",
            State::Solved => "solved",
            State::Closed | State::Discarded => "closed",
        };
        let dated = |at: Timestamp| date_in(language, self.zone.to_datetime(at).date());
        let alerts = alerts_in(language);
        let messages: Vec<Value> = ticket
            .messages
            .iter()
            .map(|message| {
                let files = message.files.iter().map(|(name, bytes)| {
                    let link = format!("{base}/files/{}", super::address::encode(name));
                    context! { name => *name, link => bytes.is_some().then_some(link), size => bytes.map(size) }
                });
                let time = self.zone.to_datetime(message.date).strftime("%H:%M").to_string();
                context! {
                    mine => message.mine,
                    author => if message.author.is_empty() || message.author == "loket" { self.site.title.as_str() } else { message.author },
                    automatic => message.automatic,
                    at => message.date.to_string(),
                    said => format!("{}, {time}", dated(message.date)),
                    // What somebody wrote leads to other sites at most.
                    html => html::web("", message.text, &alerts, &mut |link| if link.image { Leads::Nowhere } else { foreign(&link.target) }).html,
                    files => files.collect::<Vec<_>>(),
                }
            })
            .collect();
        let hint = words["files_hint"].replacen("{}", &settings.portal.files.to_string(), 1).replacen(
            "{}",
            &size(settings.portal.upload),
            1,
        );
        let address = settings.portal.url.as_ref().map_or_else(|| base.clone(), |url| format!("{url}/{file}"));
        let may = |what: &str| ticket.may.contains(what);
        // One address in every language: the one that is chosen stands behind it, and stays there.
        let languages = self.site.languages.iter().map(|(tag, name)| {
            context! { lang => tag, name => name, link => format!("{base}?lang={tag}"), current => tag == language }
        });
        let own = context! {
            title => ticket.title,
            hidden => true,
            base => base.as_str(),
            address => address,
            sent => ticket.sent.then(|| words["sent_intro"].replace("{}", ticket.id)),
            done => ticket.done.map(|key| words[key]),
            number => words["number"].replace("{}", ticket.id),
            state => status,
            status => words[format!("status_{status}").as_str()],
            created => context! { day => ticket.created.to_string(), said => words["created"].replace("{}", &dated(ticket.created)) },
            messages => messages,
            may_answer => may("answer"),
            may_close => may("close"),
            may_reopen => may("reopen"),
            may_rate => may("rate"),
            rated => ticket.rated.map(|score| words["rated"].replace("{}", &score.to_string())),
            form => filled.context(),
            errors => filled.errors(&words),
            wrong => filled.marks(),
            most_files => settings.portal.files,
            files_hint => hint,
            canonical => "",
            languages => languages.collect::<Vec<_>>(),
        };
        self.page(Template::Ticket, language, &file, &|_| None, own)
    }

    /// Where one's links are asked for; the same afterwards, whoever asked.
    pub fn mine(&self, language: &str, filled: &Filled, done: bool) -> Result<String, TemplateFault> {
        let words = words_in(language);
        let file = format!("{language}/mine");
        let own = context! {
            title => words["my_links"],
            hidden => true,
            action => super::address::link(&self.root(&file), &file),
            done => done,
            form => filled.context(),
            errors => filled.errors(&words),
            wrong => filled.marks(),
            canonical => "",
        };
        self.page(Template::Mine, language, &file, &|tag| Some(format!("{tag}/mine")), own)
    }

    /// What is shown in place of a page.
    pub fn error(&self, language: &str, key: &str) -> Result<String, TemplateFault> {
        let words = words_in(language);
        let said = words.get(key).copied().unwrap_or(words["error_wrong"]);
        let own = context! { title => said, hidden => true, canonical => "" };
        self.page(Template::Error, language, &format!("{language}/error"), &|tag| Some(listing(tag, "", 1)), own)
    }
}

/// Where a link in what somebody wrote leads.
fn foreign(target: &str) -> Leads {
    let is_web = ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme));
    if is_web { Leads::AsWritten } else { Leads::Nowhere }
}

fn capital(word: &str) -> String {
    let plain = word.replace(['-', '_'], " ");
    let mut letters = plain.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

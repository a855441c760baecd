//! `init`: a desk in an empty folder, in a repository with history, or bare.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use crate::domain::person::{Agent, AgentRole};
use crate::domain::settings::Settings;
use crate::failure::{Failure, Result};
use crate::format::{self, frontmatter, layout, person};
use crate::store::{Change, Desk, Found, Person, Snapshot};

mod stock;

/// What `init` made.
pub struct Made {
    pub place: String,
    /// `None` where there was a desk already.
    pub commit: Option<String>,
    pub agent: Option<String>,
    pub warnings: Vec<String>,
}

/// The stock views.
pub(super) const VIEWS: &str = include_str!("init/views.yaml");
const CALENDARS: &str = include_str!("init/calendars.yaml");
const SLA: &str = include_str!("init/sla.yaml");
const RULES: &str = include_str!("init/rules.yaml");
const ATTRIBUTES: &str = include_str!("init/gitattributes");
const README: &str = include_str!("init/README.md");
const SETTINGS: &str = include_str!("init/loket.yaml");

/// Makes a desk in `target`, or where none is named in `here`; adds to what is there and never overwrites.
pub fn init(here: &Path, target: Option<&Path>, bare: bool, name: Option<&str>, now: Timestamp) -> Result<Made> {
    let folder = target.unwrap_or(here);
    if folder.exists()
        && let Found::Desk(desk) = Desk::find(folder)?
        && (target.is_none() || desk.is_at(folder))
    {
        return Ok(Made {
            place: desk.place(),
            commit: None,
            agent: None,
            warnings: desk.mend()?.into_iter().collect(),
        });
    }
    let desk = Desk::open_or_create(folder, bare)?;
    let (author, agent) = first_agent(&desk)?;
    let title = name.map_or_else(|| desk_name(&desk.place()), str::to_owned);
    let own = files(&title, &agent);
    let done = desk.commit(|snapshot| {
        let mut files = own.clone();
        files.extend(stock::patterns(&settings(&desk, snapshot, &own)?));
        files.extend(stock::processes());
        Ok(Some(change(&desk, snapshot, &files, &author, now)?))
    })?;
    Ok(Made {
        place: desk.place(),
        commit: done.commit.map(|oid| oid.to_string()),
        agent: Some(agent.handle),
        warnings: done.warnings,
    })
}

/// Who runs it becomes the first agent: an admin, the handle from the address.
fn first_agent(desk: &Desk) -> Result<(Person, Agent)> {
    let (name, email) = desk.configured_person();
    let Some(email) = email else {
        let failure = Failure::error("git does not know who you are, and the first agent of the desk is you");
        return Err(failure
            .hint("git config --global user.email you@example.com")
            .hint("git config --global user.name 'Your Name'")
            .into());
    };
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let plain: String = local
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || "-_.".contains(letter) { letter } else { '-' })
        .collect();
    let plain = plain.trim_matches(['-', '.']);
    let handle = if layout::is_key(plain) && !matches!(plain, "me" | "none" | "any" | "auto") {
        plain.to_owned()
    } else {
        "admin".to_owned()
    };
    let name = name.unwrap_or_else(|| handle.clone());
    let agent = Agent {
        handle,
        name: name.clone(),
        emails: vec![email.clone()],
        role: AgentRole::Admin,
        teams: Vec::new(),
        ..Agent::default()
    };
    Ok((Person { name, email }, agent))
}

fn desk_name(place: &str) -> String {
    let name = Path::new(place).file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".git").unwrap_or(&name).to_owned();
    if name.is_empty() { "Helpdesk".to_owned() } else { name }
}

fn files(title: &str, agent: &Agent) -> Vec<(String, String)> {
    let zone = jiff::tz::TimeZone::try_system().ok().and_then(|zone| zone.iana_name().map(str::to_owned));
    let settings = SETTINGS
        .replace("{desk}", &frontmatter::render_scalar(title))
        .replace("{timezone}", &frontmatter::render_scalar(zone.as_deref().unwrap_or("UTC")));
    let own = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    vec![
        (layout::SETTINGS.to_owned(), settings),
        own(layout::VIEWS, VIEWS),
        own(layout::CALENDARS, CALENDARS),
        own(layout::SLA, SLA),
        own(layout::RULES, RULES),
        own(layout::ATTRIBUTES, ATTRIBUTES),
        (layout::README.to_owned(), README.replace("{desk}", &title.replace(['\n', '\r'], " "))),
        (layout::person(&agent.handle), person::render(agent)),
    ]
}

/// The settings the desk will have: those committed, those that lie in the working tree, else the new ones.
fn settings(desk: &Desk, snapshot: &Snapshot<'_>, files: &[(String, String)]) -> Result<Settings> {
    let fresh = || files.iter().find(|(path, _)| path == layout::SETTINGS).map(|(_, text)| text.clone().into_bytes());
    let found = snapshot.file(layout::SETTINGS)?.or_else(|| desk.working_file(layout::SETTINGS)).or_else(fresh);
    let parsed = format::settings::parse(&found.unwrap_or_default());
    Ok(parsed.map_err(|fault| format::failure(&fault, layout::SETTINGS))?)
}

/// What is missing of the files; those that lie uncommitted in the working tree stay the user's.
fn change(
    desk: &Desk,
    snapshot: &Snapshot<'_>,
    files: &[(String, String)],
    author: &Person,
    now: Timestamp,
) -> Result<Change> {
    let mut change = Change {
        files: BTreeMap::new(),
        subject: "Make a desk".to_owned(),
        stored: BTreeMap::new(),
        trailers: vec![("Loket-Command", "init".to_owned())],
        errands: Vec::new(),
        author: author.clone(),
        date: now,
    };
    for (path, text) in files {
        match snapshot.file(path)? {
            None => match desk.working_file(path) {
                // Without committed settings it is no desk: those that lie there become its own.
                Some(settings) if path == layout::SETTINGS => change.write(path.clone(), settings),
                Some(_) => {}
                None => change.write(path.clone(), text.clone()),
            },
            Some(old) if path == layout::ATTRIBUTES => {
                if let Some(text) = with_lines(&String::from_utf8_lossy(&old), text) {
                    change.write(path.clone(), text);
                }
            }
            Some(_) => {}
        }
    }
    Ok(change)
}

/// The old text with the lines it lacks at its end; `None` where it has them all.
fn with_lines(old: &str, wanted: &str) -> Option<String> {
    let missing: Vec<&str> = wanted.lines().filter(|line| !old.lines().any(|known| known.trim() == *line)).collect();
    if missing.is_empty() {
        return None;
    }
    let gap = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
    Some(format!("{old}{gap}{}\n", missing.join("\n")))
}

//! What was typed and where: the arguments that hold for every command, the environment, the terminal.

use std::path::PathBuf;

use clap::Parser;

use super::{Bar, Command};
use crate::clock;
use crate::desk::{Here, Surroundings};
use crate::failure::{Failure, Result};
use crate::output::{ColorChoice, Environment, Format, Ui};

/// A complete helpdesk that lives in a git repository
#[derive(Debug, Parser)]
#[command(name = "loket", version, propagate_version = true, max_term_width = 100, after_help = AFTER)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

const AFTER: &str =
    "Exit status: 0 done, 1 an error, 2 wrong usage, 3 no such ticket, article or agent, 4 refused, nothing changed;
of mail ingest and mail fetch also 65 nothing to keep, 75 not now, offer it again.
The query language is in loket-query(7), the files in loket-format(5), the JSON in loket-json(5),
mail in loket-mail(7), SLA, rules and reports in loket-workflow(7), many clones in loket-sync(7).";

/// What holds for every command.
#[derive(Debug, Clone, clap::Args)]
pub struct Global {
    /// Look for the desk in DIR and the folders above it
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub folder: Option<PathBuf>,
    /// Act as this agent
    #[arg(long = "as", value_name = "HANDLE", global = true)]
    pub agent: Option<String>,
    /// Read the desk as it stood at a revision or date
    #[arg(long, value_name = "REV", global = true)]
    pub at: Option<String>,
    /// How to answer: table, json, jsonl, csv, md or ids
    #[arg(short, long, value_name = "FORMAT", global = true)]
    pub output: Option<Format>,
    /// Answer as JSON, as `-o json`
    #[arg(long, global = true)]
    pub json: bool,
    /// When to colour: auto, always or never
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: ColorChoice,
    /// Say nothing that is not the answer
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Never page long answers
    #[arg(long, global = true)]
    pub no_pager: bool,
}

/// The environment, read once by `cli`.
pub struct Variables {
    pub now: Option<String>,
    pub agent: Option<String>,
    pub desk: Option<PathBuf>,
    /// `LOKET_KEY`
    pub key: Option<String>,
    /// `LOKET_WEBHOOK_SECRET`
    pub webhook_secret: Option<String>,
    /// `LOKET_MAIL_PASSWORD`
    pub password: Option<String>,
    /// `GIT_QUARANTINE_PATH`
    pub quarantine: Option<PathBuf>,
    pub seed: Option<u64>,
    /// Finds the commits git says it merges (`GITHEAD_…`); only the merge driver asks.
    pub merge_heads: fn() -> Vec<String>,
    pub editor: Option<String>,
    pub terminal: Environment,
}

/// What a command is run with.
pub struct Session {
    pub ui: Ui,
    /// As asked for; `None` leaves it to the command.
    pub format: Option<Format>,
    pub global: Global,
    pub variables: Variables,
}

impl Session {
    /// Finds and opens the desk.
    pub fn open(&self) -> Result<Here> {
        Here::open(self.surroundings()?)
    }

    pub fn surroundings(&self) -> Result<Surroundings> {
        Ok(Surroundings {
            folder: self.folder()?,
            fallback: self.variables.desk.clone(),
            now: self.now()?,
            agent: self.global.agent.clone().or_else(|| self.variables.agent.clone()),
            at: self.global.at.clone(),
            key: self.variables.key.clone(),
            webhook_secret: self.variables.webhook_secret.clone(),
            quarantine: self.variables.quarantine.clone(),
            seed: self.variables.seed,
            progress: Box::new(Bar::new(&self.ui)),
        })
    }

    pub fn now(&self) -> Result<jiff::Timestamp> {
        clock::now(self.variables.now.as_deref())
    }

    /// The folder to start from: `-C`, else the current one.
    pub fn folder(&self) -> Result<PathBuf> {
        match &self.global.folder {
            Some(folder) if folder.is_dir() => Ok(folder.clone()),
            Some(folder) => Err(Failure::error(format!("-C {}: there is no such folder", folder.display())).into()),
            None => std::env::current_dir()
                .map_err(|trouble| Failure::error(format!("the current folder cannot be read: {trouble}")).into()),
        }
    }

    /// The editor: VISUAL, EDITOR, git's, else vi.
    pub fn editor(&self, here: &Here) -> String {
        self.variables.editor.clone().or_else(|| here.desk.configured_editor()).unwrap_or_else(|| "vi".to_owned())
    }

    pub fn format(&self) -> Format {
        self.format.unwrap_or_default()
    }
}

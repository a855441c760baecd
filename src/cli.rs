//! From the command line and the environment to one command, and from its error to an exit code.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::commands::{Cli, Command, Session, Variables};
use crate::desk::indexing::is_damage;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::output::{Environment, Format, Ui, json, sanitize};
use crate::view::ErrorView;

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment() -> Variables {
    let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let terminal = Environment {
        no_color: text("NO_COLOR").is_some(),
        term_dumb: text("TERM").is_none_or(|term| term == "dumb"),
        ci: text("CI").is_some_and(|ci| ci != "false"),
        pager: std::env::var("PAGER").ok(),
        less: text("LESS").is_some(),
        columns: text("COLUMNS").and_then(|columns| columns.parse().ok()),
    };
    Variables {
        now: text("LOKET_NOW"),
        agent: text("LOKET_AGENT"),
        desk: text("LOKET_DESK").map(PathBuf::from),
        key: text("LOKET_KEY").filter(|key| !key.is_empty()),
        webhook_secret: text("LOKET_WEBHOOK_SECRET").filter(|secret| !secret.is_empty()),
        password: text("LOKET_MAIL_PASSWORD"),
        quarantine: text("GIT_QUARANTINE_PATH").map(PathBuf::from),
        seed: text("LOKET_SEED").and_then(|seed| seed.parse().ok()),
        merge_heads,
        editor: text("VISUAL").or_else(|| text("EDITOR")),
        terminal,
    }
}

/// The commits a `git merge` that runs us is about.
fn merge_heads() -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    names.filter_map(|name| name.strip_prefix("GITHEAD_").map(str::to_owned)).collect()
}

/// Runs the command line.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    let variables = environment();
    let wants_json = asks_for_json(&arguments);
    let cli = match parse(arguments) {
        Ok(cli) => cli,
        Err(trouble) => return usage(&trouble, wants_json),
    };
    let ui = Ui::new(cli.global.color, cli.global.quiet, cli.global.no_pager, &variables.terminal);
    let format = if cli.global.json { Some(Format::Json) } else { cli.global.output };
    let session = Session { ui, format, global: cli.global, variables };
    let done = match format.filter(|format| !cli.command.gives(*format)) {
        Some(format) => Err(not_given(&cli.command, format)),
        None => run(cli.command, &session),
    };
    match done {
        Ok(code) => code,
        Err(trouble) => {
            complain(&session.ui, &trouble, wants_json);
            exit::code(&trouble)
        }
    }
}

/// That a command gives no answer in a format.
fn not_given(command: &Command, format: Format) -> anyhow::Error {
    let all = Format::COMMON.into_iter().chain(Format::SPECIAL).filter(|format| command.gives(*format));
    let names = all.map(Format::name).collect::<Vec<_>>().join(", ");
    Failure::usage(format!("this command gives no {format}")).hint(format!("it gives {names}")).into()
}

/// Runs a command; once more on a new index where the old one turned out to be damaged.
fn run(command: Command, session: &Session) -> Result<ExitCode> {
    let again = command.clone();
    let first = if command.is_reading() { guarded(command, session) } else { Some(command.run(session)) };
    match first {
        Some(Err(trouble)) if is_damage(&trouble) => {}
        Some(outcome) => return outcome,
        None => {}
    }
    session.ui.warning("the search index is damaged and is built anew; the desk itself is not touched");
    session.open()?.discard_index()?;
    again.run(session)
}

/// Runs a reading command; `None` if it panicked, which damaged bytes under the index can make it do.
fn guarded(command: Command, session: &Session) -> Option<Result<ExitCode>> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| command.run(session)));
    std::panic::set_hook(hook);
    outcome.ok()
}

fn parse(arguments: Vec<OsString>) -> Result<Cli, clap::Error> {
    let matches = Cli::command().try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

fn asks_for_json(arguments: &[OsString]) -> bool {
    let words: Vec<&str> = arguments.iter().take_while(|word| *word != "--").filter_map(|word| word.to_str()).collect();
    let given = |word: &&str| matches!(*word, "--json" | "-ojson" | "-ojsonl" | "--output=json" | "--output=jsonl");
    words.iter().any(given)
        || words.windows(2).any(|pair| matches!(pair[0], "-o" | "--output") && pair[1].starts_with("json"))
}

/// Help and version are answers; anything else clap says is wrong usage.
fn usage(trouble: &clap::Error, wants_json: bool) -> ExitCode {
    if !trouble.use_stderr() {
        // A closed pipe is no error of ours.
        let _ = trouble.print();
        return ExitCode::from(exit::DONE);
    }
    if wants_json {
        let text = trouble.to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let hints = vec!["see `loket --help`".to_owned()];
        let failure = Failure { hints, ..Failure::usage(message) };
        eprintln!("{}", error_json(&failure));
    } else {
        // What was typed is echoed, and may be anybody's text.
        eprint!("{}", sanitize::block(&trouble.render().to_string()));
    }
    ExitCode::from(exit::USAGE)
}

fn complain(ui: &Ui, trouble: &anyhow::Error, wants_json: bool) {
    let failure = match trouble.downcast_ref::<Failure>() {
        Some(failure) => failure.clone(),
        None => Failure::error(format!("{trouble:#}")).maybe_hint(remedy(trouble)),
    };
    let told = match &failure.detail {
        Some(detail) => format!("{}\n{detail}", failure.message),
        None => failure.message.clone(),
    };
    if wants_json { eprintln!("{}", error_json(&failure)) } else { ui.error(&told, &failure.hints) }
}

/// What to do about trouble of the system.
fn remedy(trouble: &anyhow::Error) -> Option<String> {
    let said = format!("{trouble:#}").to_lowercase();
    let of = |part: &str| said.contains(part);
    let remedy = match () {
        () if of("no space left") || of("disk quota") => "the disk is full: free some space, then repeat the command",
        () if of("read-only file system") => "the desk lies on a file system that cannot be written; work in a clone",
        () if of("permission denied") => "see to it that you may write there, or work in a clone of your own",
        () => return None,
    };
    Some(remedy.to_owned())
}

fn error_json(failure: &Failure) -> String {
    let view = ErrorView {
        error: failure.message.clone(),
        kind: failure.kind.name(),
        hints: failure.hints.clone(),
        path: failure.place.path.clone(),
        line: failure.place.line,
        column: failure.place.column,
    };
    json::line(&view).unwrap_or_default().trim_end().to_owned()
}

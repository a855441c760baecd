//! One file a subcommand: help text, arguments, a few lines that call one use case and hand its answer out.

mod api_token;
mod assign;
mod audit;
mod backup;
mod check;
mod completions;
mod customer;
mod edit;
mod escalate;
mod export;
mod hook;
mod import;
mod index;
mod init;
mod kb;
mod link;
mod list;
mod log;
mod mail;
mod man;
mod merge;
mod merge_driver;
mod moves;
mod new;
mod note;
mod pattern;
mod people;
mod portal;
mod process;
mod rate;
mod reply;
mod report;
mod rules;
mod search;
mod serve;
mod session;
mod set;
mod show;
mod sla;
mod split;
mod stream;
mod support;
mod sync;
mod take;
mod tick;
mod tidy;
mod undo;
mod view;

use std::process::ExitCode;

use crate::failure::Result;
use crate::output::Format;

pub use session::{Cli, Session, Variables};
pub use support::Bar;

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    Init(init::Args),
    New(new::Args),
    List(list::Args),
    Show(show::Args),
    Reply(reply::Args),
    Note(note::Args),
    Set(set::Args),
    Assign(assign::Args),
    Take(take::Args),
    Close(moves::CloseArgs),
    Solve(moves::SolveArgs),
    Reopen(moves::ReopenArgs),
    Hold(moves::HoldArgs),
    Wait(moves::WaitArgs),
    Escalate(escalate::Args),
    Merge(merge::Args),
    Split(split::Args),
    Link(link::Args),
    Edit(edit::Args),
    Search(search::Args),
    Log(log::Args),
    Kb(kb::Args),
    View(view::Args),
    Pattern(pattern::Args),
    Process(process::Args),
    Portal(portal::Args),
    Serve(serve::Args),
    ApiToken(api_token::Args),
    Rate(rate::Args),
    Tick(tick::Args),
    Rules(rules::Args),
    Sla(sla::Args),
    Report(report::Args),
    Mail(mail::Args),
    Undo(undo::Args),
    Sync(sync::Args),
    MergeDriver(merge_driver::Args),
    Hook(hook::Args),
    Backup(backup::Args),
    Tidy(tidy::Args),
    Audit(audit::Args),
    Check(check::Args),
    People(people::Args),
    Customer(customer::Args),
    Import(import::Args),
    Export(export::Args),
    Index(index::Args),
    Completions(completions::Args),
    Man(man::Args),
}

impl Command {
    /// Whether it only reads: it may be run again whatever became of it.
    pub fn is_reading(&self) -> bool {
        match self {
            Command::Kb(args) => args.is_reading(),
            Command::Pattern(args) => args.is_reading(),
            Command::Process(args) => args.is_reading(),
            Command::List(_)
            | Command::Show(_)
            | Command::Search(_)
            | Command::Log(_)
            | Command::View(_)
            | Command::Rules(_)
            | Command::Sla(_)
            | Command::Report(_)
            | Command::Export(_) => true,
            _ => false,
        }
    }

    /// Whether it gives answers in a format that is not every command's.
    pub fn gives(&self, format: Format) -> bool {
        match (format, self) {
            (Format::Html, Command::Kb(args)) => args.gives_html(),
            (Format::Html | Format::Svg, Command::Report(_)) => true,
            (Format::Github | Format::Sarif, Command::Check(_)) => true,
            _ => !format.is_special(),
        }
    }

    pub fn run(self, session: &Session) -> Result<ExitCode> {
        match self {
            Command::Init(args) => args.run(session),
            Command::New(args) => args.run(session),
            Command::List(args) => args.run(session),
            Command::Show(args) => args.run(session),
            Command::Reply(args) => args.run(session),
            Command::Note(args) => args.run(session),
            Command::Set(args) => args.run(session),
            Command::Assign(args) => args.run(session),
            Command::Take(args) => args.run(session),
            Command::Close(args) => args.run(session),
            Command::Solve(args) => args.run(session),
            Command::Reopen(args) => args.run(session),
            Command::Hold(args) => args.run(session),
            Command::Wait(args) => args.run(session),
            Command::Escalate(args) => args.run(session),
            Command::Merge(args) => args.run(session),
            Command::Split(args) => args.run(session),
            Command::Link(args) => args.run(session),
            Command::Edit(args) => args.run(session),
            Command::Search(args) => args.run(session),
            Command::Log(args) => args.run(session),
            Command::Kb(args) => args.run(session),
            Command::View(args) => args.run(session),
            Command::Pattern(args) => args.run(session),
            Command::Process(args) => args.run(session),
            Command::Portal(args) => args.run(session),
            Command::Serve(args) => args.run(session),
            Command::ApiToken(args) => args.run(session),
            Command::Rate(args) => args.run(session),
            Command::Tick(args) => args.run(session),
            Command::Rules(args) => args.run(session),
            Command::Sla(args) => args.run(session),
            Command::Report(args) => args.run(session),
            Command::Mail(args) => args.run(session),
            Command::Undo(args) => args.run(session),
            Command::Sync(args) => args.run(session),
            Command::MergeDriver(args) => args.run(session),
            Command::Hook(args) => args.run(session),
            Command::Backup(args) => args.run(session),
            Command::Tidy(args) => args.run(session),
            Command::Audit(args) => args.run(session),
            Command::Check(args) => args.run(session),
            Command::People(args) => args.run(session),
            Command::Customer(args) => args.run(session),
            Command::Import(args) => args.run(session),
            Command::Export(args) => args.run(session),
            Command::Index(args) => args.run(session),
            Command::Completions(args) => args.run(session),
            Command::Man(args) => args.run(session),
        }
    }
}

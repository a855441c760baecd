//! The exit codes, as loket(1) documents them.

use std::process::ExitCode;

use crate::failure::{Failure, Kind};

/// Done.
pub const DONE: u8 = 0;
/// An error, or `--strict` reading found a broken file.
pub const ERROR: u8 = 1;
/// Wrong usage: a command, option, value or query that is none.
pub const USAGE: u8 = 2;
/// No such ticket, agent, view.
pub const NOT_FOUND: u8 = 3;
/// Refused by a guard or a conflict; nothing was changed.
pub const REFUSED: u8 = 4;

/// What was given is no message and nothing of it was kept (`EX_DATAERR` of sysexits.h).
pub const UNSTORABLE: u8 = 65;
/// The message was not taken and has to be offered again (`EX_TEMPFAIL` of sysexits.h).
pub const LATER: u8 = 75;

/// The code an error ends with.
pub fn code(trouble: &anyhow::Error) -> ExitCode {
    let kind = trouble.downcast_ref::<Failure>().map_or(Kind::Error, |failure| failure.kind);
    ExitCode::from(match kind {
        Kind::Error => ERROR,
        Kind::Usage => USAGE,
        Kind::NotFound => NOT_FOUND,
        Kind::Refused => REFUSED,
        Kind::Later => LATER,
        Kind::Unstorable => UNSTORABLE,
    })
}

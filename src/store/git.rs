//! The git program, for what libgit2 cannot do: every index format, signing, fast-import.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::Context;

use crate::failure::{Failure, Result};

/// The oldest git that has all we ask for (`update-index` with sparse indexes, `sparse-checkout check-rules`).
pub const OLDEST: &str = "2.41";

/// What would point git to another repository or change how it reads what we give it (`git rev-parse --local-env-vars`).
const LOCAL: [&str; 22] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_TRACE",
    "GIT_WORK_TREE",
];

/// A git command in the given folder, speaking plain English.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
    for name in LOCAL {
        command.env_remove(name);
    }
    command
}

/// Runs a command with `input` on its standard input.
pub fn run(mut command: Command, input: &[u8]) -> Result<Output> {
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(|trouble| {
        Failure::error(format!("git cannot be started: {trouble}"))
            .hint(format!("install git {OLDEST} or newer and see that it is on PATH"))
    })?;
    if let Some(mut pipe) = child.stdin.take() {
        // A git that stops early closes the pipe; its exit status says why.
        let _ = pipe.write_all(input);
    }
    child.wait_with_output().context("git cannot be waited for")
}

/// Runs a command that has to succeed, and gives its standard output.
pub fn answer(folder: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>> {
    let mut command = command(folder, arguments);
    command.stdout(Stdio::piped());
    let done = run(command, input)?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    Err(failed(arguments, &done.stderr).into())
}

/// What a failed git said.
pub fn failed(arguments: &[&str], stderr: &[u8]) -> Failure {
    let said = String::from_utf8_lossy(stderr);
    let name = arguments.iter().find(|argument| !argument.starts_with('-')).unwrap_or(&"");
    Failure::error(format!("git {name} failed: {}", said.trim()))
}

//! The `loket` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    loket::cli::main(std::env::args_os().collect())
}

//! What the tests stand on: a desk in a temporary folder, driven by the built binary, with real git and no network.

mod desk;
mod files;
mod http;
pub mod mail;
mod output;
mod server;

pub use desk::{Desk, search_path};
pub use files::ticket_path;
pub use http::{Answer, Portal};
pub use output::Output;
pub use server::{PASSWORD, Server, await_port, free_port, program};

//! All tests that drive the binary or cross modules, in one binary.

#![allow(clippy::disallowed_methods, reason = "tests make files and read the environment as a user does")]

mod architecture;
mod browser;
mod commands;
mod examples;
mod laws;
mod man;
mod pipelines;
mod support;
mod transport;

//! All tests that drive the binary or cross modules, in one binary.

mod architecture;
mod commands;
mod laws;
mod support;

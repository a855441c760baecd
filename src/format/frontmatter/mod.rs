//! Front matter: the YAML mapping between two `---` lines at the head of a file.
//!
//! Reading ([`parse`], [`parse_yaml`]) is one pass with protection against everything a stranger may put into a
//! file; every fault has a line and a column of the file. Editing ([`edit`], [`edit_nested`]) splices the lines of
//! the keys that change and checks the result by reading it again; what it does not understand it refuses.
//!
//! A value keeps the style the file gives it: a block list or mapping stays one, a flow list or mapping stays on its
//! line. Where there is nothing to keep (a new key, an empty value, a value of another kind) lists are written in flow
//! form, or in block form when a text in them has a space; mappings in flow form, or in block form for `fields`.

mod edit;
mod fault;
mod fence;
mod parts;
mod quick;
mod read;
mod render;
mod resolve;
mod scalar;
mod scan;
mod splice;
mod strict;
mod take;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_properties;

pub use edit::{edit, edit_nested};
pub use fault::Fault;
pub use parts::parts;
pub use read::{FrontMatter, parse, parse_yaml};
pub use render::{Node, render};
pub use scalar::render_scalar;
pub use take::{put, take};

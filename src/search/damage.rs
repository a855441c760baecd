//! An index that opens but cannot be read: put away, so that the next command builds it anew.

use std::fmt;

use anyhow::Context;

use super::store;
use crate::failure::Result;
use crate::store::Desk;

/// The index cannot be read although it opened: bytes of it are wrong. Nothing of the desk is in doubt.
#[derive(Debug)]
pub struct Damaged;

impl fmt::Display for Damaged {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the index cannot be read")
    }
}

impl std::error::Error for Damaged {}

/// Removes the index.
pub fn discard(desk: &Desk) -> Result<()> {
    let folder = store::folder(desk);
    std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))
}

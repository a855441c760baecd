//! `mail classify`, `mail trim`: what a message is, for a filter in front of the desk. Neither needs a desk.

use std::io::Read;
use std::path::Path;

use anyhow::Context;

use super::{Here, Surroundings};
use crate::failure::{Failure, Result};
use crate::mail::classify::{Class, classify};
use crate::mail::message::{MAX_MESSAGE, Message};
use crate::mail::trim::trim;
use crate::view::mail::{ClassView, TrimView};

/// The bytes of a message: of a file, or of standard input for `-`.
pub fn read(file: &Path) -> Result<Vec<u8>> {
    let (name, input): (String, Box<dyn Read>) = match file.as_os_str() == "-" {
        true => ("standard input".to_owned(), Box::new(std::io::stdin().lock())),
        false => {
            let name = file.display().to_string();
            let open = std::fs::File::open(file);
            let open = open.map_err(|trouble| Failure::error(format!("{name} cannot be read: {trouble}")))?;
            (name, Box::new(open))
        }
    };
    let mut bytes = Vec::new();
    input.take(MAX_MESSAGE as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("{name} cannot be read"))?;
    Ok(bytes)
}

/// What kind of message it is. The addresses of the desk, where there is one, tell its own messages.
pub fn class_of(raw: &[u8], around: Surroundings) -> Result<ClassView> {
    let message = parse(raw)?;
    let own = match Here::open(around) {
        Ok(here) => {
            let settings = here.settings(&here.snapshot()?)?;
            settings.mail.own()
        }
        Err(_) => Vec::new(),
    };
    let (class, reasons) = classify(&message, &own, None);
    let bounce = match class {
        Class::Bounce(kind) => Some(kind.name()),
        _ => None,
    };
    Ok(ClassView { class: class.name(), bounce, reasons })
}

/// What of a message is new, and what only came along with it.
pub fn trimmed(raw: &[u8]) -> Result<TrimView> {
    let trimmed = trim(&parse(raw)?.body);
    Ok(TrimView { new: trimmed.new, quoted: trimmed.quoted })
}

fn parse(raw: &[u8]) -> Result<Message<'_>> {
    let wrong = |trouble| Failure::error(format!("{trouble}")).hint("give a whole message, its headers first");
    Ok(Message::parse(raw).map_err(wrong)?)
}

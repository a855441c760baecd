//! Mails to start from.

use std::io;
use std::path::{Path, PathBuf};

use loket::mail::mbox::Mbox;

use super::{LONGEST, seeds};

/// The largest mailbox that is read.
const LARGEST_MBOX: usize = 64 * 1024 * 1024;

/// The built-in mails, and those of all files below some folders, in an order that is always the same.
pub fn mails(folders: &[PathBuf]) -> io::Result<Vec<Vec<u8>>> {
    let mut mails: Vec<Vec<u8>> = seeds::SEEDS.iter().map(|seed| seed.to_vec()).collect();
    for folder in folders {
        let mut paths = Vec::new();
        walk(folder, &mut paths)?;
        paths.sort();
        for path in paths {
            mails.extend(of(&path)?);
        }
    }
    Ok(mails)
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

/// A file as it is, or the messages of a mailbox.
fn of(path: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mbox = path.extension().is_some_and(|extension| extension == "mbox");
    if std::fs::metadata(path)?.len() > if mbox { LARGEST_MBOX } else { LONGEST } as u64 {
        return Ok(Vec::new());
    }
    let bytes = std::fs::read(path)?;
    let mut mails = Vec::new();
    if mbox {
        mails.extend(Mbox::new(bytes.as_slice(), LONGEST).filter_map(Result::ok).map(|entry| entry.raw));
    }
    if bytes.len() <= LONGEST {
        mails.push(bytes);
    }
    Ok(mails)
}

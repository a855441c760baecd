//! Holds a mail against the laws, and makes one that breaks them smaller.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::laws::{self, Broken};

/// How long one mail may take. The slowest ones take a small part of it.
const SLOW: Duration = Duration::from_secs(2);
/// How long a mail is made smaller for.
const SHRINKING: Duration = Duration::from_secs(20);

/// The place and words of the last panic.
static PANIC: Mutex<String> = Mutex::new(String::new());

/// Keeps panics off the screen: some are caught where they happen, the others are told with their mail.
pub fn hush() {
    std::panic::set_hook(Box::new(|info| *PANIC.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string()));
}

/// The features of a mail, or the law it breaks.
pub fn judge(input: &[u8]) -> Result<u64, Broken> {
    let start = Instant::now();
    let verdict = catch_unwind(AssertUnwindSafe(|| laws::hold(input)));
    let spent = start.elapsed();
    let features = verdict.unwrap_or_else(|_| {
        Err(Broken::new("nothing panics", PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    })?;
    if spent > SLOW {
        return Err(Broken::new("a mail takes little time", format!("{:.1} s", spent.as_secs_f64())));
    }
    Ok(features)
}

/// What is wrong with a mail.
pub fn found(input: &[u8]) -> Option<String> {
    judge(input).err().map(|broken| broken.to_string())
}

/// Writes down a mail that breaks a law, and the smallest one found that breaks it too.
pub fn told(input: &[u8], broken: &Broken) -> io::Result<String> {
    let small = smaller(input, broken.law);
    let again = judge(&small).err();
    let shown: String = small.iter().take(400).map(|byte| byte.escape_ascii().to_string()).collect();
    Ok(format!(
        "{}\nthe mail: {} ({} bytes)\nmade smaller: {} ({} bytes)\n{shown}",
        again.as_ref().unwrap_or(broken),
        written(input)?.display(),
        input.len(),
        written(&small)?.display(),
        small.len(),
    ))
}

/// Writes a mail to a file of its own.
pub fn written(input: &[u8]) -> io::Result<PathBuf> {
    let (_, path) = tempfile::Builder::new().prefix("fuzz_mail-").suffix(".eml").tempfile()?.keep()?;
    std::fs::write(&path, input)?;
    Ok(path)
}

/// Takes pieces off as long as the same law is broken without them.
fn smaller(input: &[u8], law: &str) -> Vec<u8> {
    let (start, mut mail) = (Instant::now(), input.to_vec());
    let mut size = (mail.len() / 2).max(1);
    loop {
        let (mut at, before) = (0, mail.len());
        while at < mail.len() && start.elapsed() < SHRINKING {
            let without = [&mail[..at], &mail[(at + size).min(mail.len())..]].concat();
            if judge(&without).is_err_and(|broken| broken.law == law) {
                mail = without;
            } else {
                at += size;
            }
        }
        if start.elapsed() >= SHRINKING || size == 1 && mail.len() == before {
            return mail;
        }
        size = (size / 2).max(1);
    }
}

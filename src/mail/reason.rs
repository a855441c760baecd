//! Why mail came back, told by codes (RFC 3463) and by words.
use super::{bounce::BounceKind, fields};

/// Words that say that there is no such mailbox or domain.
const DEAD: [&str; 44] = [
    "user unknown",
    "unknown user",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no such address",
    "no such local user",
    "user doesn't exist",
    "user does not exist",
    "does not exist",
    "doesn't exist",
    "not exist",
    "mailbox not found",
    "user not found",
    "recipient not found",
    "not found in",
    "unknown recipient",
    "recipient unknown",
    "unknown address",
    "address unknown",
    "invalid recipient",
    "invalid mailbox",
    "bad destination mailbox",
    "no mailbox here",
    "not a known user",
    "unknown local",
    "host unknown",
    "unknown host",
    "host not found",
    "domain not found",
    "name or domain",
    "unrouteable address",
    "unroutable",
    "null mx",
    "nullmx",
    "has moved",
    "recipnotfound",
    "unknown mailbox",
    "not listed in",
    "no longer in use",
    "unknown account",
    "couldn't find any host",
    "no mx record",
    "user doesn't have a",
];
/// Words that say that the mailbox may be good.
const ALIVE: [&str; 34] = [
    "quota",
    "name service error",
    "mailbox full",
    "mailbox is full",
    "mailbox too large",
    "insufficient",
    "too large",
    "too big",
    "size limit",
    "spam",
    "blocked",
    "blacklist",
    "block list",
    "blocklist",
    "policy",
    "rate limit",
    "throttl",
    "greylist",
    "try again",
    "temporar",
    "timed out",
    "timeout",
    "virus",
    "reputation",
    "dmarc",
    "spf",
    "access denied",
    "connection refused",
    "too many",
    "relay",
    "not permitted",
    "disabled",
    "suspended",
    "inactive",
];
/// Words that say that it is still being tried.
const WAITING: [&str; 8] = [
    "will keep trying",
    "will continue to",
    "will be retried",
    "message delayed",
    "delivery delayed",
    "still being tried",
    "do not need to resend",
    "warning message only",
];

/// The kind that action, status (RFC 3463) and text stand for. Where they say nothing, the address is not given up.
pub fn kind_of(action: &str, status: &str, text: &str, subject: &str) -> BounceKind {
    let lower = format!("{subject}\n{text}").to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if action == "delayed" || (action.is_empty() && says(&WAITING)) {
        return BounceKind::Delayed;
    }
    match status {
        status if status.starts_with("4.") => BounceKind::Soft,
        status
            if status == "5.2.2" || status == "5.2.3" || status.starts_with("5.3.") || status.starts_with("5.6.") =>
        {
            BounceKind::Soft
        }
        _ if says(&DEAD) && !lower.contains("sender address") => BounceKind::Hard,
        status if (status == "5.4.4" || status.starts_with("5.1.")) && !says(&ALIVE) => BounceKind::Hard,
        "" | "5.0.0" if lower.contains("recipient address rejected") && !says(&ALIVE) => BounceKind::Hard,
        _ => BounceKind::Soft,
    }
}

/// The first enhanced status code in a text, as `5.1.1`.
pub fn status_in(text: &str) -> String {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '.')).map(|word| word.trim_end_matches('.'));
    words.filter(|word| is_status(word)).map(str::to_string).next().unwrap_or_default()
}

fn is_status(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let short = |part: &&str| (1..=3).contains(&part.len());
    parts.len() == 3 && matches!(parts[0], "2" | "4" | "5") && parts.iter().all(short) && parts[1].len() <= 1
}

/// The line that gives the reason: the first with words about it, else the first with an error code.
pub fn reason_line(text: &str) -> String {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let about = |line: &&str| {
        let lower = line.to_lowercase();
        DEAD.iter().chain(&ALIVE).any(|word| lower.contains(word))
    };
    let coded = |line: &&str| !status_in(line).is_empty() || line.starts_with("55") || line.starts_with("45");
    cut(&fields::one_line(lines().find(about).or_else(|| lines().find(coded)).unwrap_or("")))
}

/// As much of a reason as is kept.
pub fn cut(text: &str) -> String {
    text.chars().take(500).collect()
}

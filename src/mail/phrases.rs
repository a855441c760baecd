//! What machines write into subjects, in many languages.

/// Subjects of machines that tell that somebody is away.
pub const AWAY: [&str; 34] = [
    "out of office",
    "out of the office",
    "automatic reply",
    "automatische antwort",
    "automatisch antwoord",
    "afwezigheid",
    "afwezig",
    "abwesenheit",
    "abwesend",
    "niet aanwezig",
    "réponse automatique",
    "absence du bureau",
    "absent du bureau",
    "respuesta automática",
    "fuera de la oficina",
    "fuera de oficina",
    "risposta automatica",
    "fuori sede",
    "fuori ufficio",
    "resposta automática",
    "ausência temporária",
    "autosvar",
    "automatiskt svar",
    "automatisk svar",
    "frånvaro",
    "fravær",
    "automaattinen vastaus",
    "poissa",
    "automatyczna odpowiedź",
    "automatická odpověď",
    "自动回复",
    "自動返信",
    "автоматический ответ",
    "vacation",
];
/// Subjects of machines that answer.
pub const REPLY: [&str; 7] =
    ["auto reply", "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse", "autoresponder"];
/// Subjects of returned mail.
pub const RETURNED: [&str; 26] = [
    "undelivered",
    "undeliverable",
    "returned mail",
    "mail delivery fail",
    "delivery status notification",
    "delivery failure",
    "delivery notification",
    "delivery has failed",
    "failure notice",
    "failure delivery",
    "mail delivery problem",
    "message delivery fail",
    "delivery status",
    "mail system error",
    "returned to sender",
    "unzustellbar",
    "onbestelbaar",
    "non remis",
    "mail delivery system",
    "non recapitabile",
    "no se puede entregar",
    "delivery error",
    "delivery report",
    "delivery problem",
    "not delivered",
    "mail failure",
];

/// Whether a subject starts with these words, as a machine puts them before a colon or alone.
pub fn is_announced(subject: &str, words: &str) -> bool {
    subject
        .strip_prefix(words)
        .map(str::trim_start)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '：']))
}

/// Whether a subject starts with one of these, whatever marks stand before them.
pub fn starts_with_any(subject: &str, words: &[&str]) -> bool {
    let subject = subject.to_lowercase();
    let subject = subject.trim_start_matches(|c: char| !c.is_alphanumeric());
    let subject =
        subject.strip_prefix("warning:").or_else(|| subject.strip_prefix("mail:")).unwrap_or(subject).trim_start();
    words.iter().any(|word| subject.starts_with(word))
}

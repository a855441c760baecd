//! Lines that announce an older mail: "-----Original Message-----", "Begin forwarded message:".

use super::lines::is_space;

/// How many characters of a line are looked at.
const LONGEST: usize = 200;

/// What stands between dashes above an answered mail, in lower case.
const ORIGINAL: &[&str] = &[
    "original message",
    "original email",
    "original appointment",
    "reply message",
    "ursprüngliche nachricht",
    "originalnachricht",
    "original-nachricht",
    "original nachricht",
    "oorspronkelijk bericht",
    "origineel bericht",
    "message d'origine",
    "message d’origine",
    "message original",
    "mail original",
    "courriel original",
    "messaggio originale",
    "mensaje original",
    "missatge original",
    "mensagem original",
    "oprindelig meddelelse",
    "original meddelelse",
    "opprinnelig melding",
    "originalt melding",
    "ursprungligt meddelande",
    "originalmeddelande",
    "alkuperäinen viesti",
    "oryginalna wiadomość",
    "wiadomość oryginalna",
    "původní zpráva",
    "původní e-mail",
    "pôvodná správa",
    "izvorna poruka",
    "originalna poruka",
    "izvirno sporočilo",
    "eredeti üzenet",
    "mesaj original",
    "mesajul original",
    "orijinal ileti",
    "özgün ileti",
    "özgün mesaj",
    "исходное сообщение",
    "исходное письмо",
    "оригинальное сообщение",
    "вихідне повідомлення",
    "оригінальне повідомлення",
    "оригинално съобщение",
    "αρχικό μήνυμα",
    "הודעה מקורית",
    "الرسالة الأصلية",
    "pesan asli",
    "thư gốc",
    "原始邮件",
    "原始郵件",
    "原邮件",
    "元のメッセージ",
    "원본 메시지",
    "원본 메일",
];

/// What stands between dashes, or alone in its line, above a forwarded mail, in lower case.
const FORWARDED: &[&str] = &[
    "forwarded message",
    "begin forwarded message",
    "forwarded email",
    "weitergeleitete nachricht",
    "anfang der weitergeleiteten nachricht",
    "beginn der weitergeleiteten nachricht",
    "doorgestuurd bericht",
    "begin doorgestuurd bericht",
    "message transféré",
    "message transmis",
    "début du message transféré",
    "début du message réexpédié",
    "messaggio inoltrato",
    "inizio messaggio inoltrato",
    "mensaje reenviado",
    "inicio del mensaje reenviado",
    "missatge reenviat",
    "mensagem encaminhada",
    "mensagem reencaminhada",
    "início da mensagem encaminhada",
    "início da mensagem reencaminhada",
    "videresendt meddelelse",
    "start på videresendt besked",
    "videresendt melding",
    "videresendt besked",
    "vidarebefordrat meddelande",
    "vidarebefordrat mejl",
    "välitetty viesti",
    "edelleenlähetetty viesti",
    "przekazana wiadomość",
    "wiadomość przekazana",
    "přeposlaná zpráva",
    "preposlaná správa",
    "proslijeđena poruka",
    "posredovano sporočilo",
    "továbbított üzenet",
    "mesaj redirecționat",
    "mesaj transmis",
    "yönlendirilmiş ileti",
    "iletilen mesaj",
    "iletilmiş mesaj",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "начало переадресованного сообщения",
    "переслане повідомлення",
    "препратено съобщение",
    "προωθημένο μήνυμα",
    "הודעה שהועברה",
    "رسالة تمت إعادة توجيهها",
    "pesan terusan",
    "tin nhắn được chuyển tiếp",
    "转发的邮件",
    "转发邮件",
    "轉寄的郵件",
    "轉寄郵件",
    "転送されたメッセージ",
    "転送メッセージ",
    "전달된 메시지",
    "전달된 메일",
];

/// What helpdesks write above the mail they send, to find the answer by.
const ABOVE_THIS_LINE: &[&str] = &[
    "reply above this line",
    "reply above the line",
    "reply above this message",
    "type your reply above",
    "antworten sie oberhalb dieser zeile",
    "antworten sie über dieser zeile",
    "antwoord boven deze regel",
    "reageer boven deze regel",
    "répondre au-dessus de cette ligne",
    "répondez au-dessus de cette ligne",
    "responda por encima de esta línea",
    "responda acima desta linha",
    "rispondi sopra questa riga",
];

/// Whether a line announces an older mail.
pub(super) fn is_delimiter(line: &str) -> bool {
    let Some(text) = short(line) else { return false };
    let dashes = |c: char| matches!(c, '-' | '—' | '–' | '_' | '=');
    let inner = text.trim_matches(|c: char| c.is_whitespace() || dashes(c));
    let dashed = text.starts_with("--") || text.starts_with(['—', '–', '=', '_']);
    dashed && names(inner, ORIGINAL)
        || is_forward(line)
        || line.len() <= LONGEST && ABOVE_THIS_LINE.iter().any(|phrase| text.contains(phrase))
}

/// Whether a line announces a forwarded mail.
pub(super) fn is_forward(line: &str) -> bool {
    let Some(text) = short(line) else { return false };
    let inner = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '—' | '–' | '_' | '='));
    let marked = inner.len() < text.len() || inner.ends_with([':', '：']);
    marked && names(inner, FORWARDED)
}

/// Whether a text is one of the phrases, perhaps with a colon, "from X" or dashes and headers behind it.
fn names(text: &str, phrases: &[&str]) -> bool {
    let text = text.trim_end_matches([':', '：', ' ']);
    phrases.contains(&text)
        || phrases.iter().any(|phrase| {
            text.strip_prefix(phrase)
                .is_some_and(|rest| [" from ", " by ", " --", "--"].iter().any(|next| rest.starts_with(next)))
        })
}

/// The first characters of a line in lower case, without stars and outer white space, unless it is empty.
fn short(line: &str) -> Option<String> {
    let text = line.trim_matches(|c: char| is_space(c) || matches!(c, '*' | '\\'));
    (!text.is_empty()).then(|| text.chars().take(LONGEST).collect::<String>().to_lowercase())
}

/// Whether a line is drawn: three or more of the same dash, star, equal sign or underscore, perhaps with spaces.
pub(super) fn is_rule(line: &str) -> bool {
    let mut drawn = line.chars().filter(|c| !c.is_whitespace());
    let Some(first) = drawn.next() else { return false };
    matches!(first, '-' | '—' | '–' | '_' | '=' | '*')
        && drawn.try_fold(1_usize, |count, c| (c == first).then_some(count + 1)).is_some_and(|count| count > 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_mails_are_announced() {
        for line in [
            "-----Original Message-----",
            "--- Ursprüngliche Nachricht ---",
            "-------- Oorspronkelijk bericht --------",
            "**-----Messaggio originale-----**",
            "________ Message d’origine ________",
            "---------- Forwarded message ---------",
            "---------- Forwarded message from Ann ----------",
            "Begin doorgestuurd bericht:",
            "-------- Original message --------From: Ann <ann@desk.example> Date: 21/11/2026",
            "Anfang der weitergeleiteten Nachricht:",
            "-----原始邮件-----",
            "##- Please type your reply above this line -##",
        ] {
            assert!(is_delimiter(line), "{line}");
        }
    }

    #[test]
    fn talk_about_them_does_not() {
        for line in [
            "Original message",
            "The original message:",
            "---",
            "-- ",
            "",
            "forwarded message",
            "I got a forwarded message:",
        ] {
            assert!(!is_delimiter(line), "{line}");
        }
    }

    #[test]
    fn only_some_are_forwards() {
        assert!(is_forward("----- Doorgestuurd bericht -----") && !is_forward("-----Original Message-----"));
    }

    #[test]
    fn rules_are_drawn() {
        assert!(
            is_rule("---")
                && is_rule("* * *")
                && is_rule("======")
                && !is_rule("--")
                && !is_rule("--x")
                && !is_rule("")
        );
    }
}

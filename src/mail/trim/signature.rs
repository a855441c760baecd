//! Signatures: the marks above them, and the lines that phones and apps add.

use super::evidence::has_phrase;
use super::lines::{Kind, bare};

/// How long the line of a phone or app is at most, in bytes, links not counted.
const LONGEST: usize = 100;
/// How many words it has at most, links not counted.
const WORDS: usize = 12;

/// What such a line begins with, in lower case.
const SENT: &[&str] = &[
    "sent from",
    "sent via",
    "sent with",
    "sent using",
    "sent by",
    "this message was sent from",
    "von meinem",
    "von meiner",
    "gesendet von",
    "gesendet mit",
    "gesendet über",
    "diese nachricht wurde",
    "verzonden vanaf",
    "verzonden met",
    "verzonden via",
    "verstuurd vanaf",
    "verstuurd via",
    "verstuurd met",
    "verstuurd van",
    "vanaf mijn",
    "envoyé de",
    "envoyé depuis",
    "envoyé à partir",
    "envoyé avec",
    "enviado desde",
    "enviado do",
    "enviado a partir",
    "enviado con",
    "enviado com",
    "enviado de",
    "enviat des",
    "inviato da",
    "inviato dal",
    "inviato con",
    "skickat från",
    "skickades från",
    "sendt fra",
    "sendt via",
    "lähetetty",
    "wysłane z",
    "wysłano z",
    "odesláno z",
    "odoslané z",
    "odoslané zo",
    "poslano z",
    "poslano s",
    "elküldve",
    "trimis de pe",
    "trimis din",
    "saadetud",
    "sūtīts no",
    "išsiųsta iš",
    "отправлено с",
    "отправлено из",
    "отправлено со",
    "надіслано з",
    "відправлено з",
    "изпратено от",
    "послато са",
    "στάλθηκε από",
    "απεστάλη από",
    "נשלח מ",
    "تم الإرسال من",
    "أرسلت من",
    "dikirim dari",
    "đã gửi từ",
    "ส่งจาก",
    "发自",
    "來自我的",
    "从我的",
    "從我的",
];

/// What it ends with where the verb comes last.
const SENT_LAST: &[&str] =
    &["gesendet", "verzonden", "gönderildi", "から送信", "より送信", "에서 보냄", "küldve", "傳送", "发送"];

/// The devices and programs it names.
const DEVICES: &[&str] = &[
    "iphone",
    "ipad",
    "ipod",
    "apple watch",
    "android",
    "samsung",
    "galaxy",
    "huawei",
    "xiaomi",
    "redmi",
    "oneplus",
    "nokia",
    "motorola",
    "sony",
    "xperia",
    "pixel",
    "blackberry",
    "windows phone",
    "windows mail",
    "mail for windows",
    "windows 10",
    "outlook",
    "gmail",
    "yahoo",
    "aol",
    "protonmail",
    "proton mail",
    "thunderbird",
    "k-9",
    "fairemail",
    "mailbird",
    "spark",
    "airmail",
    "smartphone",
    "phone",
    "telefoon",
    "telefon",
    "téléphone",
    "teléfono",
    "telefono",
    "telefone",
    "mobile",
    "mobil",
    "mobiel",
    "móvil",
    "handy",
    "tablet",
    "device",
    "gerät",
    "toestel",
    "appareil",
    "web.de",
    "gmx",
    "tutanota",
    "телефон",
    "айфон",
    "手机",
    "手機",
];

/// What kind of mark a line is, if it is one that a signature may begin with or consist of.
pub(super) fn mark(line: &str) -> Option<Kind> {
    let text = line.trim_start_matches('\\');
    match text.trim_end() {
        "--" if text.len() > 2 => Some(Kind::Signature),
        "--" | "—" | "––" | "- --" | "\u{2014}\u{2014}" => Some(Kind::Dashes),
        text if text.len() > 1 && text.bytes().all(|byte| byte == b'_') => Some(Kind::Dashes),
        _ => is_footer(line).then_some(Kind::Footer),
    }
}

/// Whether a line was added by a phone or an app.
fn is_footer(line: &str) -> bool {
    if line.len() > LONGEST * 5 {
        return false;
    }
    let text = without_links(bare(line)).to_lowercase();
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '.' | '!' | '-' | '—' | '~'));
    if text.is_empty() || text.len() > LONGEST || text.ends_with('?') || text.split_whitespace().count() > WORDS {
        return false;
    }
    let get_outlook = text.contains("outlook") && (has_phrase(text, "ios") || has_phrase(text, "android"));
    let sent =
        SENT.iter().any(|phrase| text.starts_with(phrase)) || SENT_LAST.iter().any(|phrase| text.ends_with(phrase));
    get_outlook && text.split_whitespace().count() <= 6 || sent && DEVICES.iter().any(|device| text.contains(device))
}

/// A text without what stands in angle brackets, and without the addresses of its links.
fn without_links(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' | '(' => depth += 1,
            '>' | ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_signatures() {
        let kinds = ["-- ", "--", "—", "____", "---", "--x", ""].map(mark);
        let dashes = Some(Kind::Dashes);
        assert_eq!(kinds, [Some(Kind::Signature), dashes, dashes, dashes, None, None, None]);
    }

    #[test]
    fn lines_of_phones_and_apps() {
        for line in [
            "Sent from my iPhone",
            "Sent from [Mail](https://go.example/1) for Windows 10",
            "Sent via the Samsung Galaxy S9, an Android smartphone",
            "Von meinem iPad gesendet",
            "Gesendet mit der GMX Mail App",
            "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
            "Verstuurd vanaf mijn iPhone",
            "Envoyé de mon iPhone",
            "Enviado desde mi iPhone",
            "Inviato da iPhone",
            "Wysłane z iPhone'a",
            "Skickat från min Samsung Galaxy",
            "Отправлено с iPhone",
            "iPhoneから送信",
            "发自我的iPhone",
            "나의 iPhone에서 보냄",
            "iPhone'umdan gönderildi",
            "Get Outlook for iOS<https://short.example/ios>",
            "[Outlook für Android](https://short.example) herunterladen",
            "Download [Outlook voor iOS](https://short.example)",
        ] {
            assert_eq!(mark(line), Some(Kind::Footer), "{line}");
        }
    }

    #[test]
    fn sentences_about_phones_are_text() {
        for line in [
            "The mail sent from my iPhone does not arrive.",
            "Sent from the office by courier, it should be with you on Monday",
            "Is it sent from my phone?",
            "Outlook for Android crashes whenever I open the calendar",
        ] {
            assert_eq!(mark(line), None, "{line}");
        }
    }
}

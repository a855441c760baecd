//! Blocks of headers above an older mail, as Outlook and others write them: `From:`, `Sent:`, `To:`, `Subject:`.

use super::evidence::address;
use super::labels::{self, Field};
use super::lines::{bare, is_blank, is_space};

/// How long a label is at most, in bytes.
const LABEL: usize = 60;
/// How many lines a block goes on for at most.
const LONGEST: usize = 40;

/// A block of headers.
#[derive(Debug, Default)]
pub(super) struct Block<'a> {
    /// The first line below it.
    pub end: usize,
    /// Its headers, as they came.
    fields: Vec<(Field, Vec<&'a str>)>,
}

impl Block<'_> {
    /// The text of the first header of a kind, unwrapped.
    pub fn get(&self, field: Field) -> Option<String> {
        let (_, parts) = self.fields.iter().find(|(other, _)| *other == field)?;
        Some(parts.join(" ").trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Whether there is a header of a kind.
    fn has(&self, field: Field) -> bool {
        self.fields.iter().any(|(other, _)| *other == field)
    }

    /// Whether this is more than a few lines that happen to have a word and a colon: a sender, two other headers, and
    /// among all of them a subject or the sender's address.
    fn is_mail(&self) -> bool {
        let others = [Field::Date, Field::To, Field::Subject, Field::Copy, Field::ReplyTo];
        let count = others.iter().filter(|field| self.has(**field)).count();
        let addressed = self.get(Field::From).is_some_and(|from| address(&from).is_some());
        self.has(Field::From) && count >= 2 && (self.has(Field::Subject) || addressed)
    }
}

/// The block of headers that begins at a line.
pub(super) fn block<'a>(lines: &[&'a str], at: usize) -> Option<Block<'a>> {
    header(lines[at]).filter(|(field, _)| *field != Field::Other)?;
    let mut block = Block { end: at, ..Block::default() };
    for (at, line) in lines.iter().enumerate().skip(at).take(LONGEST) {
        match header(line) {
            Some((field, value)) if !block.has(field) || field == Field::Other => {
                block.fields.push((field, vec![value]));
            }
            Some(_) => break,
            None if is_blank(line) && lines.get(at + 1).is_some_and(|next| header(next).is_some()) => continue,
            None if !is_blank(line) && block.continues(line) => {}
            None => break,
        }
        block.end = at + 1;
    }
    block.is_mail().then_some(block)
}

impl<'a> Block<'a> {
    /// Takes a line that goes on with the last header; says whether it does.
    fn continues(&mut self, line: &'a str) -> bool {
        let Some((field, parts)) = self.fields.last_mut() else { return false };
        let open = parts.last().is_some_and(|last| last.is_empty() || last.ends_with([',', ';', '<']));
        let people = matches!(field, Field::To | Field::Copy | Field::ReplyTo | Field::From);
        let more =
            line.starts_with([' ', '\t']) || people && line.len() <= LABEL * 5 && (open || address(line).is_some());
        if more {
            parts.push(bare(line));
        }
        more
    }
}

/// Whether the headers at a line are part of raw ones that somebody pasted: next to them are such as `Message-ID:`,
/// which a mail program shows nobody.
pub(super) fn is_raw(lines: &[&str], at: usize, block: &Block<'_>) -> bool {
    let technical = |line: &&str| {
        let label = line.trim_start().split_once(':').map_or("", |(label, _)| label);
        let named = label.len() <= LABEL && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        named && label.contains('-') && labels::field(label).is_none_or(|field| field == Field::Other)
    };
    let above = at.checked_sub(1).and_then(|above| lines.get(above));
    above.is_some_and(technical) || lines.get(block.end).is_some_and(technical)
}

/// Field and value of a line that is a header, be its label bold, in a list or in a table.
fn header(line: &str) -> Option<(Field, &str)> {
    let text = line.trim_start_matches(|c: char| is_space(c) || matches!(c, '*' | '_' | '|' | '#'));
    let colon = text.char_indices().take(LABEL).find(|(_, c)| matches!(c, ':' | '：'));
    let (at, c) = colon?;
    let field = labels::field(bare(&text[..at]))?;
    let value = text[at + c.len_utf8()..].trim_matches(|c: char| is_space(c) || matches!(c, '*' | '_' | '|' | '\\'));
    Some((field, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(lines: &[&str]) -> Option<usize> {
        block(lines, 0).map(|block| block.end)
    }

    #[test]
    fn blocks_in_many_languages() {
        for labels in [
            ["From", "Sent", "To", "Subject"],
            ["Von", "Gesendet", "An", "Betreff"],
            ["Van", "Verzonden", "Aan", "Onderwerp"],
            ["De ", "Envoyé ", "À ", "Objet "],
            ["Da", "Inviato", "A", "Oggetto"],
            ["De", "Enviado el", "Para", "Asunto"],
            ["De", "Enviada em", "Para", "Assunto"],
            ["Från", "Skickat", "Till", "Ämne"],
            ["Fra", "Sendt", "Til", "Emne"],
            ["Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"],
            ["Od", "Wysłano", "Do", "Temat"],
            ["Od", "Odesláno", "Komu", "Předmět"],
            ["Feladó", "Elküldve", "Címzett", "Tárgy"],
            ["Kimden", "Tarih", "Kime", "Konu"],
            ["От", "Отправлено", "Кому", "Тема"],
            ["发件人", "发送时间", "收件人", "主题"],
            ["差出人", "送信日時", "宛先", "件名"],
            ["보낸 사람", "보낸 날짜", "받는 사람", "제목"],
        ] {
            let plain = labels.map(|label| format!("{label}: word"));
            let bold = labels.map(|label| format!("**{label}:** word  "));
            for written in [plain, bold] {
                assert_eq!(end(&written.each_ref().map(String::as_str)), Some(4), "{written:?}");
            }
        }
    }

    #[test]
    fn headers_may_be_wrapped_or_set_apart() {
        let lines =
            ["From: Ann", "", "To: Bo <bo@desk.example>;", "Cy <cy@desk.example>", "Subject: Hello", "", "Body"];
        assert_eq!(end(&lines), Some(5));
    }

    #[test]
    fn raw_headers_are_told_apart() {
        let lines = ["Message-ID: <1@b.example>", "From: Ann", "To: Bo", "Subject: x", ""];
        let raw = |lines: &[&str], at| block(lines, at).map(|block| is_raw(lines, at, &block));
        assert_eq!((raw(&lines, 1), raw(&lines[1..], 0)), (Some(true), Some(false)));
        assert_eq!(raw(&["From: Ann", "To: Bo", "Subject: x", "MIME-Version: 1.0"], 0), Some(true));
    }

    #[test]
    fn a_trip_is_no_mail() {
        assert_eq!(end(&["From: Ghent", "To: Bruges", "Date: 3 May", "Seats: 2"]), None);
        assert_eq!(end(&["Subject: Ghent", "From: the station"]), None);
    }
}

//! Ticket ids: `261122-7k2qm`, the UTC day of creation and a random tail of Crockford's base 32.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Crockford's base 32, lower case: no `i`, `l`, `o`, `u`.
pub const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The id of a ticket, in its canonical spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketId(String);

impl TicketId {
    /// An id of the UTC day `date` with the given tail; `None` if the tail is no tail, or the year none that two digits
    /// can say (1970 to 2069).
    pub fn new(date: jiff::civil::Date, tail: &str) -> Option<Self> {
        if !(1970..=2069).contains(&date.year()) {
            return None;
        }
        let text = format!("{:02}{:02}{:02}-{tail}", date.year().rem_euclid(100), date.month(), date.day());
        text.parse().ok()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the day: four to eight characters.
    pub fn tail(&self) -> &str {
        &self.0[7..]
    }

    /// Year, month and day as the path spells them; `YY` from 70 on is 19YY.
    pub fn day(&self) -> (u16, &str, &str) {
        let short: u16 = self.0[..2].parse().unwrap_or(0);
        let year = if short >= 70 { 1900 + short } else { 2000 + short };
        (year, &self.0[2..4], &self.0[4..6])
    }

    /// A number of its own for every id (20 bits of day, 40 of tail, 3 of length), ordered by day.
    pub fn number(&self) -> u64 {
        let day: u64 = self.0[..6].parse().unwrap_or(0);
        let tail = self.tail().bytes().fold(0u64, |sum, byte| sum * 32 + digit(byte).unwrap_or(0));
        day << 43 | tail << 3 | (self.tail().len() as u64 - 1)
    }

    /// The id whose [`number`](Self::number) this is.
    pub fn from_number(number: u64) -> Option<Self> {
        let length = (number & 7) as usize + 1;
        let mut text = *b"000000-00000000";
        let mut rest = number >> 3 & ((1 << 40) - 1);
        for place in text[7..7 + length].iter_mut().rev() {
            *place = ALPHABET[(rest % 32) as usize];
            rest /= 32;
        }
        let mut day = number >> 43;
        for place in text[..6].iter_mut().rev() {
            *place = b'0' + (day % 10) as u8;
            day /= 10;
        }
        let figures = |at: usize| (text[at] - b'0') * 10 + text[at + 1] - b'0';
        // A day of more than six figures is no id. It is not parsed: a report makes a hundred thousand of them.
        let fits = day == 0 && length >= 4 && (1..=12).contains(&figures(2)) && (1..=31).contains(&figures(4));
        let text = std::str::from_utf8(&text[..7 + length]).ok().filter(|_| fits)?;
        Some(TicketId(text.to_owned()))
    }
}

fn digit(byte: u8) -> Option<u64> {
    ALPHABET.iter().position(|&letter| letter == byte).map(|place| place as u64)
}

impl FromStr for TicketId {
    type Err = String;

    /// Takes the canonical spelling only; what people type goes through [`forgiving`].
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{}' is not a ticket id; one looks like 261122-7k2qm", text.escape_debug());
        let (day, tail) = text.split_once('-').ok_or_else(wrong)?;
        let digits = day.len() == 6 && day.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !(4..=8).contains(&tail.len()) || !tail.bytes().all(|byte| ALPHABET.contains(&byte)) {
            return Err(wrong());
        }
        let month: i8 = day[2..4].parse().map_err(|_| wrong())?;
        let date: i8 = day[4..6].parse().map_err(|_| wrong())?;
        let short: i16 = day[..2].parse().map_err(|_| wrong())?;
        let year = if short >= 70 { 1900 + short } else { 2000 + short };
        jiff::civil::Date::new(year, month, date).map_err(|_| wrong())?;
        Ok(TicketId(text.to_owned()))
    }
}

impl TryFrom<String> for TicketId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<TicketId> for String {
    fn from(id: TicketId) -> String {
        id.0
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What a person typed for an id, in canonical letters: a leading `#` gone, lower case, `o` as `0`, `i` and `l`
/// as `1`. `None` where it cannot be the beginning of an id or of a tail.
pub fn forgiving(typed: &str) -> Option<String> {
    let bare = typed.strip_prefix('#').unwrap_or(typed);
    if bare.is_empty() || bare.len() > 15 {
        return None;
    }
    let text: String = bare
        .chars()
        .map(|letter| match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    let known = text.bytes().enumerate().all(|(place, byte)| ALPHABET.contains(&byte) || (byte == b'-' && place == 6));
    known.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_back() {
        for text in ["261122-7k2qm", "700101-0000", "991231-zzzzzzzz", "000229-0001"] {
            let id: TicketId = text.parse().unwrap();
            assert_eq!(TicketId::from_number(id.number()), Some(id));
        }
        let (early, late): (TicketId, TicketId) = ("261121-zzzz".parse().unwrap(), "261122-0000".parse().unwrap());
        assert!(early.number() < late.number());
    }

    #[test]
    fn only_ids_are_ids() {
        for text in
            ["261122-7k2", "261122-7k2qm0000", "261322-7k2q", "261122-7K2Q", "261122-7l2q", "26112-7k2qm", "../..", ""]
        {
            assert!(text.parse::<TicketId>().is_err(), "{text}");
        }
    }

    #[test]
    fn typing_is_forgiven() {
        assert_eq!(forgiving("#261122-IOAB").as_deref(), Some("261122-10ab"));
        for wrong in ["", "#", "../x", "261122_10", "a\nb", "2611-22"] {
            assert_eq!(forgiving(wrong), None, "{wrong}");
        }
    }
}

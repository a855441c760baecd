//! Changes of mails.

use std::ops::Range;

use fastrand::Rng;

use super::{LONGEST, pool::Pool};

/// Pieces that mean something to the parser.
const WORDS: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"\0",
    b"\x1b",
    b"\x7f",
    b"\xff",
    b"\xc3",
    b"\xe2\x80\xae",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xc2\xa0",
    b"\xc4\xb0",
    b"\xef\xbb\xbf",
    b"\t",
    b" ",
    b";",
    b":",
    b",",
    b"\"",
    b"'",
    b"\\",
    b"=",
    b"(",
    b")",
    b"<",
    b">",
    b"[",
    b"]",
    b"@",
    b"*",
    b"/",
    b"..",
    b"?=",
    b"=?",
    b"=?utf-8?q?",
    b"=?utf-8?b?",
    b"=?iso-2022-jp?b?",
    b"=?utf-7?q?",
    b"=?utf-16?b?",
    b"=?utf-8?q?=00=0D=0A=1b?=",
    b"=0D=0A",
    b"=\r\n",
    b"=C3=A9",
    b"From: ",
    b"To: ",
    b"Cc: ",
    b"Sender: ",
    b"Reply-To: ",
    b"Subject: ",
    b"Date: ",
    b"Message-ID: <",
    b"References: ",
    b"In-Reply-To: ",
    b"Return-Path: <>",
    b"Delivered-To: ",
    b"Auto-Submitted: auto-replied",
    b"Precedence: bulk",
    b"List-Id: ",
    b"X-Loket-Desk: desk-1",
    b"X-Failed-Recipients: ",
    b"X-Auto-Response-Suppress: All",
    b"Authentication-Results: mx.example; ",
    b"dmarc=pass header.from=",
    b"dkim=pass header.d=",
    b"spf=fail",
    b"Content-Type: ",
    b"Content-Transfer-Encoding: ",
    b"Content-Disposition: attachment; filename=",
    b"Content-ID: <",
    b"text/plain",
    b"text/html",
    b"text/enriched",
    b"text/calendar",
    b"multipart/mixed; boundary=",
    b"multipart/alternative",
    b"multipart/digest; boundary=",
    b"multipart/report; report-type=delivery-status; boundary=",
    b"message/rfc822",
    b"message/delivery-status",
    b"message/disposition-notification",
    b"message/feedback-report",
    b"text/rfc822-headers",
    b"base64",
    b"quoted-printable",
    b"x-uuencode",
    b"8bit",
    b"begin 644 a\n",
    b"charset=",
    b"utf-8",
    b"utf-7",
    b"utf-16le",
    b"iso-8859-1",
    b"iso-2022-jp",
    b"gb18030",
    b"big5",
    b"shift_jis",
    b"koi8-r",
    b"us-ascii",
    b"windows-1252",
    b"name=",
    b"filename*=utf-8''%C3%A9",
    b"filename*0*=",
    b"filename*1=",
    b"name*=",
    b"%00%2f",
    b"con.txt",
    b".git",
    b"../x",
    b"git~1",
    b"--b",
    b"--b--",
    b"\n--b\n\n",
    b"boundary=b",
    b"format=flowed",
    b"Final-Recipient: rfc822; ",
    b"Action: failed",
    b"Action: delivered",
    b"Status: 5.1.1",
    b"Diagnostic-Code: smtp; 550 ",
    b"user unknown",
    b"mailer-daemon@",
    b"[#261122-7k2qm]",
    b"Re: ",
    b"Fwd: ",
    b"AW[2]: ",
    b"<p>",
    b"<br>",
    b"<table><tr><th>",
    b"<tr><td>",
    b"</table>",
    b"<ul><li>",
    b"<blockquote>",
    b"<a href=\"https://a.example\">",
    b"<img src=cid:a alt=\"",
    b"<!--",
    b"-->",
    b"<script>",
    b"<pre>",
    b"</",
    b"&#27;",
    b"&#x202e;",
    b"&#13;",
    b"&nbsp;",
    b"&lt;",
    b"<param>",
    b"</param>",
    b"<bold>",
    b"<meta charset=",
    b"> ",
    b">> ",
    b"-- \n",
    b"```\n",
    b"____\n",
    b"-----Original Message-----\n",
    b"---------- Forwarded message ---------\n",
    b"Von: ",
    b"Gesendet: ",
    b"Betreff: ",
    b"On 21 Nov 2026 at 10:00, ",
    b" wrote:\n> ",
    b" schrieb ",
    b"Sent from my iPhone",
    b"unsubscribe",
    b"\nFrom ann@example.com Sun Nov 22 09:00:00 2026\n",
    b"\n>From ",
    b"Ann <ann@a.example>",
    b"desk@desk.example",
];

/// Makes new mails of old ones.
pub struct Mutator {
    chance: Rng,
}

impl Mutator {
    /// The same seed gives the same changes.
    pub fn new(seed: u64) -> Self {
        Self { chance: Rng::with_seed(seed) }
    }

    /// One of the mails with one change or several.
    pub fn change(&mut self, pool: &Pool) -> Vec<u8> {
        let mut mail = pool.pick(&mut self.chance).to_vec();
        for _ in 0..1 << self.chance.u32(0..5) {
            self.once(&mut mail, pool);
            mail.truncate(LONGEST);
        }
        mail
    }

    fn once(&mut self, mail: &mut Vec<u8>, pool: &Pool) {
        match self.chance.u32(0..16) {
            0 => self.flip(mail),
            1 => self.byte(mail),
            2..=5 => self.word(mail),
            6 => {
                let part = self.chunk(mail);
                mail.drain(part);
            }
            7 => {
                let part = self.lines(mail);
                mail.drain(part);
            }
            8 => self.copy(mail),
            9 => self.swap(mail),
            10 | 11 => {
                let other = pool.pick(&mut self.chance);
                self.splice(mail, other);
            }
            12 => self.number(mail),
            13 => self.again(mail),
            14 => self.wrap(mail),
            _ if self.chance.u32(0..8) == 0 => mail.truncate(self.place(mail)),
            _ => self.word(mail),
        }
    }

    /// A place between two bytes.
    fn place(&mut self, mail: &[u8]) -> usize {
        self.chance.usize(..=mail.len())
    }

    /// Some bytes, rather few.
    fn chunk(&mut self, mail: &[u8]) -> Range<usize> {
        let start = self.place(mail);
        let most = 1 << self.chance.u32(0..13);
        start..(start + self.chance.usize(..=most)).min(mail.len())
    }

    /// Some whole lines.
    fn lines(&mut self, mail: &[u8]) -> Range<usize> {
        let (start, mut end) = (self.place(mail), 0);
        let start = mail[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        end += start;
        for _ in 0..1 << self.chance.u32(0..4) {
            end += mail[end..].iter().position(|byte| *byte == b'\n').map_or(mail.len() - end, |at| at + 1);
        }
        start..end
    }

    fn part(&mut self, mail: &[u8]) -> Range<usize> {
        if self.chance.bool() { self.chunk(mail) } else { self.lines(mail) }
    }

    fn flip(&mut self, mail: &mut [u8]) {
        if !mail.is_empty() {
            let at = self.chance.usize(..mail.len());
            mail[at] ^= 1 << self.chance.u32(0..8);
        }
    }

    fn byte(&mut self, mail: &mut Vec<u8>) {
        let at = self.place(mail);
        match (self.chance.u32(0..3), mail.get_mut(at)) {
            (0, Some(byte)) => *byte = self.chance.u8(..),
            (1, Some(_)) => drop(mail.remove(at)),
            _ => mail.insert(at, self.chance.u8(..)),
        }
    }

    /// A word, at a place of its own or instead of something.
    fn word(&mut self, mail: &mut Vec<u8>) {
        let word = WORDS[self.chance.usize(..WORDS.len())];
        let at = match self.chance.u32(0..4) {
            0 => self.lines(mail).start,
            _ => self.place(mail),
        };
        let over = if self.chance.u32(0..4) == 0 { word.len() } else { 0 };
        mail.splice(at..(at + over).min(mail.len()), word.iter().copied());
    }

    /// A part a second time, elsewhere.
    fn copy(&mut self, mail: &mut Vec<u8>) {
        let part = self.part(mail);
        let (part, at) = (mail[part].to_vec(), self.place(mail));
        mail.splice(at..at, part);
    }

    fn swap(&mut self, mail: &mut Vec<u8>) {
        let (one, other) = (self.lines(mail), self.lines(mail));
        let (one, other) = if one.start <= other.start { (one, other) } else { (other, one) };
        if one.end <= other.start {
            let between = [&mail[other.clone()], &mail[one.end..other.start], &mail[one.clone()]].concat();
            mail.splice(one.start..other.end, between);
        }
    }

    /// A part of another mail, or its end.
    fn splice(&mut self, mail: &mut Vec<u8>, other: &[u8]) {
        let at = self.place(mail);
        if self.chance.bool() {
            let part = self.part(other);
            mail.splice(at..at, other[part].iter().copied());
        } else {
            let from = self.place(other);
            mail.truncate(at);
            mail.extend_from_slice(&other[from..]);
        }
    }

    fn number(&mut self, mail: &mut Vec<u8>) {
        let from = self.place(mail);
        let Some(start) = mail[from..].iter().position(u8::is_ascii_digit).map(|at| from + at) else { return };
        let length = mail[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let new = match self.chance.u32(0..4) {
            0 => "0".to_string(),
            1 => self.chance.u64(..).to_string(),
            2 => self.chance.u32(0..300).to_string(),
            _ => "9".repeat(self.chance.usize(1..40)),
        };
        mail.splice(start..start + length, new.bytes());
    }

    fn any_word(&mut self) -> Vec<u8> {
        WORDS[self.chance.usize(..WORDS.len())].to_vec()
    }

    /// A part, a word or two words again and again: seldom as long as it may be, as that takes its time.
    fn again(&mut self, mail: &mut Vec<u8>) {
        let mut part = if self.chance.u32(0..4) == 0 { mail[self.part(mail)].to_vec() } else { self.any_word() };
        if self.chance.bool() {
            part.extend(self.any_word());
        }
        let bits = if self.chance.u32(0..16) == 0 { 18 } else { 11 };
        let most = (1_usize << self.chance.u32(4..=bits)).min(LONGEST.saturating_sub(mail.len()));
        let at = self.place(mail);
        mail.splice(at..at, part.repeat(most / part.len().max(1)));
    }

    /// The whole mail within another.
    fn wrap(&mut self, mail: &mut Vec<u8>) {
        let heads: [&[u8]; 4] = [
            b"Content-Type: multipart/mixed; boundary=b\n\n--b\n",
            b"From: a@b.example\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c\nContent-Type: message/rfc822\n\n",
            b"From ann@example.com Sun Nov 22 09:00:00 2026\n",
            b"Content-Type: text/html\n\n",
        ];
        let head = heads[self.chance.usize(..heads.len())];
        mail.splice(0..0, head.iter().copied());
    }
}

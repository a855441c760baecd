//! A query's text as tokens, each with its place.

use super::wrong::{Wrong, render_piece};

/// A token and its column: 1-based, in characters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub kind: Kind,
    pub column: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Open,
    Close,
    And,
    Or,
    /// `NOT` or `-`.
    Not,
    /// A bare word or a phrase.
    Text(Raw),
    /// `name:value,value`.
    Term {
        name: String,
        values: Vec<Raw>,
    },
}

/// A value as it was typed, without quotes and operator.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Raw {
    pub text: String,
    pub quoted: bool,
    pub operator: Option<Operator>,
    /// Of the text, after an operator.
    pub column: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Above,
    From,
    Below,
    To,
}

impl Kind {
    /// The word or sign that wants a term behind it.
    pub fn connective(&self) -> Option<&'static str> {
        match self {
            Kind::And => Some("AND"),
            Kind::Or => Some("OR"),
            Kind::Not => Some("NOT"),
            _ => None,
        }
    }
}

/// Cuts a query into tokens.
pub(super) fn lex(text: &str) -> Result<Vec<Token>, Wrong> {
    let mut lexer = Lexer { letters: text.chars().collect(), at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer {
    letters: Vec<char>,
    at: usize,
}

impl Lexer {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn column(&self) -> usize {
        self.at + 1
    }

    /// Takes what comes if it is this letter.
    fn take(&mut self, letter: char) -> bool {
        let found = self.peek() == Some(letter);
        self.at += usize::from(found);
        found
    }

    /// Takes letters until one where `stop` holds.
    fn take_until(&mut self, stop: impl Fn(char) -> bool) -> String {
        let rest = &self.letters[self.at..];
        let length = rest.iter().position(|&letter| stop(letter)).unwrap_or(rest.len());
        let taken = rest[..length].iter().collect();
        self.at += length;
        taken
    }

    fn token(&mut self) -> Result<Option<Token>, Wrong> {
        self.take_until(|letter| !letter.is_whitespace());
        let column = self.column();
        let Some(first) = self.peek() else { return Ok(None) };
        let kind = match first {
            '(' | ')' | '-' => {
                self.at += 1;
                match first {
                    '(' => Kind::Open,
                    ')' => Kind::Close,
                    _ => self.minus(column)?,
                }
            }
            '"' => Kind::Text(Raw { text: self.quoted()?, quoted: true, operator: None, column }),
            _ => self.word(column)?,
        };
        Ok(Some(Token { kind, column }))
    }

    /// A `-` belongs to the term right behind it.
    fn minus(&self, column: usize) -> Result<Kind, Wrong> {
        match self.peek() {
            Some(next) if !next.is_whitespace() && next != ')' => Ok(Kind::Not),
            _ => {
                Err(Wrong::new(column, "'-' needs a term right behind it")
                    .hint("-tag:spam leaves out what is tagged spam"))
            }
        }
    }

    /// A word, `AND`, `OR`, `NOT`, or a field with its values.
    fn word(&mut self, column: usize) -> Result<Kind, Wrong> {
        let mut text = self.take_until(|letter| ends_word(letter) || letter == ':');
        if self.peek() == Some(':') {
            let address = self.letters[self.at + 1..].starts_with(&['/', '/']);
            if !address || text.is_empty() {
                self.at += 1;
                return self.term(text, column);
            }
            text += &self.take_until(ends_word);
        }
        Ok(match text.as_str() {
            "AND" => Kind::And,
            "OR" => Kind::Or,
            "NOT" => Kind::Not,
            _ => Kind::Text(Raw { text, quoted: false, operator: None, column }),
        })
    }

    /// What stands behind `name:`.
    fn term(&mut self, name: String, column: usize) -> Result<Kind, Wrong> {
        if name.is_empty() {
            let wrong = Wrong::new(column, "there is no field before ':'");
            return Err(wrong.hint("write field:value, or put text with a ':' in double quotes"));
        }
        let mut values = Vec::new();
        loop {
            let operator = self.operator();
            let start = self.column();
            let quoted = self.peek() == Some('"');
            let text =
                if quoted { self.quoted()? } else { self.take_until(|letter| ends_word(letter) || letter == ',') };
            if text.is_empty() && !quoted {
                return Err(missing_value(&name, if values.is_empty() { column } else { start - 1 }));
            }
            values.push(Raw { text, quoted, operator, column: start });
            if !self.take(',') {
                break;
            }
        }
        match self.peek() {
            Some(next) if !next.is_whitespace() && !matches!(next, '(' | ')') => {
                Err(Wrong::new(self.column(), "a space or a comma is missing here")
                    .hint("a value in double quotes ends at the second one"))
            }
            _ => Ok(Kind::Term { name, values }),
        }
    }

    fn operator(&mut self) -> Option<Operator> {
        if self.take('>') {
            Some(if self.take('=') { Operator::From } else { Operator::Above })
        } else if self.take('<') {
            Some(if self.take('=') { Operator::To } else { Operator::Below })
        } else {
            None
        }
    }

    /// A text in double quotes, in which `\"` and `\\` stand for themselves.
    fn quoted(&mut self) -> Result<String, Wrong> {
        let column = self.column();
        self.at += 1;
        let mut text = String::new();
        while let Some(letter) = self.peek() {
            self.at += 1;
            match (letter, self.peek()) {
                ('"', _) => return Ok(text),
                ('\\', Some(escaped @ ('"' | '\\'))) => {
                    self.at += 1;
                    text.push(escaped);
                }
                _ => text.push(letter),
            }
        }
        Err(Wrong::new(column, "this '\"' has no second one")
            .hint("end the text with a '\"'; within it write \\\" for one"))
    }
}

fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '(' | ')' | '"')
}

fn missing_value(name: &str, column: usize) -> Wrong {
    Wrong::new(column, format!("a value of '{}' is missing", render_piece(name)))
        .hint("write field:value without a space; an empty field is field:none")
}

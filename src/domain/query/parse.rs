//! The grammar: NOT binds tightest, then AND, then OR.

use super::ast::Expr;
use super::context::{Context, Me};
use super::lex::{Kind, Token, lex};
use super::wrong::{Wrong, find_nearest, render_piece};

const MAX_BYTES: usize = 16 * 1024;
const MAX_TERMS: usize = 1_000;
const MAX_DEPTH: usize = 64;
const MAX_VIEWS: usize = 8;

static NOBODY: Me = Me::Nobody;

/// What a query means. A `view:NAME` in it stands for the view's query.
pub fn parse(text: &str, context: &Context) -> Result<Expr, Wrong> {
    parse_within(text, context, &context.me, &mut Spent::default())
}

/// What has been used of the limits, over a query and the views it names.
#[derive(Default)]
pub(super) struct Spent {
    terms: usize,
    depth: usize,
    /// The views being read, outermost first.
    views: Vec<String>,
}

fn parse_within(text: &str, context: &Context, me: &Me, spent: &mut Spent) -> Result<Expr, Wrong> {
    if text.len() > MAX_BYTES {
        return Err(Wrong::new(1, format!("the query is too long: {} bytes, {MAX_BYTES} are taken", text.len())));
    }
    let mut parser = Parser { context, me, tokens: lex(text)?, at: 0, spent };
    if parser.tokens.is_empty() {
        return Ok(Expr::all());
    }
    let found = parser.either()?;
    match parser.peek() {
        Some(token) => Err(Wrong::new(token.column, "this ')' has no '(' before it")),
        None => Ok(found),
    }
}

pub(super) struct Parser<'c> {
    pub context: &'c Context<'c>,
    /// Whom `me` stands for here.
    pub me: &'c Me,
    tokens: Vec<Token>,
    at: usize,
    spent: &'c mut Spent,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn comes(&self, kind: &Kind) -> bool {
        self.peek().is_some_and(|token| token.kind == *kind)
    }

    /// Terms joined by OR.
    fn either(&mut self) -> Result<Expr, Wrong> {
        let mut parts = vec![self.every()?];
        while self.comes(&Kind::Or) {
            self.at += 1;
            parts.push(self.every()?);
        }
        Ok(join(parts, Expr::Or))
    }

    /// Terms joined by AND, said or not.
    fn every(&mut self) -> Result<Expr, Wrong> {
        let mut parts = vec![self.one()?];
        while !(self.peek().is_none() || self.comes(&Kind::Or) || self.comes(&Kind::Close)) {
            if self.comes(&Kind::And) {
                self.at += 1;
            }
            parts.push(self.one()?);
        }
        Ok(join(parts, Expr::And))
    }

    /// A term, a negation or a bracket.
    fn one(&mut self) -> Result<Expr, Wrong> {
        let Some(Token { kind, column }) = self.peek().cloned() else { return Err(self.lacks_term()) };
        match kind {
            Kind::Not => {
                self.at += 1;
                self.deeper(column, |parser| Ok(Expr::Not(Box::new(parser.one()?))))
            }
            Kind::Open => {
                self.at += 1;
                self.deeper(column, |parser| parser.bracket(column))
            }
            Kind::Text(raw) => {
                self.at += 1;
                self.count(1, column)?;
                self.text(&raw)
            }
            Kind::Term { name, values } => {
                self.at += 1;
                self.count(values.len(), column)?;
                self.term(&name, &values, column)
            }
            Kind::Close | Kind::And | Kind::Or => Err(self.lacks_term()),
        }
    }

    /// What stands behind the '(' at `column`.
    fn bracket(&mut self, column: usize) -> Result<Expr, Wrong> {
        if self.peek().is_none() {
            return Err(unclosed(column));
        }
        let found = self.either()?;
        if !self.comes(&Kind::Close) {
            return Err(unclosed(column));
        }
        self.at += 1;
        Ok(found)
    }

    /// What is wrong where a term should stand and none does.
    fn lacks_term(&self) -> Wrong {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let wanting = |token: &Token| token.kind.connective().map(|word| lacks_operand(token.column, word));
        if let Some(wrong) = before.and_then(wanting).or_else(|| self.peek().and_then(wanting)) {
            return wrong;
        }
        match (before, self.peek()) {
            (Some(open), _) if open.kind == Kind::Open => {
                Wrong::new(open.column, "there is nothing between these brackets")
            }
            (_, here) => Wrong::new(here.map_or(1, |token| token.column), "this ')' has no '(' before it"),
        }
    }

    /// Counts values against the limit, so that no query and no nest of views is without end.
    fn count(&mut self, values: usize, column: usize) -> Result<(), Wrong> {
        self.spent.terms += values;
        match self.spent.terms {
            0..=MAX_TERMS => Ok(()),
            _ => Err(Wrong::new(column, format!("the query has more than {MAX_TERMS} terms"))),
        }
    }

    fn deeper(&mut self, column: usize, inner: impl FnOnce(&mut Self) -> Result<Expr, Wrong>) -> Result<Expr, Wrong> {
        self.spent.depth += 1;
        if self.spent.depth > MAX_DEPTH {
            return Err(Wrong::new(column, format!("the query is nested deeper than {MAX_DEPTH}")));
        }
        let found = inner(self)?;
        self.spent.depth -= 1;
        Ok(found)
    }

    /// `view:NAME`: the view's query in its place.
    pub fn view(&mut self, name: &str, column: usize) -> Result<Expr, Wrong> {
        let shown = render_piece(name);
        let Some(text) = (self.context.view)(name) else {
            let near = find_nearest(name, self.context.views.iter().map(String::as_str));
            let wrong = Wrong::new(column, format!("there is no view '{shown}'"));
            return Err(Wrong { hint: near.map(|near| format!("did you mean 'view:{near}'?")), ..wrong });
        };
        if self.spent.views.iter().any(|open| open == name) {
            return Err(Wrong::new(column, format!("the view '{shown}' names itself")));
        }
        if self.spent.views.len() >= MAX_VIEWS {
            return Err(Wrong::new(column, format!("the view '{shown}' is named more than {MAX_VIEWS} views deep")));
        }
        let nobody = name == "open" && matches!(self.me, Me::Unknown { .. });
        let me = if nobody { &NOBODY } else { self.me };
        self.spent.views.push(name.to_owned());
        let found = parse_within(&text, self.context, me, self.spent);
        self.spent.views.pop();
        found.map_err(|wrong| Wrong { message: format!("in the view '{shown}': {}", wrong.message), column, ..wrong })
    }
}

/// One part as it is, several joined.
pub(super) fn join(mut parts: Vec<Expr>, several: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            several(parts)
        }
    }
}

fn unclosed(column: usize) -> Wrong {
    Wrong::new(column, "this '(' has no ')' behind it")
}

fn lacks_operand(column: usize, word: &str) -> Wrong {
    let sides = if word == "NOT" { "behind it" } else { "on both sides" };
    Wrong::new(column, format!("{word} needs a term {sides}"))
        .hint(format!("to search for the word itself, write it in lower case or as \"{word}\""))
}

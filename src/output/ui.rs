//! The terminal as the commands see it: what it can do, and the only way out to it.

use std::borrow::Cow;
use std::io::{self, ErrorKind, IsTerminal, Write};

use anyhow::Context as _;

use super::style::{ColorChoice, Style};
use super::{pager, sanitize};
use crate::failure::Result;

/// Columns and lines of a terminal that does not tell.
const UNKNOWN_SIZE: (usize, usize) = (80, 24);

/// What the environment says, read once by the caller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `TERM` is `dumb`.
    pub term_dumb: bool,
    /// `CI` is set: nobody answers prompts or leaves a pager.
    pub ci: bool,
    /// `PAGER`; empty for none.
    pub pager: Option<String>,
    /// `LESS` is set, so it is left as it is.
    pub less: bool,
    /// `COLUMNS`, for a terminal that gives no size.
    pub columns: Option<usize>,
}

/// Where the answer and the messages go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ui {
    /// Colours on stdout.
    pub color: bool,
    /// Colours on stderr.
    pub stderr_color: bool,
    /// Columns of the terminal stdout is; `None` in a pipe, where nothing is ever cut.
    pub width: Option<usize>,
    /// Lines of that terminal.
    pub height: usize,
    pub stdout_terminal: bool,
    pub stderr_terminal: bool,
    /// Somebody can be asked: stdin and stdout are terminals, and `CI` is unset.
    pub interactive: bool,
    /// No messages.
    pub quiet: bool,
    /// The command long answers go through.
    pub pager: Option<String>,
    /// Give that command a `LESS` of ours.
    pub set_less: bool,
}

impl Ui {
    /// Looks at the three streams.
    pub fn new(choice: ColorChoice, quiet: bool, no_pager: bool, environment: &Environment) -> Self {
        let stdout_terminal = io::stdout().is_terminal();
        let stderr_terminal = io::stderr().is_terminal();
        let size = terminal_size::terminal_size_of(io::stdout());
        let (columns, height) = size.map_or((environment.columns.unwrap_or(UNKNOWN_SIZE.0), UNKNOWN_SIZE.1), |size| {
            (usize::from(size.0.0), usize::from(size.1.0))
        });
        let color = |terminal: bool| match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal && !environment.no_color && !environment.term_dumb,
        };
        let pages = stdout_terminal && !no_pager && !environment.ci && !environment.term_dumb;
        Ui {
            color: color(stdout_terminal),
            stderr_color: color(stderr_terminal),
            width: stdout_terminal.then_some(columns.max(1)),
            height,
            stdout_terminal,
            stderr_terminal,
            interactive: stdout_terminal && io::stdin().is_terminal() && !environment.ci,
            quiet,
            pager: pages.then(|| pager_command(environment)).flatten(),
            set_less: !environment.less,
        }
    }

    /// A pipe: no colours, no width, no prompts.
    pub fn plain() -> Self {
        Ui::default()
    }

    /// `text` in the style of what it is; `text` is clean already (see `sanitize`).
    pub fn paint(&self, style: Style, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        self.paint_into(style, text, &mut out);
        out
    }

    /// As `paint`, at the end of `out`.
    pub fn paint_into(&self, style: Style, text: &str, out: &mut String) {
        if self.color { style.paint_into(text, out) } else { out.push_str(text) }
    }

    /// Writes the answer to stdout, on a terminal through the pager if it is longer than the screen.
    ///
    /// On a terminal no control sequence but colours gets out; in a pipe every byte does. A reader who has gone ends
    /// the writing quietly.
    pub fn print(&self, text: &str) -> Result<()> {
        let text = self.gated(text);
        if self.pages(&text)
            && let Some(command) = &self.pager
            && pager::show(command, self.set_less, &text)
        {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot write to stdout"),
            _ => Ok(()),
        }
    }

    /// What may get out to stdout.
    fn gated<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match (self.stdout_terminal, self.color) {
            (false, _) => Cow::Borrowed(text),
            (true, false) => sanitize::block(text),
            (true, true) => sanitize::painted(text),
        }
    }

    /// With the prompt that follows, the text does not fit the screen.
    fn pages(&self, text: &str) -> bool {
        self.stdout_terminal && self.pager.is_some() && text.lines().take(self.height).count() >= self.height
    }

    /// A line on stderr about what happened; not when quiet.
    pub fn message(&self, text: &str) {
        if !self.quiet {
            self.tell(None, text);
        }
    }

    /// What to do next, on stderr; not when quiet.
    pub fn hint(&self, text: &str) {
        if !self.quiet {
            self.tell(Some(("hint:", Style::Hint)), text);
        }
    }

    /// Something is wrong but does not stop the command; also when quiet.
    pub fn warning(&self, text: &str) {
        self.tell(Some(("warning:", Style::Warning)), text);
    }

    /// Something is wrong, and what to do about it; also when quiet.
    pub fn error(&self, text: &str, hints: &[String]) {
        self.tell(Some(("error:", Style::Error)), text);
        for hint in hints {
            self.tell(Some(("hint:", Style::Hint)), hint);
        }
    }

    fn tell(&self, label: Option<(&str, Style)>, text: &str) {
        // Nobody is left to be told that stderr cannot be written.
        let _ = io::stderr().write_all(self.told(label, text).as_bytes());
    }

    fn told(&self, label: Option<(&str, Style)>, text: &str) -> String {
        let mut out = String::new();
        if let Some((word, style)) = label {
            if self.stderr_color {
                style.paint_into(word, &mut out)
            } else {
                out.push_str(word)
            }
            out.push(' ');
        }
        out.push_str(sanitize::block(text).trim_end_matches('\n'));
        out.push('\n');
        out
    }
}

/// The pager to use; `cat` or nothing is none.
fn pager_command(environment: &Environment) -> Option<String> {
    let command = environment.pager.as_deref().unwrap_or(pager::DEFAULT).trim();
    (!command.is_empty() && command != "cat").then(|| command.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal() -> Ui {
        Ui { stdout_terminal: true, width: Some(80), height: 4, pager: Some("false".into()), ..Ui::default() }
    }

    #[test]
    fn colours_follow_the_choice() {
        let environment = Environment { no_color: true, ..Environment::default() };
        let always = Ui::new(ColorChoice::Always, false, false, &environment);
        assert_eq!(always.paint(Style::Id, "x"), "\x1b[36mx\x1b[0m");
        let never = Ui::new(ColorChoice::Never, false, false, &Environment::default());
        assert_eq!(never.paint(Style::Id, "x"), "x");
        assert!(!Ui::new(ColorChoice::Auto, false, false, &environment).color);
    }

    #[test]
    fn long_text_pages_on_a_terminal_only() {
        assert!(terminal().pages("1\n2\n3\n4\n") && !terminal().pages("1\n2\n3\n"));
        assert!(!Ui { stdout_terminal: false, ..terminal() }.pages("1\n2\n3\n4\n5\n"));
        assert!(!Ui { pager: None, ..terminal() }.pages("1\n2\n3\n4\n5\n"));
    }

    #[test]
    fn the_pager_has_a_default_and_an_off() {
        let named = |pager: Option<&str>| {
            pager_command(&Environment { pager: pager.map(str::to_owned), ..Environment::default() })
        };
        assert_eq!(named(None).as_deref(), Some("less"));
        assert_eq!(named(Some("more -s")).as_deref(), Some("more -s"));
        assert_eq!((named(Some("")), named(Some("cat"))), (None, None));
    }

    #[test]
    fn a_terminal_gets_no_control_sequences() {
        for text in super::super::sanitize::tests::NASTY {
            super::super::sanitize::tests::assert_safe(&terminal().gated(text));
            super::super::sanitize::tests::assert_safe(&terminal().told(Some(("hint:", Style::Hint)), text));
        }
        let colored = Ui { color: true, ..terminal() };
        assert_eq!(colored.gated("\x1b[36mx\x1b[0m\x1b[2J\x07"), "\x1b[36mx\x1b[0m\u{fffd}[2J\u{fffd}");
        assert_eq!(Ui::plain().gated("\x1b\u{9b}"), "\x1b\u{9b}");
    }

    #[test]
    fn messages_have_labels() {
        assert_eq!(Ui::plain().told(Some(("error:", Style::Error)), "no such ticket\n"), "error: no such ticket\n");
        assert_eq!(Ui::plain().told(None, "done"), "done\n");
        let colored = Ui { stderr_color: true, ..Ui::plain() };
        assert_eq!(colored.told(Some(("hint:", Style::Hint)), "x"), "\x1b[36mhint:\x1b[0m x\n");
    }
}

//! What a command answered.

use std::fmt;

use serde_json::Value;

/// Exit code and texts of one run; the temporary folder reads `$ROOT`.
#[derive(Debug, Clone)]
pub struct Output {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    /// The one document on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|trouble| panic!("no JSON ({trouble}): {self}"))
    }

    /// Standard output without its last line end.
    pub fn text(&self) -> &str {
        self.stdout.trim_end_matches('\n')
    }

    pub fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }

    /// Asserts the exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Output {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// Asserts that standard error says all of these.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Output {
        for word in words {
            assert!(self.stderr.contains(word), "standard error does not say {word:?}: {self}");
        }
        self
    }
}

/// For snapshots: standard output, standard error marked by `! `, and the exit code unless it is 0.
impl fmt::Display for Output {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.stdout.lines() {
            writeln!(out, "{line}")?;
        }
        for line in self.stderr.lines() {
            writeln!(out, "! {line}")?;
        }
        if self.code == 0 { Ok(()) } else { writeln!(out, "exit {}", self.code) }
    }
}

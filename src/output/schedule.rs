//! How a report is run on a schedule: a file for continuous integration, or a line of a crontab.

use std::fmt::Write as _;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    Day,
    /// On Mondays.
    Week,
    /// On the first.
    Month,
}

/// What runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    Github,
    Gitlab,
    Cron,
}

/// A report that is run again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule<'a> {
    pub report: &'a str,
    pub by: Option<&'a str>,
    pub every: Every,
}

impl Every {
    /// When, as cron says it.
    fn cron(self) -> &'static str {
        match self {
            Every::Day => "0 6 * * *",
            Every::Week => "0 6 * * 1",
            Every::Month => "0 6 1 * *",
        }
    }

    /// The last whole day, week or month, by the shell's `date` as GNU has it: its first day and its last.
    fn period(self) -> (&'static str, &'static str) {
        match self {
            Every::Day => ("date -d yesterday +%F", "date -d yesterday +%F"),
            Every::Week => ("date -d '7 days ago' +%F", "date -d yesterday +%F"),
            Every::Month => {
                ("date -d \"$(date +%Y-%m-01) - 1 month\" +%F", "date -d \"$(date +%Y-%m-01) - 1 day\" +%F")
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Every::Day => "daily",
            Every::Week => "weekly",
            Every::Month => "monthly",
        }
    }
}

impl Schedule<'_> {
    /// The text of a file, or of a line.
    pub fn text(&self, runner: Runner) -> String {
        match runner {
            Runner::Github => self.github(),
            Runner::Gitlab => self.gitlab(),
            Runner::Cron => self.crontab(),
        }
    }

    fn github(&self) -> String {
        let title = self.title();
        let mut out = String::from("# A workflow of GitHub Actions: a file of .github/workflows/. Times are in UTC.\n");
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "name: {title}\non:\n  schedule:\n    - cron: \"{}\"\n  workflow_dispatch:\npermissions:\n  contents: read\n\
             jobs:\n  report:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          \
             fetch-depth: 0\n      # Or however loket comes to your machines.\n      - run: cargo install --locked loket\n      \
             - run: |\n          {}\n          {}\n      - uses: actions/upload-artifact@v4\n        with:\n          \
             name: report\n          path: report.html\n",
            self.every.cron(),
            self.command("md", ">> \"$GITHUB_STEP_SUMMARY\""),
            self.command("html", "> report.html"),
        );
        out
    }

    fn gitlab(&self) -> String {
        let title = self.title();
        let mut out = format!(
            "# A job of .gitlab-ci.yml. The schedule itself is made under Build > Pipeline schedules, as `{}`.\n",
            self.every.cron()
        );
        let _ = write!(
            out,
            "{title}:\n  rules:\n    - if: $CI_PIPELINE_SOURCE == \"schedule\"\n  variables:\n    GIT_DEPTH: \"0\"\n  script:\n    \
             - |\n      {}\n  artifacts:\n    paths:\n      - report.html\n",
            self.command("html", "> report.html"),
        );
        out
    }

    /// In a crontab a `%` ends the command.
    fn crontab(&self) -> String {
        let command = self.command("html", "> report.html").replace('%', "\\%");
        format!(
            "# A line of a crontab. DESK is the folder of a clone.\n{} cd \"$DESK\" && {command}\n",
            self.every.cron()
        )
    }

    fn command(&self, format: &str, to: &str) -> String {
        let (since, until) = self.every.period();
        let mut command = format!("loket report {}", shell_words::quote(self.report));
        if let Some(by) = self.by {
            let _ = write!(command, " --by {}", shell_words::quote(by));
        }
        format!("{command} --since \"$({since})\" --until \"$({until})\" -o {format} {to}")
    }

    /// A text that YAML and JSON read alike.
    fn title(&self) -> String {
        serde_json::Value::from(format!("{} report: {}", self.every.name(), self.report)).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(report: &str, every: Every, runner: Runner) -> String {
        Schedule { report, by: None, every }.text(runner)
    }

    #[test]
    fn a_workflow_is_yaml() {
        for every in [Every::Day, Every::Week, Every::Month] {
            for (runner, place) in [(Runner::Github, "on"), (Runner::Gitlab, "weekly report: it's: \"x\"")] {
                let text = text("it's: \"x\"", every, runner);
                let read: serde_yaml::Value =
                    serde_yaml::from_str(&text).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
                assert!(every != Every::Week || read.get(place).is_some(), "{text}");
                assert!(text.contains("loket report 'it'\\''s: \"x\"' --since"), "{text}");
            }
        }
    }

    #[test]
    fn a_crontab_has_no_bare_percent_sign() {
        let text = text("summary", Every::Month, Runner::Cron);
        assert!(text.lines().nth(1).is_some_and(|line| line.starts_with("0 6 1 * * cd ")), "{text}");
        assert_eq!(text.matches('%').count(), text.matches("\\%").count());
    }

    #[test]
    fn what_it_is_grouped_by_is_passed_on() {
        let schedule = Schedule { report: "sla", by: Some("team"), every: Every::Day };
        assert!(schedule.text(Runner::Cron).contains("loket report sla --by team --since"));
    }
}

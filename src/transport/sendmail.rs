//! Delivery to a command that takes a message on its standard input, as `sendmail` does.
use super::{Delivered, Envelope, Trouble};
use crate::mail::outbound::is_address;
use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    process::{Child, Command, ExitStatus, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// How long a command may take.
const TIME: Duration = Duration::from_secs(120);
/// How often a running command is looked at.
const GLANCE: Duration = Duration::from_millis(10);
/// The most bytes of what a command complains that are read.
const MAX_COMPLAINT: u64 = 64 * 1024;
/// The exit codes that will come again: EX_DATAERR, EX_NOUSER, EX_NOHOST and EX_UNAVAILABLE of sysexits.h.
const PERMANENT: [i32; 4] = [65, 67, 68, 69];
/// What tells a command to read the recipients from the header.
const READS_RECIPIENTS: [&str; 4] = ["-t", "-ti", "-it", "--read-recipients"];

/// A command that takes messages. It is run without a shell and with `-i -f SENDER -- RECIPIENT…`, the sender empty where
/// there is none, unless `-t` among its own arguments makes it read the header instead.
#[derive(Debug)]
pub struct Sendmail {
    program: String,
    arguments: Vec<String>,
    time: Duration,
}

impl Sendmail {
    /// Splits a command line into words as a shell would.
    pub fn new(command: &str) -> Result<Self, Trouble> {
        let words = shell_words::split(command).map_err(|error| Trouble::new(true, &format!("{command}: {error}")))?;
        let mut words = words.into_iter();
        let program = words.next().ok_or_else(|| Trouble::Permanent("the sendmail command is empty".into()))?;
        Ok(Self { program, arguments: words.collect(), time: TIME })
    }

    /// The same with less patience.
    #[cfg(test)]
    pub fn within(self, time: Duration) -> Self {
        Self { time, ..self }
    }

    /// Runs the command and waits for it.
    pub fn send(&self, envelope: &Envelope, raw: &[u8]) -> Result<Delivered, Trouble> {
        if let Some(bad) = envelope.from.iter().chain(&envelope.to).find(|address| !is_address(address)) {
            return Err(Trouble::new(true, &format!("this is no address: {bad}")));
        }
        let (status, complaint) = self.run(envelope, raw).map_err(|error| self.not_run(&error))?;
        match status {
            Some(status) if status.success() => Ok(Delivered::default()),
            _ => Err(self.trouble(status, &complaint)),
        }
    }

    /// Gives how it ended, nothing if it had to be stopped, and what it complained. The message is in a file and not in a
    /// pipe, so that a command may leave it unread.
    fn run(&self, envelope: &Envelope, raw: &[u8]) -> io::Result<(Option<ExitStatus>, String)> {
        let mut complaints = tempfile::tempfile()?;
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).args(self.more_arguments(envelope));
        let child = command.stdin(local(raw)?).stdout(Stdio::null()).stderr(complaints.try_clone()?).spawn()?;
        let status = self.wait(child)?;
        complaints.rewind()?;
        let mut complaint = Vec::new();
        complaints.take(MAX_COMPLAINT).read_to_end(&mut complaint)?;
        Ok((status, String::from_utf8_lossy(&complaint).into_owned()))
    }

    fn more_arguments(&self, envelope: &Envelope) -> Vec<String> {
        if self.arguments.iter().any(|argument| READS_RECIPIENTS.contains(&argument.as_str())) {
            return Vec::new();
        }
        let sender = envelope.from.clone().unwrap_or_default();
        let fixed = ["-i".to_string(), "-f".into(), sender, "--".into()];
        fixed.into_iter().chain(envelope.to.iter().cloned()).collect()
    }

    fn wait(&self, mut child: Child) -> io::Result<Option<ExitStatus>> {
        let end = Instant::now() + self.time;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
            if Instant::now() >= end {
                child.kill()?;
                child.wait()?;
                return Ok(None);
            }
            sleep(GLANCE);
        }
    }

    fn not_run(&self, error: &io::Error) -> Trouble {
        let wrong = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied);
        Trouble::new(wrong, &format!("{} cannot be run: {error}", self.program))
    }

    fn trouble(&self, status: Option<ExitStatus>, complaint: &str) -> Trouble {
        let ended = match status {
            Some(status) => status.to_string(),
            None => format!("stopped after {} s", self.time.as_secs()),
        };
        let last = complaint.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let said = if last.is_empty() { ended } else { format!("{ended}: {last}") };
        let permanent = status.and_then(|status| status.code()).is_some_and(|code| PERMANENT.contains(&code));
        Trouble::new(permanent, &format!("{}: {said}", self.program))
    }
}

/// The message in a file without a name, with the line ends that local programs want.
fn local(raw: &[u8]) -> io::Result<File> {
    let mut text = Vec::with_capacity(raw.len());
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(line) => text.extend([line, b"\n"].concat()),
            None => text.extend(line),
        }
    }
    let mut file = tempfile::tempfile()?;
    file.write_all(&text)?;
    file.rewind()?;
    Ok(file)
}

//! A program a rule runs: without a shell, with an end to its time and to what it may say.

use super::{errand::Trouble, one_line};
use std::{
    fs::File,
    io::{self, ErrorKind, Read, Seek, Write},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, channel},
    },
    thread::{self, sleep},
    time::{Duration, Instant},
};

/// How often a running program is looked at.
const GLANCE: Duration = Duration::from_millis(10);
/// How long to wait for the rest of what a program said when it has ended: what it left running may hold the pipe.
const REST: Duration = Duration::from_millis(200);
/// The most bytes that are kept of either stream.
const MAX_KEPT: usize = 32 * 1024;
/// The exit codes that will come again: EX_USAGE, EX_DATAERR and EX_CONFIG of sysexits.h.
const LASTING: [i32; 3] = [64, 65, 78];
/// What would point git in the program to another repository, if we ourselves run in one of git's hooks.
const LOCAL: [&str; 8] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_WORK_TREE",
];

/// What a program said, without control characters but the ends of lines and tabs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// The first 32 KiB.
    pub stdout: String,
    /// The last 32 KiB.
    pub stderr: String,
}

/// Runs a program in a folder and waits until it ends, or stops it and all it started when `timeout` is over. A program
/// whose name has a `/` is looked for from the folder, any other on `PATH`. The input is a file on its standard input,
/// which it may leave unread. It has our environment and what is in `environment`. What it leaves running in the
/// background when it ends in time is not stopped and not waited for.
///
/// # Errors
/// It cannot be run, ended with another status than 0, or took too long. It is lasting where there is no such program,
/// or where it ended with 64, 65 or 78 (`EX_USAGE`, `EX_DATAERR`, `EX_CONFIG`), by which it can say so itself.
pub fn run(
    program: &str,
    arguments: &[String],
    folder: &Path,
    input: &[u8],
    environment: &[(&str, String)],
    timeout: Duration,
) -> Result<Output, Trouble> {
    let not_run = |error: io::Error| not_run(program, &error);
    let mut command = command(program, folder).map_err(not_run)?;
    command.args(arguments).envs(environment.iter().map(|(name, value)| (name, value)));
    command.stdin(file_of(input).map_err(not_run)?).stdout(Stdio::piped()).stderr(Stdio::piped());
    let (status, output) = execute(command, timeout).map_err(not_run)?;
    match status {
        Some(status) if status.success() => Ok(output),
        Some(status) => Err(ended(program, status, &output.stderr)),
        None => Err(trouble(program, true, &format!("stopped after {} s", timeout.as_secs_f64()), &output.stderr)),
    }
}

fn command(program: &str, folder: &Path) -> io::Result<Command> {
    let mut command = match program.contains('/') {
        true => Command::new(std::path::absolute(folder.join(program))?),
        false => Command::new(program),
    };
    command.current_dir(folder);
    for name in LOCAL {
        command.env_remove(name);
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    Ok(command)
}

/// The input in a file without a name and not in a pipe, so that it need not be read while the program writes.
fn file_of(input: &[u8]) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    file.write_all(input)?;
    file.rewind()?;
    Ok(file)
}

/// Gives how it ended, nothing if it had to be stopped, and what it said.
fn execute(mut command: Command, timeout: Duration) -> io::Result<(Option<ExitStatus>, Output)> {
    let mut child = command.spawn()?;
    let watched = watch(&mut child, timeout);
    if !matches!(watched, Ok((Some(_), _))) {
        stop(&mut child)?;
    }
    let (status, [stdout, stderr]) = watched?;
    Ok((status, Output { stdout: stdout.text(), stderr: stderr.text() }))
}

fn watch(child: &mut Child, timeout: Duration) -> io::Result<(Option<ExitStatus>, [Kept; 2])> {
    let end = Instant::now() + timeout;
    let stdout = Kept::read(child.stdout.take(), keep_first)?;
    let stderr = Kept::read(child.stderr.take(), keep_last)?;
    loop {
        let status = child.try_wait()?;
        if status.is_some() || Instant::now() >= end {
            return Ok((status, [stdout, stderr]));
        }
        sleep(GLANCE);
    }
}

/// Kills a program that was not waited for yet, and all of its process group.
fn stop(child: &mut Child) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // That there is none left is no trouble.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    child.kill()?;
    child.wait().map(drop)
}

/// What is kept of a stream that a thread reads to its end, so that the program never waits for us.
struct Kept {
    bytes: Arc<Mutex<Vec<u8>>>,
    /// Closed at the end.
    end: Receiver<()>,
}

impl Kept {
    fn read(stream: Option<impl Read + Send + 'static>, keep: fn(&mut Vec<u8>, &[u8])) -> io::Result<Kept> {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (open, end) = channel();
        let Some(mut stream) = stream else { return Ok(Kept { bytes, end }) };
        let kept = bytes.clone();
        thread::Builder::new().spawn(move || {
            let _open = open;
            let mut chunk = [0; 8192];
            loop {
                match stream.read(&mut chunk) {
                    Ok(0) => return,
                    Ok(count) => keep(&mut kept.lock().unwrap_or_else(PoisonError::into_inner), &chunk[..count]),
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(_) => return,
                }
            }
        })?;
        Ok(Kept { bytes, end })
    }

    /// What was kept when the stream has ended, or when it has had time enough.
    fn text(self) -> String {
        let _ = self.end.recv_timeout(REST);
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let from = bytes.len().saturating_sub(MAX_KEPT);
        let text = String::from_utf8_lossy(&bytes[from..]);
        text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
    }
}

fn keep_first(kept: &mut Vec<u8>, chunk: &[u8]) {
    kept.extend(&chunk[..chunk.len().min(MAX_KEPT - kept.len())]);
}

/// Keeps up to twice as much as is wanted, so that little is moved.
fn keep_last(kept: &mut Vec<u8>, chunk: &[u8]) {
    kept.extend(chunk);
    if kept.len() > 2 * MAX_KEPT {
        kept.drain(..kept.len() - MAX_KEPT);
    }
}

fn not_run(program: &str, error: &io::Error) -> Trouble {
    let lasting = matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::InvalidInput | ErrorKind::ArgumentListTooLong
    );
    trouble(program, !lasting, &format!("cannot be run: {error}"), "")
}

fn ended(program: &str, status: ExitStatus, stderr: &str) -> Trouble {
    let lasting = status.code().is_some_and(|code| LASTING.contains(&code));
    trouble(program, !lasting, &status.to_string(), stderr)
}

fn trouble(program: &str, again: bool, what: &str, stderr: &str) -> Trouble {
    let last = stderr.lines().rev().map(one_line).find(|line| !line.is_empty());
    let said = last.map_or_else(|| what.to_owned(), |last| format!("{what}: {last}"));
    let said = format!("{program}: {said}");
    if again { Trouble::passing(&said) } else { Trouble::lasting(&said) }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    fn shell(script: &str, input: &[u8], timeout: Duration) -> Result<Output, Trouble> {
        let environment = [("LOKET_TICKET", "261122-7k2qm".to_owned())];
        run("sh", &["-c".into(), script.into()], Path::new("/"), input, &environment, timeout)
    }

    #[test]
    fn a_program_gets_input_folder_and_environment() {
        let output = shell("cat; pwd; echo $LOKET_TICKET; printf 'a\\033b\\tc\\n' >&2", b"in\n", LONG).unwrap();
        assert_eq!(output.stdout, "in\n/\n261122-7k2qm\n");
        assert_eq!(output.stderr, "ab\tc\n");
    }

    #[test]
    fn arguments_see_no_shell() {
        let output = run("echo", &["$HOME;".into(), "*".into()], Path::new("/"), b"", &[], LONG).unwrap();
        assert_eq!(output.stdout, "$HOME; *\n");
    }

    #[test]
    fn a_name_with_a_slash_is_looked_for_from_the_folder() {
        assert!(run("bin/sh", &["-c".into(), "true".into()], Path::new("/"), b"", &[], LONG).is_ok());
        assert!(run("./bin/none", &[], Path::new("/"), b"", &[], LONG).is_err_and(|trouble| !trouble.again));
    }

    #[test]
    fn a_program_that_does_not_read_or_writes_a_lot_is_no_trouble() {
        let much = vec![b'x'; 1 << 20];
        assert!(shell("exit 0", &much, LONG).is_ok());
        let output = shell("cat; cat /bin/sh >&2; echo; echo the last >&2", &much, LONG).unwrap();
        assert_eq!(output.stdout.len(), MAX_KEPT);
        let output = shell("head -c 300000 /dev/zero | tr '\\0' y >&2; echo the last >&2", b"", LONG).unwrap();
        assert!(output.stderr.len() == MAX_KEPT && output.stderr.ends_with("yythe last\n"));
    }

    #[test]
    fn a_failure_says_the_last_line() {
        let trouble = shell("echo one >&2; printf 'two\\033[31m\\n\\n' >&2; exit 3", b"", LONG).unwrap_err();
        assert!(trouble.again);
        assert_eq!(trouble.said, "sh: exit status: 3: two[31m");
        let trouble = shell("exit 78", b"", LONG).unwrap_err();
        assert_eq!((trouble.again, trouble.said.as_str()), (false, "sh: exit status: 78"));
        assert!(
            shell("kill -9 $$", b"", LONG).is_err_and(|trouble| trouble.again && trouble.said.contains("signal: 9"))
        );
    }

    #[test]
    fn what_cannot_be_run_is_lasting() {
        for program in ["", "no-such-program-anywhere", "/etc", "/etc/passwd", "a\0b"] {
            let trouble = run(program, &[], Path::new("/"), b"", &[], LONG).unwrap_err();
            assert!(!trouble.again && trouble.said.contains("cannot be run"), "{trouble:?}");
        }
    }

    #[test]
    fn a_program_that_takes_too_long_is_stopped_with_all_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let pids = folder.path().join("pids");
        let script = format!("sleep 60 & echo $! > {0}; echo so far >&2; wait", pids.display());
        let start = Instant::now();
        let trouble = shell(&script, b"", Duration::from_millis(300)).unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(10));
        assert_eq!((trouble.again, trouble.said.as_str()), (true, "sh: stopped after 0.3 s: so far"));
        let pid = std::fs::read_to_string(&pids).unwrap().trim().parse().ok().and_then(rustix::process::Pid::from_raw);
        assert!(is_gone(pid.unwrap()));
    }

    /// Whether a process has ended or is about to; one that nobody waits for yet counts.
    fn is_gone(pid: rustix::process::Pid) -> bool {
        let state = || std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        (0..100).any(|_| {
            let gone =
                rustix::process::test_kill_process(pid).is_err() || state().is_ok_and(|text| text.contains(") Z "));
            gone || {
                sleep(GLANCE);
                false
            }
        })
    }

    #[test]
    fn what_is_left_in_the_background_is_not_waited_for() {
        let start = Instant::now();
        let output = shell("echo done; sleep 5 &", b"", LONG).unwrap();
        assert_eq!(output.stdout, "done\n");
        assert!(start.elapsed() < Duration::from_secs(4));
    }
}

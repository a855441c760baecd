//! Delivery to a command.
#![cfg(unix)]
use super::{sendmail::Sendmail, *};
use std::{fs, path::Path, time::Duration};

/// A command that runs this script of a shell in a folder.
fn command(folder: &Path, script: &str) -> String {
    let path = folder.join("send mail");
    fs::write(&path, format!("cd {}\n{script}", shell_words::quote(&folder.display().to_string()))).expect("a script");
    format!("sh {}", shell_words::quote(&path.display().to_string()))
}

fn send(
    script: &str,
    arguments: &str,
    envelope: &Envelope,
    raw: &[u8],
) -> (Result<Delivered, Trouble>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let route = Route::Sendmail(format!("{} {arguments}", command(folder.path(), script)));
    let said = Connection::open(&route, None).and_then(|mut connection| connection.send(envelope, raw));
    (said, folder)
}

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("a file")
}

const KEEP: &str = "cat >message; for one; do printf '%s|' \"$one\"; done >arguments";

#[test]
fn a_command_gets_the_message_and_the_envelope() {
    let to = envelope(&["ann@example.com", "-bob@example.com"]);
    let (said, folder) = send(KEEP, "--account 'two words'", &to, RAW);
    assert_eq!(said, Ok(Delivered::default()));
    assert_eq!(read(&folder, "message"), String::from_utf8_lossy(RAW).replace("\r\n", "\n"));
    let expected = "--account|two words|-i|-f|support@acme.example|--|ann@example.com|-bob@example.com|";
    assert_eq!(read(&folder, "arguments"), expected);
}

#[test]
fn an_empty_sender_is_an_empty_argument_and_t_reads_the_header() {
    let nobody = Envelope { from: None, ..envelope(&["ann@example.com"]) };
    assert_eq!(read(&send(KEEP, "", &nobody, RAW).1, "arguments"), "-i|-f||--|ann@example.com|");
    assert_eq!(read(&send(KEEP, "-t", &nobody, RAW).1, "arguments"), "-t|");
}

#[test]
fn a_command_need_not_read_the_message() {
    let (said, _) = send("exit 0", "", &envelope(&["ann@example.com"]), &vec![b'x'; 1 << 20]);
    assert_eq!(said, Ok(Delivered::default()));
}

#[test]
fn how_it_ends_says_whether_it_may_go_better_later() {
    let said = |script| send(script, "", &envelope(&["ann@example.com"]), RAW).0.expect_err("trouble");
    assert_eq!(said("exit 75"), Trouble::Temporary("sh: exit status: 75".into()));
    assert_eq!(
        said("echo one >&2; echo 'no such \r one' >&2; echo >&2; exit 67"),
        Trouble::Permanent("sh: exit status: 67: no such one".into())
    );
    assert!(matches!(said("kill -9 $$"), Trouble::Temporary(text) if text.contains("signal: 9")));
    assert!(matches!(said("exit 1"), Trouble::Temporary(_)));
}

#[test]
fn what_cannot_be_run_says_so() {
    let said = |command: &str| {
        let opened = Connection::open(&Route::Sendmail(command.into()), None);
        opened.and_then(|mut connection| connection.send(&envelope(&["ann@example.com"]), RAW)).expect_err("trouble")
    };
    assert!(
        matches!(said("/nonexistent/sendmail"), Trouble::Permanent(text) if text.contains("/nonexistent/sendmail cannot be run"))
    );
    assert!(matches!(said("'open"), Trouble::Permanent(_)) && matches!(said("  "), Trouble::Permanent(_)));
    let bad = Connection::open(&Route::Sendmail("true".into()), None).expect("a way").send(&envelope(&["-oX\n"]), RAW);
    assert!(matches!(bad, Err(Trouble::Permanent(_))));
}

#[test]
fn a_command_that_hangs_is_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let hanging =
        Sendmail::new(&command(folder.path(), "exec sleep 60")).expect("a command").within(Duration::from_millis(50));
    assert_eq!(
        hanging.send(&envelope(&["ann@example.com"]), RAW),
        Err(Trouble::Temporary("sh: stopped after 0 s".into()))
    );
}

//! Delivery to a server that others wrote, with encryption and a password: aiosmtpd (Debian: python3-aiosmtpd) and openssl.
//! Without them the test says that it was skipped.
use super::*;
use crate::mail::outbound::{Letter, Mailbox};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// Where the test that runs itself with another environment finds the folder.
const FOLDER: &str = "TEST_REAL_SMTP";
/// The Python that Debian's packages are for.
const PYTHON: &str = "/usr/bin/python3";

struct Running(Child, u16);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

fn ran(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// An authority of our own and a certificate for this machine.
fn certificates(folder: &Path) -> bool {
    let openssl = |line: &str| ran(Command::new("openssl").current_dir(folder).args(line.split(' ')));
    fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n")
        .expect("a file");
    let new = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(&format!("req -x509 {new} -keyout ca.key -out ca.pem -subj /CN=Test -days 2"))
        && openssl(&format!("req {new} -keyout leaf.key -out leaf.csr -subj /CN=localhost"))
        && openssl(
            "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out leaf.pem -days 2 -extfile names",
        )
}

fn start(folder: &Path, kind: &str) -> Running {
    let script = folder.join("server.py");
    fs::write(&script, include_str!("real_server.py")).expect("a script");
    let mut child =
        Command::new(PYTHON).arg(script).arg(folder).arg(kind).stdout(Stdio::piped()).spawn().expect("a server");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    Running(child, line.trim().parse().expect("a port"))
}

/// Runs the calling test once more with a folder, trusting its authority or none.
fn again(test: &str, folder: &Path, authority: &str) {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .args(["--exact", test, "--nocapture"])
        .env(FOLDER, folder)
        .env("SSL_CERT_FILE", folder.join(authority))
        .env_remove("SSL_CERT_DIR");
    let done = command.output().expect("the test");
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn a_real_server_gets_it_encrypted_and_with_a_password() {
    if let Ok(folder) = std::env::var(FOLDER) {
        return talk(Path::new(&folder));
    }
    let folder = tempfile::tempdir().expect("a folder");
    if !ran(Command::new(PYTHON).args(["-c", "import aiosmtpd"])) || !certificates(folder.path()) {
        eprintln!("SKIPPED: the test with a real mail server needs python3-aiosmtpd and openssl");
        return;
    }
    let test = std::thread::current().name().expect("a name").to_string();
    again(&test, folder.path(), "ca.pem");
    fs::write(folder.path().join("untrusted"), "").expect("a file");
    again(&test, folder.path(), "names");
}

fn talk(folder: &Path) {
    let (starttls, implicit) = (start(folder, "starttls"), start(folder, "implicit"));
    let by_starttls = format!("smtp://ann@127.0.0.1:{}?tls=starttls", starttls.1);
    let from_the_start = format!("smtps://ann@localhost:{}", implicit.1);
    let open = |url: &str, password: &str| {
        let credentials = Credentials { user: "ann".into(), password: password.into() };
        Connection::open(&Route::parse_smtp(url).expect("a route"), Some(credentials))
    };
    if folder.join("untrusted").exists() {
        for url in [by_starttls, from_the_start] {
            let trouble = open(&url, "correct horse").expect_err("trouble");
            assert!(trouble.said().to_lowercase().contains("certificate"), "{trouble}");
        }
        return;
    }
    assert!(matches!(open(&by_starttls, "wrong"), Err(Trouble::Permanent(said)) if said.contains("535")));
    for (url, kind) in [(by_starttls, "starttls"), (from_the_start, "implicit")] {
        deliver(folder, open(&url, "correct horse").expect("a connection"), kind);
    }
}

fn deliver(folder: &Path, mut connection: Connection, kind: &str) {
    let mailbox = |email: &str| Mailbox { name: "Jö".into(), email: email.into() };
    let letter = Letter {
        from: mailbox("support@acme.example"),
        to: vec![mailbox("ann@example.com")],
        subject: "Drücker ☃".into(),
        message_id: "a@acme.example".into(),
        text: "Words.\n.\n..two\n".into(),
        html: "<p>Words.</p>\n".repeat(5000),
        attachments: vec![("ü.bin".into(), (0..=255).cycle().take(300_000).collect())],
        ..Letter::default()
    };
    let raw = letter.render();
    let delivered = connection.send(&envelope(&["nobody@example.com", "ann@example.com"]), &raw).expect("a delivery");
    assert_eq!(delivered.refused.iter().map(|one| one.recipient.as_str()).collect::<Vec<_>>(), ["nobody@example.com"]);
    assert!(matches!(connection.send(&envelope(&["nobody@example.com"]), &raw), Err(Trouble::Permanent(_))));
    assert_eq!(
        connection.send(&Envelope { from: None, to: vec!["jö@bücher.example".into()] }, &raw),
        Ok(Delivered::default())
    );
    let read = |name: String| fs::read(folder.join(name)).expect("a file");
    for number in [1, 2] {
        assert!(read(format!("{kind}-{number}.eml")) == raw, "message {number} arrived changed");
    }
    assert_eq!(read(format!("{kind}-1.to")), b"support@acme.example ann@example.com");
    assert_eq!(read(format!("{kind}-2.to")), "<> jö@xn--bcher-kva.example".as_bytes());
}

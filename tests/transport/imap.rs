//! Fetching from a real server.

use super::dovecot::{Server, credentials};
use loket::transport::imap::{CHUNK_MESSAGES, Credentials, Failure, Fetched, Place, Session, Summary, Then, Trouble};
use std::time::{Duration, Instant};

/// A short message.
fn message(subject: &str) -> Vec<u8> {
    format!("From: a@example.org\nSubject: {subject}\n\nHello {subject}.\n").into_bytes()
}

/// Fetches and stores everything; gives the summary and what came.
fn all(session: &mut Session, then: &Then) -> (Summary, Vec<Fetched>) {
    let mut got = Vec::new();
    let summary = session
        .fetch(then, &mut |chunk| {
            let uids = chunk.iter().map(|message| message.uid).collect();
            got.extend(chunk);
            Ok(uids)
        })
        .unwrap();
    (summary, got)
}

fn subjects(got: &[Fetched]) -> Vec<String> {
    let subject = |raw: &[u8]| String::from_utf8_lossy(raw).lines().nth(1).unwrap_or_default().to_string();
    got.iter().map(|message| subject(&message.raw).replace("Subject: ", "")).collect()
}

#[test]
fn unseen_messages_are_fetched_once() {
    let Some(server) = Server::start() else { return };
    server.deliver("", "1", &message("one"));
    server.deliver("", "2", &message("two"));
    let mut session = server.session("");
    let (summary, got) = all(&mut session, &Then::Seen);
    assert_eq!((summary.stored, summary.refused, summary.left.len(), summary.warnings.len()), (2, 0, 0, 0));
    assert_eq!(got[0].raw, b"From: a@example.org\r\nSubject: one\r\n\r\nHello one.\r\n");
    assert_eq!(subjects(&got), ["one", "two"]);
    assert_eq!(all(&mut session, &Then::Seen), (Summary::default(), Vec::new()));
    session.close();
    assert_eq!(all(&mut server.session(""), &Then::Seen).0.stored, 0);
    assert_eq!(server.count(""), 2);
}

#[test]
fn a_store_that_fails_marks_nothing() {
    let Some(server) = Server::start() else { return };
    server.deliver("", "1", &message("one"));
    server.deliver("", "2", &message("two"));
    let mut session = server.session("");
    let failed = session.fetch(&Then::Delete, &mut |_| Err(anyhow::anyhow!("disk full"))).unwrap_err();
    assert!(matches!(&failed, Failure::Store(error) if error.to_string() == "disk full"), "{failed}");
    assert_eq!(all(&mut session, &Then::Delete).0.stored, 2);
    assert_eq!(server.count(""), 0);
}

#[test]
fn only_what_is_stored_is_marked() {
    let Some(server) = Server::start() else { return };
    for name in ["1", "2", "3"] {
        server.deliver("", name, &message(name));
    }
    let mut session = server.session("");
    // A number that was not in the chunk is not marked either.
    let summary = session.fetch(&Then::Seen, &mut |chunk| Ok(vec![chunk[1].uid, 4711])).unwrap();
    assert_eq!((summary.stored, summary.refused), (1, 2));
    assert_eq!(subjects(&all(&mut session, &Then::Seen).1), ["1", "3"]);
}

#[test]
fn deleting_without_uidplus_only_marks_and_says_so() {
    let Some(server) = Server::start_with("imap_capability = IMAP4rev1 IDLE") else { return };
    server.deliver("", "1", &message("one"));
    let mut session = server.session("");
    let (summary, _) = all(&mut session, &Then::Delete);
    assert_eq!(summary.stored, 1);
    assert!(summary.warnings.len() == 1 && summary.warnings[0].contains("UIDPLUS"), "{:?}", summary.warnings);
    assert_eq!(server.count(""), 1);
    assert_eq!(all(&mut session, &Then::Delete).0, Summary::default());
}

#[test]
fn deleting_removes_only_what_was_stored() {
    let Some(server) = Server::start() else { return };
    server.deliver("", "1", &message("one"));
    assert_eq!(all(&mut server.session(""), &Then::Seen).0.stored, 1);
    server.mark_deleted("");
    server.deliver("", "2", &message("two"));
    let (summary, got) = all(&mut server.session(""), &Then::Delete);
    assert_eq!((summary.stored, subjects(&got)), (1, vec!["two".to_string()]));
    assert_eq!(server.count(""), 1);
}

#[test]
fn moving_makes_the_folder() {
    for settings in ["", "imap_capability = IMAP4rev1 UIDPLUS IDLE"] {
        let Some(server) = Server::start_with(settings) else { return };
        server.deliver("", "1", &message("one"));
        server.deliver("", "2", &message("two"));
        let mut session = server.session("");
        let then = Then::Move("Erledigt für R&D".into());
        let summary = session.fetch(&then, &mut |chunk| Ok(vec![chunk[0].uid])).unwrap();
        assert_eq!((summary.stored, summary.refused, summary.warnings.len()), (1, 1, 0));
        assert_eq!((server.count(""), server.count("Erledigt f&APw-r R&-D")), (1, 1));
        assert_eq!(subjects(&all(&mut session, &then).1), ["two"]);
        assert_eq!((server.count(""), server.count("Erledigt f&APw-r R&-D")), (0, 2));
        let nowhere = session.fetch(&Then::Move("inbox".into()), &mut |_| Ok(Vec::new()));
        assert!(matches!(nowhere, Err(Failure::Mailbox(Trouble::Permanent(_)))));
    }
}

#[test]
fn a_folder_with_another_name_is_read() {
    let Some(server) = Server::start() else { return };
    server.deliver("Entw&APw-rfe", "1", &message("one"));
    assert_eq!(all(&mut server.session("Entw%C3%BCrfe"), &Then::Seen).0.stored, 1);
}

#[test]
fn wrong_password_and_folder_are_permanent() {
    let Some(server) = Server::start() else { return };
    let wrong = Credentials { password: "wrong".into(), ..credentials() };
    for (place, credentials) in [(server.place(""), wrong), (server.place("Nowhere"), credentials())] {
        let trouble = Session::open(&place, &credentials).err().unwrap();
        assert!(matches!(trouble, Trouble::Permanent(_)), "{trouble}");
        assert!(!trouble.text().contains("wrong"), "{trouble}");
    }
}

#[test]
fn nobody_there_is_temporary() {
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let place = Place::parse(&format!("imap://127.0.0.1:{port}")).unwrap();
    let trouble = Session::open(&place, &credentials()).err().unwrap();
    assert!(trouble.is_temporary(), "{trouble}");
}

#[test]
fn large_messages_come_byte_for_byte() {
    let Some(server) = Server::start() else { return };
    // Every byte but NUL and line ends, in lines; one of 5 MB, one that is fetched in pieces.
    let line: Vec<u8> = (1..=255).filter(|byte| !matches!(byte, b'\n' | b'\r')).chain([b'\n']).collect();
    let sizes = [5_000_000, 20_000_000, 8 * 1024 * 1024];
    for (number, size) in sizes.iter().enumerate() {
        let mut raw = message(&number.to_string());
        raw.extend(line.iter().cycle().take(*size));
        server.deliver("", &number.to_string(), &raw);
    }
    let (summary, got) = all(&mut server.session(""), &Then::Seen);
    assert_eq!((summary.stored, summary.left), (3, Vec::new()));
    for (number, size) in sizes.iter().enumerate() {
        let mut raw = message(&number.to_string());
        raw.extend(line.iter().cycle().take(*size));
        let wire: Vec<u8> =
            raw.iter().flat_map(|byte| if *byte == b'\n' { vec![b'\r', b'\n'] } else { vec![*byte] }).collect();
        let mut same = got.iter().filter(|message| message.raw == wire);
        assert!(same.next().is_some() && same.next().is_none(), "message {number}");
    }
}

#[test]
fn many_messages_come_in_chunks() {
    let Some(server) = Server::start() else { return };
    let count = 2 * CHUNK_MESSAGES + 110;
    (0..count).for_each(|number| server.deliver("", &format!("{number:04}"), &message(&number.to_string())));
    let mut chunks = Vec::new();
    let mut session = server.session("");
    let summary = session
        .fetch(&Then::Delete, &mut |chunk| {
            chunks.push(chunk.len());
            Ok(chunk.iter().map(|message| message.uid).collect())
        })
        .unwrap();
    assert_eq!((summary.stored, chunks), (count, vec![50, 50, 50, 50, 10]));
    assert_eq!(server.count(""), 0);
}

#[test]
fn waiting_ends_when_mail_comes() {
    let Some(server) = Server::start() else { return };
    let mut session = server.session("");
    assert_eq!(session.wait(Some(Duration::ZERO)), Ok(false));
    assert_eq!(session.wait(Some(Duration::from_millis(300))), Ok(false));
    let started = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(200));
            server.deliver("", "1", &message("one"));
        });
        assert_eq!(session.wait(Some(Duration::from_secs(60))), Ok(true));
    });
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(all(&mut session, &Then::Seen).0.stored, 1);
    server.deliver("", "2", &message("two"));
    assert_eq!(session.wait(None), Ok(true));
    assert_eq!(subjects(&all(&mut session, &Then::Seen).1), ["two"]);
}

#[test]
fn waiting_without_idle_asks() {
    let Some(server) = Server::start_with("imap_capability = IMAP4rev1 UIDPLUS") else { return };
    let mut session = server.session("");
    server.deliver("", "1", &message("one"));
    assert_eq!(session.wait(Some(Duration::from_millis(100))), Ok(true));
    assert_eq!(all(&mut session, &Then::Seen).0.stored, 1);
    assert_eq!(session.wait(Some(Duration::from_millis(100))), Ok(false));
}

#[test]
fn tls_is_used_and_the_certificate_is_looked_at() {
    let Some(server) = Server::start() else { return };
    server.deliver("", "1", &message("one"));
    let mut stored = 0;
    for place in [server.starttls(), server.imaps()] {
        let mut session = Session::open_trusting(&place, &credentials(), &server.trust()).unwrap();
        stored += all(&mut session, &Then::Seen).0.stored;
        session.close();
        let stranger = Session::open(&place, &credentials()).err().unwrap();
        assert!(matches!(stranger, Trouble::Permanent(_)), "{stranger}");
        let other = Place { host: "127.0.0.2".into(), ..place };
        assert!(Session::open_trusting(&other, &credentials(), &server.trust()).is_err());
    }
    assert_eq!(stored, 1);
    // No TLS on that port.
    let mut wrong = server.place("");
    wrong.tls = loket::transport::imap::Tls::Implicit;
    let trouble = Session::open_trusting(&wrong, &credentials(), &server.trust()).err().unwrap();
    assert!(matches!(trouble, Trouble::Permanent(_)), "{trouble}");
}

#[test]
fn waiting_wakes_within_tls() {
    let Some(server) = Server::start() else { return };
    let mut session = Session::open_trusting(&server.imaps(), &credentials(), &server.trust()).unwrap();
    assert_eq!(session.wait(Some(Duration::from_millis(100))), Ok(false));
    server.deliver("", "1", &message("one"));
    assert_eq!(session.wait(Some(Duration::from_secs(60))), Ok(true));
    assert_eq!(all(&mut session, &Then::Seen).0.stored, 1);
}

#[test]
fn the_environment_names_certificates() {
    const PORT: &str = "IMAP_TEST_PORT";
    if let Ok(port) = std::env::var(PORT) {
        // The inner run: as a process of its own, for the environment is read there.
        let place = Place::parse(&format!("imaps://localhost:{port}")).unwrap();
        Session::open(&place, &credentials()).unwrap().close();
        return;
    }
    let Some(server) = Server::start() else { return };
    let run = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_environment_names_certificates"])
        .env(PORT, server.imaps().port.to_string())
        .env("SSL_CERT_FILE", server.certificate())
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
}

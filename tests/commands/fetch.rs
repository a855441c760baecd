//! `mail fetch` from a real IMAP server; where there is none the tests say that they are skipped.

use std::io::{BufRead, BufReader};

use crate::support::Desk;
use crate::transport::dovecot::{PASSWORD, Server, USER};

fn message(subject: &str) -> Vec<u8> {
    format!(
        "From: Ann <ann@example.com>\nTo: support@acme.example\nSubject: {subject}\nMessage-ID: <{}@example.com>\n\
         Date: Sun, 22 Nov 2026 09:00:00 +0000\n\nHello, {subject}.\n",
        subject.replace(' ', "-")
    )
    .into_bytes()
}

/// A desk whose mailbox is the server's.
fn desk(server: &Server, folder: &str, more: &str) -> Desk {
    let place = server.place(folder);
    let user = USER.replace('@', "%40");
    let imap = format!("imap://{user}@127.0.0.1:{}/{folder}", place.port);
    let desk = Desk::acme();
    let settings = desk.read("loket.yaml");
    desk.write("loket.yaml", format!("{settings}mail: {{address: support@acme.example, imap: \"{imap}\"{more}}}\n"));
    desk.commit("a mailbox");
    desk
}

#[test]
fn what_nobody_has_seen_becomes_tickets_once() {
    let Some(server) = Server::start() else { return };
    let desk = desk(&server, "INBOX", "");
    server.deliver("", "one", &message("Printer"));
    server.deliver("", "two", &message("Screen"));
    let done = desk.call("mail fetch --json").env("LOKET_MAIL_PASSWORD", PASSWORD).run().exits(0);
    let actions: Vec<String> = done
        .lines()
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(actions, ["new", "new"]);
    done.says(&["2 messages: 2 new"]);
    assert_eq!(desk.json("list channel:email --count")["count"], 2);
    desk.unchanged(|| {
        desk.call("mail fetch").env("LOKET_MAIL_PASSWORD", PASSWORD).run().exits(0).says(&["0 messages"]);
    });
    assert_eq!(server.count(""), 2, "they stay on the server");
    desk.is_clean();
}

#[test]
fn what_cannot_be_taken_now_stays_unseen() {
    let Some(server) = Server::start() else { return };
    let command = format!(", password-command: \"printf %s '{}'\"", PASSWORD.replace('"', "\\\""));
    let desk = desk(&server, "INBOX", &command);
    server.deliver("", "one", &message("Printer"));
    let branch = desk.git("symbolic-ref HEAD");
    let lock = format!(".git/{}.lock", branch.trim());
    desk.write(&lock, "");
    desk.call("mail fetch").run().exits(75).says(&["holds", "1 not taken"]);
    desk.remove(&lock);
    desk.ok("mail fetch --move Done");
    assert_eq!(desk.json("list channel:email --count")["count"], 1);
    assert_eq!((server.count(""), server.count("Done")), (0, 1));
}

#[test]
fn taken_messages_can_be_deleted_on_the_server() {
    let Some(server) = Server::start() else { return };
    let desk = desk(&server, "INBOX", "");
    server.deliver("", "one", &message("Printer"));
    desk.call("mail fetch --delete").env("LOKET_MAIL_PASSWORD", PASSWORD).run().exits(0);
    assert_eq!((server.count(""), desk.json("list channel:email --count")["count"].clone()), (0, 1.into()));
}

#[test]
fn who_stays_takes_messages_as_they_arrive() {
    let Some(server) = Server::start() else { return };
    let desk = desk(&server, "INBOX", "");
    server.deliver("", "one", &message("Printer"));
    let mut child = desk.call("mail fetch --idle").env("LOKET_MAIL_PASSWORD", PASSWORD).spawn();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("new from ann@example.com"));
    server.deliver("", "two", &message("Screen"));
    assert!(lines.next().unwrap().unwrap().contains("new from ann@example.com"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(desk.json("list channel:email --count")["count"], 2);
}

#[test]
fn what_is_wrong_with_the_mailbox_is_told() {
    let desk = Desk::acme();
    desk.refused("mail fetch", 1).says(&["no mailbox", "mail: {imap:"]);
    let Some(server) = Server::start() else { return };
    let desk = self::desk(&server, "INBOX", "");
    desk.refused("mail fetch", 1).says(&["no password", "password-command", "LOKET_MAIL_PASSWORD"]);
    let wrong = desk.call("mail fetch").env("LOKET_MAIL_PASSWORD", "wrong").run().exits(1);
    assert!(!wrong.says(&["mail cannot be fetched"]).stderr.contains("wrong\""));
    let desk = self::desk(&server, "Nowhere", "");
    desk.call("mail fetch").env("LOKET_MAIL_PASSWORD", PASSWORD).run().exits(1).says(&["Nowhere"]);
    drop(server);
    desk.call("mail fetch").env("LOKET_MAIL_PASSWORD", PASSWORD).run().exits(75).says(&["mail cannot be fetched"]);
}

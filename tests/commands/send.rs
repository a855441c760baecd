//! `mail send`: what agents say to requesters, on the wire and in the files.

use serde_json::json;

use crate::support::{
    Desk,
    mail::{Server, mail},
    ticket_path,
};

/// A ticket of ann's to whom nothing automatic goes.
fn asked(desk: &Desk) -> String {
    desk.ticket_of(&mail("q", "Cannot log in", "It says no.").with("X-Auto-Response-Suppress", "All"))
}

/// The file of a ticket's only comment.
fn comment(desk: &Desk, id: &str) -> String {
    let stem = desk.value(id, "thread").as_array().unwrap()[0]["id"].clone();
    desk.comment_file(id, &stem)
}

#[test]
fn an_answer_as_it_leaves() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(
        &mail("q", "Cannot log in", "It says no.")
            .with("Cc", "bob@example.com")
            .with("X-Auto-Response-Suppress", "All"),
    );
    desk.ok(format!("reply {id} -m 'Try **again**.'"));
    let sent = desk.would_send();
    let [(envelope, text)] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!(envelope, "from <support@acme.example>\nto <ann@example.com>\nto <bob@example.com>\n");
    let stem = desk.value(&id, "thread")[0]["id"].as_str().unwrap().to_owned();
    let between = |start: &str, end: &str| text.split_once(start).unwrap().1.split_once(end).unwrap().0.to_owned();
    let (plus, sign) = (between(&format!("<support+{id}."), "@"), between(&format!("<{id}.{stem}."), "@"));
    let (desk_id, boundary) = (desk.git("rev-list --max-parents=0 HEAD"), between("boundary=\"", "\""));
    assert_eq!((plus.len(), sign.len()), (16, 16));
    assert_eq!(
        text,
        &format!(
            "From: Acme Support <support@acme.example>\nTo: ann@example.com\nCc: bob@example.com\n\
             Reply-To: Acme Support <support+{id}.{plus}@acme.example>\nSubject: Re: Cannot log in [#{id}]\n\
             Date: Sun, 22 Nov 2026 09:00:00 +0000\nMessage-ID: <{id}.{stem}.{sign}@acme.example>\n\
             In-Reply-To: <q@example.com>\nReferences: <q@example.com>\nX-Loket-Desk: {}\nMIME-Version: 1.0\n\
             Content-Type: multipart/alternative; boundary=\"{boundary}\"\n\n--{boundary}\n\
             Content-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: 7bit\n\nTry **again**.\n\n--{boundary}\n\
             Content-Type: text/html; charset=\"utf-8\"\nContent-Transfer-Encoding: 7bit\n\n<!doctype html>\n<html lang=\"en\">\n\
             <head><meta charset=\"utf-8\"></head>\n<body>\n<p>Try <strong>again</strong>.</p>\n</body>\n</html>\n\n--{boundary}--\n",
            desk_id.trim()
        )
    );
    assert_eq!(sent, desk.would_send(), "the same once more, and nothing is noted");
    desk.is_clean();
}

#[test]
fn what_was_sent_is_noted_and_not_sent_again() {
    let server = Server::start(&[]);
    let desk = Desk::sending_to(&server);
    let id = asked(&desk);
    desk.ok(format!("reply {id} -m 'One.' --attach loket.yaml"));
    desk.ok(format!("set {id} assignee=jo"));
    desk.ok(format!("close {id} -m 'Two.'"));
    assert_eq!(desk.at("2026-11-22T10:00:00Z").sends(), json!({"sent": 2, "failed": []}));
    let file = comment(&desk, &id);
    let taken = server.taken();
    let message_id = taken[0].text.split("Message-ID: ").nth(1).unwrap().split("\r\n").next().unwrap();
    for key in [&format!("message-id: {message_id}\n"), "delivered: 2026-11-22T10:00:00Z\n"] {
        assert!(file.contains(key), "{key}: {file}");
    }
    assert!(taken[0].text.contains("multipart/mixed") && taken[0].text.contains("loket.yaml"), "{}", taken[0].text);
    assert!(taken[1].text.contains(&format!("In-Reply-To: {message_id}\r\n")), "{}", taken[1].text);
    desk.is_clean();
    assert!(!desk.has(".git/loket/sent"));
    assert_eq!(desk.unchanged(|| desk.sends()), json!({"sent": 0, "failed": []}));
    assert_eq!(desk.keyed("mail send").exits(0).text(), "0 messages sent");
    let answer = desk.takes(&mail("a", "Re: Cannot log in", "Thanks.").with("In-Reply-To", message_id));
    assert_eq!(answer["via"], "in-reply-to");
    desk.ok("check");
}

#[test]
fn a_ticket_without_mail_can_be_answered_by_mail() {
    let desk = Desk::with_mail("");
    let id = desk.opened("'A call' --from ann@example.com --channel phone");
    desk.ok(format!("reply {id} --channel phone -m 'Told her.'"));
    assert_eq!(desk.would_send(), [], "what was said by phone is not mailed");
    desk.ok(format!("reply {id} -m 'As I said.'"));
    let sent = desk.would_send();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].1.contains("As I said.") && !sent[0].1.contains("Told her"), "{}", sent[0].1);
}

#[test]
fn addresses_that_take_no_mail_are_skipped() {
    let server = Server::start(&[]);
    let desk = Desk::sending_to(&server);
    let dead = "undeliverable: \"2026-11-20 ann@example.com: 550 5.1.1 unknown\"";
    desk.write("customers/ann.md", format!("---\nname: Ann\nemails: [ann@example.com]\n{dead}\n---\n"));
    desk.commit("customer");
    let id = asked(&desk);
    desk.ok(format!("reply {id} -m 'One.'"));
    desk.keyed("--json mail send").exits(0).says(&["no address"]);
    assert!(comment(&desk, &id).contains("delivered: undeliverable\n"));
    let both = desk.ticket_of(
        &mail("b", "Help", "Words.").with("Cc", "bob@example.com, help@acme.example").with("Precedence", "bulk"),
    );
    desk.ok(format!("reply {both} -m 'Two.'"));
    assert_eq!(desk.sends()["sent"], 1);
    assert_eq!(server.taken()[0].to, ["bob@example.com"]);
}

#[test]
fn a_server_that_knows_nobody_marks_the_customer() {
    for (said, dead) in [("550 5.1.1 no such user", true), ("550 5.7.1 blocked", false)] {
        let faults = vec![("RCPT", 1, Some(said))].leak();
        let server = Server::start(faults);
        let desk = Desk::sending_to(&server);
        let id = asked(&desk);
        desk.ok(format!("reply {id} -m 'One.'"));
        let done = desk.keyed("--json mail send");
        assert_eq!(desk.has("customers/ann-example.com.md"), dead, "{done}");
        if dead {
            let file = desk.read("customers/ann-example.com.md");
            assert!(
                file.contains("undeliverable: ") && file.contains("2026-11-22") && file.contains("5.1.1"),
                "{file}"
            );
            assert!(comment(&desk, &id).contains("delivered: undeliverable\n"));
            done.exits(0).says(&["ann@example.com was refused"]);
            desk.is_clean();
            desk.ok("check");
        } else {
            assert_eq!(done.code, 1, "{done}");
            assert!(!comment(&desk, &id).contains("delivered"));
            assert_eq!(desk.sends()["sent"], 1);
        }
    }
}

#[test]
fn one_of_two_may_be_refused() {
    let server = Server::start(&[("RCPT", 2, Some("550 5.1.1 no such user"))]);
    let desk = Desk::sending_to(&server);
    let id = desk.ticket_of(&mail("q", "Help", "Words.").with("Cc", "bob@example.com").with("Precedence", "bulk"));
    desk.ok(format!("reply {id} -m 'One.'"));
    let done = desk.keyed("--json mail send").exits(0).says(&["bob@example.com was refused"]);
    assert_eq!(done.json()["sent"], 1);
    assert_eq!(server.taken()[0].to, ["ann@example.com"]);
    assert!(desk.has("customers/bob-example.com.md") && !desk.has("customers/ann-example.com.md"));
    assert!(comment(&desk, &id).contains("delivered: 2026"));
}

#[test]
fn what_was_not_taken_goes_out_with_the_next_run() {
    let all: [&'static [_]; 3] = [
        &[("RCPT", 1, Some("450 4.2.1 later"))],
        &[("DATA", 1, Some("451 4.3.0 later"))],
        // The server has taken it, and is gone before it says so: the same message goes again.
        &[("END", 1, None)],
    ];
    for faults in all {
        let server = Server::start(faults);
        let desk = Desk::sending_to(&server);
        let id = asked(&desk);
        desk.ok(format!("reply {id} -m 'One.'"));
        let before = desk.would_send()[0].1.clone();
        let failed = desk.unchanged(|| desk.keyed("--json mail send").exits(1)).json();
        let stem = desk.value(&id, "thread")[0]["id"].clone();
        assert_eq!(failed["sent"], 0);
        let [one] = &failed["failed"].as_array().unwrap()[..] else { panic!("{failed}") };
        assert_eq!((&one["ticket"], &one["comment"]), (&json!(id), &stem));
        assert!(!one["error"].as_str().unwrap().is_empty());
        assert_eq!(desk.sends()["sent"], 1);
        let of = |text: &str| text.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().trim().to_owned();
        assert_eq!(of(&server.taken()[0].text), of(&before));
    }
}

#[test]
fn what_was_sent_before_a_kill_is_not_sent_again() {
    let server = Server::start(&[]);
    let desk = Desk::sending_to(&server);
    let id = asked(&desk);
    desk.ok(format!("reply {id} -m 'One.'"));
    let stem = desk.value(&id, "thread")[0]["id"].as_str().unwrap().to_owned();
    let line = json!({"Comment": {"ticket": id, "stem": stem, "message_id": "x@acme.example", "delivered": "2026-11-22T08:59:00Z"}});
    // Half a line: of that one it is not known that the server took it.
    desk.write(".git/loket/sent", &line.to_string()[..30]);
    assert_eq!(desk.would_send().len(), 1);
    desk.write(".git/loket/sent", format!("{line}\n{}", &line.to_string()[..30]));
    assert_eq!(desk.sends()["sent"], 0);
    assert!(comment(&desk, &id).contains("message-id: <x@acme.example>\ndelivered: 2026-11-22T08:59:00Z\n"));
    assert!(server.taken().is_empty() && !desk.has(".git/loket/sent"));
    desk.is_clean();

    desk.ok(format!("reply {id} -m 'Two.'"));
    desk.write(".git/loket/sent", &line.to_string()[..30]);
    assert_eq!(desk.sends()["sent"], 1, "half a line is none");
}

#[test]
fn half_a_line_does_not_swallow_the_next() {
    // The server goes away at the second message; the first one has been noted behind half a line by then.
    let server = Server::start(&[]);
    let desk = Desk::sending_to(&server);
    let id = asked(&desk);
    desk.ok(format!("reply {id} -m 'One.'"));
    desk.write(".git/loket/sent", "{\"Comment\":{\"tick");
    desk.write(".git/refs/heads/main.lock", "");
    desk.keyed("mail send").exits(1);
    desk.remove(".git/refs/heads/main.lock");
    assert_eq!(server.taken().len(), 1, "it was sent, but could not be noted in the ticket");
    desk.sends();
    assert_eq!(server.taken().len(), 1, "it is not sent again");
    assert!(comment(&desk, &id).contains("delivered: 2026"));
}

#[test]
fn without_a_way_out_it_says_what_to_write() {
    for (settings, said) in [
        ("mail: {smtp: \"smtp://127.0.0.1:1\"}", "no address"),
        ("mail: {address: support@acme.example}", "no way out"),
        ("mail: {address: support@acme.example, smtp: \"http://x\"}", "smtp://"),
        ("mail: {address: support@acme.example, smtp: \"smtp://u:hunter2@127.0.0.1\"}", "password-command"),
        ("mail: {address: support@acme.example, smtp: \"smtp://u@127.0.0.1:1\"}", "LOKET_MAIL_PASSWORD"),
        (
            "mail: {address: support@acme.example, smtp: \"smtp://u@127.0.0.1:1\", password-command: \"false\"}",
            "password-command",
        ),
        (
            "mail: {address: support@acme.example, smtp: \"smtp://u@127.0.0.1:1\", password-command: \"echo hunter2\"}",
            "nothing is lost",
        ),
    ] {
        let desk = Desk::with_settings(settings);
        assert_eq!(desk.sends()["sent"], 0, "nothing to send is no trouble");
        let id = desk.opened("Help --from ann@example.com");
        desk.ok(format!("reply {id} -m One."));
        let done = desk.refused("mail send", 1).says(&[said]);
        assert!(!done.to_string().contains("hunter2"), "{done}");
    }
}

#[test]
fn two_at_once_send_each_message_once() {
    let server = Server::start(&[]);
    let desk = Desk::sending_to(&server);
    let ids: Vec<String> = (0..6).map(|number| desk.opened(format!("Help{number} --from ann@example.com"))).collect();
    for id in &ids {
        desk.ok(format!("reply {id} -m Answer."));
    }
    let runs: Vec<_> = (0..3).map(|_| desk.call("--json mail send").env("LOKET_KEY", "secret").spawn()).collect();
    let mut sent = 0;
    for run in runs {
        let done = run.wait_with_output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        sent += serde_json::from_slice::<serde_json::Value>(&done.stdout).unwrap()["sent"].as_u64().unwrap();
    }
    assert_eq!((sent, server.taken().len()), (6, 6));
    desk.is_clean();
    assert!(ids.iter().all(|id| comment(&desk, id).contains("delivered: 2026")));
    assert!(desk.has(&ticket_path(&ids[0])));
}

#[test]
fn a_command_sends_too() {
    let desk = Desk::with_mail("sendmail: \"sh -c 'cat > ../got.eml; exit $(cat ../code)'\", ");
    let id = asked(&desk);
    desk.ok(format!("reply {id} -m 'One.'"));
    desk.write("../code", "75");
    let failed = desk.unchanged(|| desk.keyed("--json mail send").exits(1)).json();
    assert_eq!(failed["failed"].as_array().unwrap().len(), 1, "{failed}");
    desk.write("../code", "0");
    assert_eq!(desk.sends()["sent"], 1);
    assert!(desk.read("../got.eml").contains("One."));
    assert!(comment(&desk, &id).contains("delivered: 2026"));
}

#[test]
fn one_ticket_that_cannot_be_sent_stops_no_other() {
    let server = Server::start(&[]);
    let desk = Desk::sending_to(&server);
    let ids: Vec<String> = (0..2).map(|number| desk.opened(format!("Help{number} --from ann@example.com"))).collect();
    desk.write("../note.txt", "A file.");
    desk.ok(format!("reply {} -m One. --attach ../note.txt", ids[0]));
    desk.ok(format!("reply {} -m Two.", ids[1]));
    desk.git(format!("rm -q {}", ticket_path(&ids[0]).replace("ticket.md", "files/note.txt")));
    desk.git("commit -qm gone");
    let done = desk.keyed("--json mail send").exits(1).says(&["note.txt"]).json();
    assert_eq!((&done["sent"], &done["failed"][0]["ticket"]), (&json!(1), &json!(ids[0])));
    assert!(server.taken()[0].text.contains("Two."));
}

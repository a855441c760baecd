//! `mail send`: automatic answers, what never leaves, and that machines do not talk to each other for ever.

use serde_json::json;

use super::import::imported;
use super::import_history::{MAP, TABLE};
use crate::support::{
    Desk,
    mail::{Server, mail},
};

const MARK: &str = "Zyxwvut";

/// What the desk sends, as text a reader sees.
fn plain(desk: &Desk) -> Vec<String> {
    desk.would_send().into_iter().map(|(_, text)| text.replace("=\n", "")).collect()
}

#[test]
fn a_new_ticket_is_acknowledged_once_in_the_customers_language() {
    let server = Server::start(&[]);
    let desk = Desk::sending_to(&server);
    desk.write("customers/ann.md", "---\nname: Ann\nemails: [ann@example.com]\nlanguage: nl\n---\n");
    desk.write("patterns/acknowledgement.nl.md", include_str!("../../src/desk/init/patterns/acknowledgement.nl.md"));
    desk.commit("customer");
    let question = mail("q", &format!("Help {MARK}"), &format!("{MARK} words."))
        .with("From", &format!("{MARK} <ann@example.com>"));
    let id = desk.ticket_of(&question);
    assert_eq!(desk.sends(), json!({"sent": 1, "failed": []}));
    assert_eq!(desk.unchanged(|| desk.sends())["sent"], 0);
    let [sent] = &server.taken()[..] else { panic!("one message") };
    assert_eq!((sent.from.as_str(), &sent.to), ("", &vec!["ann@example.com".to_owned()]));
    let text = sent.text.replace("=\r\n", "").replace("\r\n", "\n");
    for part in [
        "To: ann@example.com\n",
        "Auto-Submitted: auto-replied\n",
        "X-Auto-Response-Suppress: All\n",
        "In-Reply-To: <q@example.com>\n",
        &format!("Subject: Uw bericht aan Acme Support [#{id}]\n"),
        &format!("Uw bericht is aangekomen bij Acme Support en staat geregistreerd onder nummer {id}"),
    ] {
        assert!(text.contains(part), "{part:?}: {text}");
    }
    assert!(!text.contains(MARK), "{text}");
    let thread = desk.value(&id, "thread");
    let file = desk.comment_file(&id, &thread[0]["id"]);
    for key in [
        "author: loket\n",
        "automatic: true\n",
        "visibility: public\n",
        "to: [ann@example.com]\n",
        "delivered: 2026-11-22T09:00:00Z\n",
    ] {
        assert!(file.contains(key), "{key}: {file}");
    }
    let ticket = desk.ticket_file(&id);
    assert!(ticket.contains("status: new\n") && !ticket.contains("unsent"), "{ticket}");
    assert_eq!(desk.ok("list is:unanswered -o csv").lines().len(), 2, "it is no answer");
    desk.is_clean();
    desk.ok("check");
}

#[test]
fn machines_and_who_asks_for_it_are_not_acknowledged() {
    let machines = [
        ("Auto-Submitted", "auto-generated"),
        ("Precedence", "bulk"),
        ("List-Id", "<l.example.com>"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("Return-Path", "<>"),
        ("From", "support@acme.example"),
        ("From", "jo@acme.example"),
    ];
    let desk = Desk::with_mail("");
    for (number, (name, value)) in machines.into_iter().enumerate() {
        desk.takes(&mail(&format!("m{number}"), "Help", "Words.").with(name, value));
        assert_eq!(desk.would_send(), [], "{name}: {value}");
    }
    let quiet = Desk::with_mail("acknowledge: false, ");
    quiet.takes(&mail("q", "Help", "Words."));
    assert_eq!(quiet.would_send(), []);
}

#[test]
fn a_desk_without_the_pattern_acknowledges_nothing() {
    let server = Server::start(&[]);
    let desk = Desk::sending_to(&server);
    desk.git("rm -q patterns/acknowledgement.md");
    desk.git("commit -qm gone");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    assert_eq!(desk.keyed("--json mail send").exits(0).says(&["no pattern"]).json()["sent"], 0);
    assert!(!desk.ticket_file(&id).contains("unsent"));
    assert_eq!(desk.value(&id, "comments"), 0);
}

#[test]
fn a_rejection_goes_out_once_for_each_message() {
    let server = Server::start(&[]);
    let desk = Desk::with_mail_and(&format!("smtp: \"{}\", ", server.url), "follow-up: reject");
    let id = desk.ticket_of(&mail("q", "Help", "Words.").with("Precedence", "bulk"));
    desk.ok(format!("close {id} --silent --reason x"));
    let answer = mail("a", &format!("Re: {MARK}"), MARK).answers("q");
    assert_eq!(desk.takes(&answer)["action"], "rejected");
    assert_eq!(desk.sends()["sent"], 1);
    assert_eq!(desk.takes(&answer)["action"], "duplicate");
    assert_eq!(desk.sends()["sent"], 0);
    let sent = server.taken()[0].clone();
    assert_eq!((sent.from.as_str(), &sent.to), ("", &vec!["ann@example.com".to_owned()]));
    assert!(sent.text.contains("Auto-Submitted: auto-replied") && sent.text.contains(&id) && !sent.text.contains(MARK));
    assert_eq!(desk.value(&id, "status"), "closed");
    desk.takes(&mail("b", "Re: Help", "And again.").answers("q"));
    assert_eq!(desk.sends()["sent"], 1);
    let of = |text: &str| text.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().to_owned();
    assert_ne!(of(&server.taken()[0].text), of(&server.taken()[1].text), "it is another message");
    let machine = mail("m", "Re: Help", "Away.").answers("q").with("Auto-Submitted", "auto-replied");
    desk.takes(&machine);
    assert_eq!(desk.sends()["sent"], 0);
    desk.ok("check");
}

#[test]
fn automatic_answers_have_a_limit() {
    let server = Server::start(&[]);
    let desk = Desk::with_mail_and(&format!("limits: {{10m: 2}}, smtp: \"{}\", ", server.url), "follow-up: reject");
    let id = desk.ticket_of(&mail("q", "Help", "Words.").with("Precedence", "bulk"));
    desk.ok(format!("close {id} --silent --reason x"));
    for (number, (time, sent)) in
        [("09:00", 1), ("09:01", 1), ("09:02", 0), ("09:09", 0), ("09:10", 1)].into_iter().enumerate()
    {
        desk.at(&format!("2026-11-22T{time}:00Z"));
        desk.takes(&mail(&format!("a{number}"), "Re: Help", &format!("More {number}.")).answers("q"));
        assert_eq!(desk.sends()["sent"], sent, "{time}");
    }
    desk.ok("check");
}

#[test]
fn nothing_internal_leaves() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("q", "Help", "Words.").with("Precedence", "bulk"));
    desk.ok(format!("note {id} -m '{MARK} note'"));
    desk.write(
        "patterns/helpful.md",
        format!("---\ntitle: Helpful\n---\n# Situation\n\n{MARK} situation\n\n# Approach\n\n{MARK} approach\n\n# Response\n\nTry this.\n\n<!-- internal -->\n{MARK} part\n<!-- /internal -->\n\n# Next steps\n\n{MARK} next\n"),
    );
    desk.commit("patterns");
    desk.ok(format!("reply {id} --pattern helpful"));
    desk.ok(format!("reply {id} -m 'Before.\n<!-- internal -->\n{MARK}\n<!-- /internal -->\nAfter.'"));
    let quoted = format!("Restart it.\n\nOn Sun, 22 Nov 2026 at 09:00, Sam <sam@acme.example> wrote:\n> {MARK} quote");
    desk.takes(&mail("j", "Re: Help", &quoted).answers("q").by_jo());
    desk.takes(&mail("n", "Re: Help", &format!("#note\n{MARK} by mail")).answers("q").by_jo());
    desk.takes(&mail("u", "Re: Help", MARK).answers("q").with("From", "jo@acme.example"));
    let sent = plain(&desk);
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert!(sent.iter().all(|text| !text.contains(MARK)), "{sent:?}");
    for said in ["Try this.", "Before.", "After.", "Restart it."] {
        assert!(sent.iter().any(|text| text.contains(said)), "{said}");
    }
}

#[test]
fn imported_history_is_not_mailed() {
    let desk = Desk::with_mail("");
    let map = MAP.replace("  created:", "  requester: {value: ann@example.com}\n  created:");
    imported(&desk, TABLE, &map);
    let files = desk.git("ls-files tickets/2026/03");
    let comments: Vec<&str> = files.lines().filter(|path| !path.ends_with("ticket.md")).collect();
    assert_eq!(comments.len(), 1, "{files}");
    assert!(desk.read(comments[0]).contains("delivered: imported\n"), "{}", desk.read(comments[0]));
    assert_eq!(desk.would_send(), []);
}

#[test]
fn the_desks_own_mail_makes_nothing() {
    let server = Server::start(&[]);
    let desk = Desk::sending_to(&server);
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    desk.ok(format!("assign {id} jo"));
    desk.takes(&mail("a", "Re: Help", "More.").answers("q"));
    desk.ok(format!("reply {id} -m 'An answer.'"));
    assert_eq!(desk.sends()["sent"], 3, "acknowledgement, answer and notice");
    let taken = server.taken();
    desk.unchanged(|| {
        for _ in 0..20 {
            for sent in &taken {
                let said =
                    desk.call("--json mail ingest").env("LOKET_KEY", "secret").input(&sent.text).run().exits(0).json();
                assert_eq!(
                    (&said["action"], &said["class"], &said["commit"]),
                    (&json!("ignored"), &json!("own"), &json!(null))
                );
            }
        }
        assert_eq!(desk.sends()["sent"], 0);
    });
    // A relay that drops the header of the loop does not matter: the id is signed.
    let bare = taken[1].text.replace("X-Loket-Desk", "X-Other");
    let said = desk.call("--json mail ingest").env("LOKET_KEY", "secret").input(bare).run().exits(0).json();
    assert_eq!(said["class"], "own");
}

#[test]
fn two_machines_stop_talking() {
    let server = Server::start(&[]);
    let desk = Desk::sending_to(&server);
    desk.takes(&mail("q", "Help", "Words."));
    for round in 0..20 {
        desk.sends();
        let last = server.taken().last().unwrap().text.clone();
        let id = last.split("Message-ID: ").nth(1).unwrap().split("\r\n").next().unwrap();
        let away = mail(&format!("r{round}"), "Out of office", "Away.")
            .with("In-Reply-To", id)
            .with("Auto-Submitted", "auto-replied");
        assert_eq!(desk.takes(&away)["action"], "follow-up");
    }
    assert_eq!(server.taken().len(), 1);
}

#[test]
fn what_comes_back_marks_the_address() {
    let server = Server::start(&[]);
    let desk = Desk::sending_to(&server);
    let id = desk.ticket_of(&mail("q", "Help", "Words.").with("Precedence", "bulk"));
    desk.ok(format!("reply {id} -m 'An answer.'"));
    desk.sends();
    let bounce = |name: &str, original: &str| {
        let body = format!(
            "--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
             Final-Recipient: rfc822; ann@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n\n\
             --b\nContent-Type: message/rfc822\n\n{original}\n--b--"
        );
        mail(name, "Undelivered", &body)
            .with("From", "MAILER-DAEMON@mx.example")
            .with("Return-Path", "<>")
            .with("Content-Type", "multipart/report; report-type=delivery-status; boundary=b")
    };
    // Who only knows the requester's own id marks nobody.
    let forged = desk.takes(&bounce("f", &mail("q", "Help", "Words.").text()));
    assert_eq!((&forged["action"], &forged["bounce"]), (&json!("bounce"), &json!("hard")));
    assert!(!desk.has("customers/ann-example.com.md"));
    let made = desk.takes(&bounce("b", &server.taken()[0].text.replace("\r\n", "\n")));
    assert_eq!((&made["action"], &made["ticket"], &made["via"]), (&json!("bounce"), &json!(id), &json!("bounce")));
    let file = desk.comment_file(&id, &made["comment"]);
    assert!(file.contains("visibility: internal\n") && file.contains("flags: [bounce]\n"), "{file}");
    assert!(desk.read("customers/ann-example.com.md").contains("2026-11-22 ann@example.com: "));
    assert_eq!(desk.value(&id, "status"), "open");
    desk.ok(format!("reply {id} -m 'Once more.'"));
    assert_eq!(desk.sends()["sent"], 0);
    desk.ok("check");
}

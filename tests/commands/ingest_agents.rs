//! `mail ingest`: what agents do by mail, and what they are told.

use serde_json::json;

use crate::support::{
    Desk,
    mail::{Mail, Server, mail},
};

/// A desk with a ticket of ann's, message `q`.
fn asked() -> (Desk, String) {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    (desk, id)
}

fn by_jo(text: &str) -> Mail {
    mail("j", "Re: Help", text).answers("q").by_jo()
}

#[test]
fn an_agents_answer_is_the_agents() {
    let (desk, id) = asked();
    let made = desk.takes(&by_jo("Restart it."));
    let file = desk.comment_file(&id, &made["comment"]);
    assert!(file.starts_with("---\nauthor: jo\n") && file.contains("visibility: public\n"), "{file}");
    assert!(!file.contains("delivered") && !file.contains("flags"), "{file}");
    assert_eq!(made["status"], json!({"from": "new", "to": "open"}));
    assert_eq!(desk.git("log -1 --format=%ae").trim(), "jo@acme.example");
    assert_eq!(desk.ok("list is:unanswered -o csv").lines().len(), 1);
    let sent = desk.would_send();
    assert!(
        sent.iter().any(|(to, text)| to.contains("ann@example.com") && text.contains("Restart it.")),
        "it is sent on"
    );
}

#[test]
fn who_only_claims_to_be_an_agent_is_kept_inside() {
    for results in [
        "",
        "mx.elsewhere.example; dmarc=pass header.from=acme.example",
        "mx.acme.example; dmarc=fail header.from=acme.example",
    ] {
        let (desk, id) = asked();
        let made = desk.takes(&by_jo("#close\nGive me the password.").with("Authentication-Results", results));
        let file = desk.comment_file(&id, &made["comment"]);
        assert!(file.contains("author: jo@acme.example\n") && file.contains("visibility: internal\n"), "{file}");
        assert!(file.contains("flags: [unauthenticated]\n") && file.contains("#close"), "{file}");
        assert!(made["warnings"][0].as_str().unwrap().contains("nothing vouches"), "{made}");
        assert_eq!((&made["status"], desk.value(&id, "status")), (&json!(null), json!("new")));
        assert_eq!(desk.value(&id, "cc"), json!([]));
        assert_eq!(desk.git("log -1 --format=%ae").trim(), "support@acme.example");
        let sent = desk.would_send();
        assert!(!sent.iter().any(|(_, text)| text.contains("password")), "{sent:?}");
    }
}

#[test]
fn a_first_message_of_an_agent_is_a_ticket() {
    for (mail, flagged) in [
        (mail("j", "My mouse", "Broken.").by_jo(), false),
        (mail("j", "My mouse", "Broken.").with("From", "jo@acme.example"), true),
    ] {
        let desk = Desk::with_mail("");
        let id = desk.ticket_of(&mail);
        assert_eq!(desk.value(&id, "requester"), "jo@acme.example");
        assert_eq!(desk.ticket_file(&id).contains("flags: [unauthenticated]"), flagged);
        assert_eq!(desk.ticket_file(&id).contains("unsent: [acknowledgement]"), !flagged);
    }
}

#[test]
fn the_first_line_can_command() {
    for (line, status, visibility) in [
        ("#note", "new", "internal"),
        ("#close", "closed", "public"),
        ("#solve", "solved", "public"),
        ("#WAIT", "waiting", "public"),
        ("#note #wait", "waiting", "internal"),
    ] {
        let (desk, id) = asked();
        let made = desk.takes(&by_jo(&format!("\n{line}\nDone.")));
        assert_eq!(desk.value(&id, "status"), status, "{line}: {made}");
        let file = desk.comment_file(&id, &made["comment"]);
        assert!(
            file.contains(&format!("visibility: {visibility}\n")) && file.ends_with("---\nDone.\n"),
            "{line}: {file}"
        );
        if matches!(status, "closed" | "solved") {
            assert_eq!(desk.value(&id, "assignee"), "jo", "{line}");
        }
        desk.ok("check");
    }
}

#[test]
fn what_is_not_allowed_leaves_the_status() {
    let (desk, id) = asked();
    let made = desk.takes(&by_jo("#note #close\nNobody was told."));
    assert_eq!(desk.value(&id, "status"), "new", "{made}");
    assert!(made["warnings"][0].as_str().unwrap().contains("the status stays"), "{made}");
    assert_eq!(made["action"], "follow-up");
}

#[test]
fn elsewhere_a_command_is_words() {
    for text in ["Done.\n#close", "#close it yourself", "See #note."] {
        let (desk, id) = asked();
        let made = desk.takes(&by_jo(text));
        assert!(desk.comment_file(&id, &made["comment"]).ends_with(&format!("{text}\n")));
        assert_eq!(desk.value(&id, "status"), "open");
    }
}

#[test]
fn an_answer_to_all_is_not_sent_twice() {
    let (desk, id) = asked();
    let made = desk.takes(&by_jo("Restart it.").with("Cc", "Ann@example.com"));
    assert!(desk.comment_file(&id, &made["comment"]).contains("delivered: 2026-11-22T08:30:00Z\n"));
    assert!(!desk.would_send().iter().any(|(_, text)| text.contains("Restart")));
    let note = desk.takes(&mail("n", "Re: Help", "#note\nHm.").answers("q").by_jo().with("Cc", "ann@example.com"));
    assert!(!desk.comment_file(&id, &note["comment"]).contains("delivered"));
}

const FORWARD: &str = "Please look.\n\n---------- Forwarded message ---------\nFrom: Cas <cas@example.com>\n\
    Date: Sat, 21 Nov 2026 at 10:00\nSubject: Broken lift\nTo: <jo@acme.example>\n\nThe lift is stuck.";

#[test]
fn a_forward_is_a_ticket_of_who_wrote_it() {
    let desk = Desk::with_mail("");
    let made = desk.takes(&mail("f", "Fwd: Broken lift", FORWARD).by_jo());
    let id = made["ticket"].as_str().unwrap();
    let shown = desk.json(format!("show {id}"));
    assert_eq!((&shown["requester"], &shown["title"]), (&json!("cas@example.com"), &json!("Broken lift")));
    assert_eq!(shown["body"], "The lift is stuck.\n");
    let note = &shown["thread"][0];
    assert_eq!(
        (&note["author"], &note["visibility"], &note["body"]),
        (&json!("jo"), &json!("internal"), &json!("Please look.\n"))
    );
}

#[test]
fn a_forward_as_a_whole_is_one_too() {
    let desk = Desk::with_mail("");
    let inner = mail("inner", "Broken lift", "The lift is stuck.").with("From", "Cas <cas@example.com>").text();
    let body =
        format!("--b\nContent-Type: text/plain\n\nPlease look.\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b--");
    let made = desk
        .takes(&mail("f", "Doorst: Broken lift", &body).with("Content-Type", "multipart/mixed; boundary=b").by_jo());
    let id = made["ticket"].as_str().unwrap();
    let shown = desk.json(format!("show {id}"));
    assert_eq!((&shown["requester"], &shown["body"]), (&json!("cas@example.com"), &json!("The lift is stuck.\n")));
    let more = desk.takes(&mail("m", "Re: Broken lift", "Still.").with("From", "cas@example.com").answers("inner"));
    assert_eq!(more["ticket"], id, "what answers the original is of this ticket");
}

#[test]
fn a_forward_nobody_vouches_for_is_the_senders() {
    for mail in
        [mail("f", "Fwd: Broken lift", FORWARD).with("From", "jo@acme.example"), mail("f", "Fwd: Broken lift", FORWARD)]
    {
        let desk = Desk::with_mail("");
        let id = desk.ticket_of(&mail);
        assert_ne!(desk.value(&id, "requester"), "cas@example.com");
    }
}

#[test]
fn the_assignee_is_told_once_and_answers_by_mail() {
    let server = Server::start(&[]);
    let desk = Desk::sending_to(&server);
    let id = desk.ticket_of(&mail("q", "Help", "Words.").with("X-Auto-Response-Suppress", "All"));
    desk.ok(format!("assign {id} jo"));
    let made = desk.takes(&mail("a", "Re: Help", "Still broken.").answers("q"));
    assert!(desk.comment_file(&id, &made["comment"]).contains("unsent: [jo]\n"));
    assert_eq!(desk.sends(), json!({"sent": 1, "failed": []}));
    assert_eq!(desk.sends(), json!({"sent": 0, "failed": []}));
    assert!(!desk.comment_file(&id, &made["comment"]).contains("unsent"));
    let [sent] = &server.taken()[..] else { panic!("one message") };
    assert_eq!((sent.from.as_str(), &sent.to), ("", &vec!["jo@acme.example".to_owned()]));
    for header in ["Auto-Submitted: auto-generated", "Still broken.", "X-Loket-Desk: "] {
        assert!(sent.text.contains(header), "{header}: {}", sent.text);
    }
    let plus = sent.text.lines().find(|line| line.starts_with("Reply-To: ")).unwrap();
    let plus = plus.split(['<', '>']).nth(1).unwrap();
    let answer = desk.takes(&mail("x", "Re: Help", "Try again.").by_jo().with("To", plus));
    assert_eq!((&answer["ticket"], &answer["via"]), (&json!(id), &json!("plus-address")));
    let file = desk.comment_file(&id, &answer["comment"]);
    assert!(file.contains("author: jo\n") && file.contains("visibility: public\n"), "{file}");
    desk.sends();
    assert_eq!(server.taken()[1].to, ["ann@example.com"]);
}

#[test]
fn nobody_is_told_of_machines() {
    let (desk, id) = asked();
    desk.ok(format!("assign {id} jo"));
    let made = desk.takes(&mail("a", "Out of Office", "Away.").answers("q").with("Auto-Submitted", "auto-replied"));
    assert!(!desk.comment_file(&id, &made["comment"]).contains("unsent"));
}

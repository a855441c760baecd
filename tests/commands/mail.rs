//! `mail classify`, `mail trim`

use crate::support::Desk;

const ANSWER: &str = "From: Ann <ann@example.com>\nTo: support@acme.example\nSubject: Re: Help\nMessage-ID: <a@example.com>\n\
    Content-Type: text/plain; charset=utf-8\n\nIt works now, thank you.\n\nOn Sun, 22 Nov 2026 at 09:00, Jo <jo@acme.example> wrote:\n\
    > Did you restart it?\n";

fn message(desk: &Desk, name: &str, text: &str) {
    desk.write(name, text);
}

#[test]
fn a_message_is_classified_with_all_reasons() {
    let desk = Desk::acme();
    message(&desk, "human.eml", ANSWER);
    message(
        &desk,
        "away.eml",
        &ANSWER.replace("Subject: Re: Help", "Subject: Out of Office\nAuto-Submitted: auto-replied\nX-Autoreply: yes"),
    );
    let bounce = "From: MAILER-DAEMON@mx.example\nTo: support@acme.example\nReturn-Path: <>\nSubject: Undelivered\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n--b\n\
        Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; gone@example.com\n\
        Action: failed\nStatus: 5.1.1\n\n--b--\n";
    message(&desk, "bounce.eml", bounce);
    let class = |file: &str| desk.json(format!("mail classify {file}"));
    assert_eq!(class("human.eml"), serde_json::json!({"class": "human", "bounce": null, "reasons": []}));
    let away = class("away.eml");
    assert_eq!(away["class"], "out-of-office");
    assert!(away["reasons"].as_array().unwrap().len() >= 3, "{away}");
    let bounce = class("bounce.eml");
    assert_eq!((&bounce["class"], &bounce["bounce"]), (&"bounce".into(), &"hard".into()));
    assert_eq!(desk.ok("mail classify human.eml").text(), "human");
    assert_eq!(desk.call("mail classify -").input(ANSWER).run().exits(0).text(), "human");
}

#[test]
fn what_is_new_is_printed_and_nothing_is_lost() {
    let desk = Desk::acme();
    message(&desk, "answer.eml", ANSWER);
    assert_eq!(desk.ok("mail trim answer.eml").text(), "It works now, thank you.");
    let parts = desk.json("mail trim answer.eml");
    assert_eq!(parts["new"], "It works now, thank you.");
    assert!(parts["quoted"].as_str().unwrap().ends_with("> Did you restart it?"), "{parts}");
    message(&desk, "quote.eml", &ANSWER.replace("It works now, thank you.\n", ""));
    assert!(desk.ok("mail trim quote.eml").text().contains("Did you restart it?"), "nothing else is left");
    message(&desk, "colour.eml", &ANSWER.replace("It works", "It\u{1b}[31m works"));
    assert!(!desk.ok("mail trim colour.eml").text().contains('\u{1b}'));
}

#[test]
fn what_is_no_message_is_an_error() {
    let desk = Desk::acme();
    message(&desk, "empty.eml", "");
    message(&desk, "text.eml", "Hello there,\nthis is no message.\n");
    for verb in ["classify", "trim"] {
        desk.refused(format!("mail {verb} empty.eml"), 1).says(&["empty"]);
        desk.refused(format!("mail {verb} text.eml"), 1).says(&["header"]);
        desk.refused(format!("mail {verb} gone.eml"), 1).says(&["gone.eml"]);
        message(&desk, "ok.eml", ANSWER);
        desk.refused(format!("mail {verb} ok.eml -o csv"), 2);
    }
}

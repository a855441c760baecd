//! `mail ingest`: which ticket a message belongs to, and what an answer does to it.

use serde_json::{Value, json};

use crate::support::{Desk, mail::mail};

fn links(desk: &Desk, id: &str) -> Value {
    desk.value(id, "links")
}

#[test]
fn an_answer_may_come_before_its_question() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("a", "Re: Help", "More.").answers("q"));
    let question = desk.takes(&mail("q", "Help", "Words."));
    assert_eq!(
        (&question["action"], &question["ticket"], &question["via"]),
        (&json!("follow-up"), &json!(id), &json!("references"))
    );
}

#[test]
fn a_message_of_two_tickets_makes_them_one() {
    let desk = Desk::with_mail("");
    let old = desk.ticket_of(&mail("a", "Help", "One.").with("Date", "Sun, 22 Nov 2026 07:00:00 +0000"));
    let young = desk.ticket_of(&mail("b", "Help", "Two."));
    let both = mail("c", "Re: Help", "Both.").answers("b").with("References", "<a@example.com> <b@example.com>");
    let made = desk.takes(&both);
    assert_eq!((&made["action"], &made["ticket"]), (&json!("follow-up"), &json!(old)), "{made}");
    assert!(made["warnings"][0].as_str().unwrap().contains(&format!("{young} was merged into {old}")), "{made}");
    assert!(desk.ticket_file(&young).contains(&format!("merged-into: {old}")));
    assert_eq!(desk.takes(&mail("d", "Re: Help", "More.").answers("b"))["ticket"], old.as_str(), "merges are followed");
    desk.ok("check");
}

#[test]
fn tickets_of_others_or_closed_ones_are_only_linked() {
    for (sender, closed) in [("bob@example.com", false), ("ann@example.com", true)] {
        let desk = Desk::with_mail("");
        let old = desk.ticket_of(&mail("a", "Help", "One.").with("From", sender));
        let young = desk.ticket_of(&mail("b", "Help", "Two."));
        if closed {
            desk.ok(format!("close {old} --silent --reason x"));
        }
        let made = desk
            .takes(&mail("c", "Re: Help", "Both.").answers("b").with("References", "<a@example.com> <b@example.com>"));
        assert_eq!(made["ticket"], young.as_str(), "{made}");
        assert!(!desk.ticket_file(&old).contains("merged-into") && !desk.ticket_file(&young).contains("merged-into"));
        assert_eq!(links(&desk, &young), json!([{"relation": "related-to", "id": old}]));
    }
}

#[test]
fn nobody_gets_into_a_ticket_by_its_number() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    let subject = format!("Re: Help [#{id}]");
    let mine = desk.takes(&mail("a", &subject, "More."));
    assert_eq!((&mine["action"], &mine["ticket"], &mine["via"]), (&json!("follow-up"), &json!(id), &json!("subject")));
    let theirs = desk.takes(&mail("s", &subject, "Let me in.").with("From", "eve@example.com"));
    assert_eq!((&theirs["action"], &theirs["via"]), (&json!("new"), &json!(null)));
    assert!(theirs["warnings"][0].as_str().unwrap().contains("eve@example.com has no part"), "{theirs}");
    assert_eq!(links(&desk, theirs["ticket"].as_str().unwrap()), json!([{"relation": "related-to", "id": id}]));
    assert!(!desk.ticket_file(&id).contains("eve@"));
}

#[test]
fn the_signed_address_leads_to_its_ticket_alone() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    let other = desk.ticket_of(&mail("o", "Other", "Words."));
    let (plus, others) = (desk.plus_address(&id), desk.plus_address(&other));
    let to = |name: &str, header: &str, address: &str| desk.takes(&mail(name, "Hello", "Words.").with(header, address));
    for (name, header, address) in [
        ("1", "To", plus.clone()),
        ("2", "Delivered-To", plus.to_uppercase()),
        ("3", "X-Original-To", plus.replace("support", "help")),
        ("4", "Envelope-To", plus.clone()),
        ("5", "Cc", format!("\"Desk\" <{plus}>")),
    ] {
        let made = to(name, header, &address);
        assert_eq!((&made["ticket"], &made["via"]), (&json!(id), &json!("plus-address")), "{header}: {address}");
    }
    let signature = others.split('.').nth(1).unwrap().split('@').next().unwrap();
    for (name, address) in [
        ("6", format!("support+{id}.{signature}@acme.example")),
        ("7", format!("support+{id}@acme.example")),
        ("8", plus.replace("acme.example", "elsewhere.example")),
    ] {
        assert_eq!(to(name, "To", &address)["action"], "new", "{address}");
    }
    let without = desk
        .call("--json mail ingest")
        .env("LOKET_KEY", "other")
        .input(mail("9", "Hello", "Words.").with("To", &plus).text());
    assert_eq!(without.run().exits(0).json()["action"], "new", "another key signs otherwise");
}

#[test]
fn a_stranger_with_a_reference_joins_and_is_flagged() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    let said = mail("a", "Re: Help", "I know this.")
        .answers("q")
        .with("From", "Cas@example.com")
        .with("Cc", "dan@example.com");
    let made = desk.takes(&said);
    let file = desk.comment_file(&id, &made["comment"]);
    assert!(file.contains("flags: [stranger]\n") && file.contains("visibility: public\n"), "{file}");
    assert!(made["warnings"][0].as_str().unwrap().contains("cas@example.com had no part"), "{made}");
    assert_eq!(desk.value(&id, "requester"), "ann@example.com");
    assert_eq!(desk.value(&id, "cc"), json!(["cas@example.com"]), "whom a stranger names does not join");
    let again = desk.takes(
        &mail("b", "Re: Help", "More.").answers("a").with("From", "cas@example.com").with("Cc", "dan@example.com"),
    );
    assert_eq!(again["warnings"], json!([]));
    assert_eq!(desk.value(&id, "cc"), json!(["cas@example.com", "dan@example.com"]));
}

#[test]
fn an_answer_to_something_internal_stays_internal() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    let note = desk.takes(&mail("n", "Re: Help", "#note\nAsk the supplier.").answers("q").by_jo());
    assert!(desk.comment_file(&id, &note["comment"]).contains("visibility: internal"));
    let reply = desk.takes(&mail("r", "Re: Help", "It is broken.").answers("n").with("From", "supplier@example.net"));
    assert_eq!(reply["ticket"], id.as_str());
    assert!(desk.comment_file(&id, &reply["comment"]).contains("visibility: internal"));
}

/// A ticket of ann's that was ended on the 22nd.
fn ended(desk: &Desk, status: &str) -> String {
    let id = desk.at("2026-11-22T09:00:00Z").ticket_of(&mail("q", "Help", "Words."));
    desk.ok(format!("reply {id} -m 'An answer.'"));
    desk.ok(format!("set {id} assignee=jo status={status}"));
    id
}

#[test]
fn an_answer_to_a_closed_ticket_follows_the_policy() {
    let answer = mail("a", "Re: Help", "Again.").answers("q");
    for (policy, action) in [("reopen", "follow-up"), ("new-ticket", "follow-up-new"), ("reject", "rejected")] {
        let desk = Desk::with_mail_and("", &format!("follow-up: {policy}"));
        let id = ended(&desk, "closed");
        let made = desk.takes(&answer);
        assert_eq!(made["action"], action, "{made}");
        let status = desk.value(&id, "status");
        match policy {
            "reopen" => assert_eq!((status, &made["ticket"]), (json!("open"), &json!(id))),
            "new-ticket" => {
                assert_eq!(status, "closed");
                assert_eq!(
                    links(&desk, made["ticket"].as_str().unwrap()),
                    json!([{"relation": "related-to", "id": id}])
                );
            }
            _ => {
                assert_eq!(status, "closed");
                assert_eq!(desk.git("ls-files mail/ignored").lines().count(), 1);
                assert!(desk.ticket_file(&id).contains("rejection ann@example.com"));
                assert_eq!(desk.takes(&answer)["action"], "duplicate");
            }
        }
        desk.ok("check");
    }
}

#[test]
fn solved_opens_within_its_days_whatever_date_the_mail_has() {
    for index in [false, true] {
        let desk = Desk::with_mail("");
        let id = ended(&desk, "solved");
        if index {
            desk.ok(format!("log {id}"));
            desk.ok("list --sort=updated");
        }
        desk.at("2026-12-07T09:00:01Z");
        let late = desk.takes(&mail("late", "Re: Help", "Again.").answers("q"));
        assert_eq!(late["action"], "follow-up-new", "{late}");
        desk.at("2026-12-06T09:00:00Z");
        let made =
            desk.takes(&mail("a", "Re: Help", "Again.").answers("q").with("Date", "Fri, 1 Jan 2027 00:00:00 +0000"));
        assert_eq!((&made["action"], &made["status"]["to"]), (&json!("follow-up"), &json!("open")), "{made}");
        assert_eq!(made["ticket"], id.as_str());
    }
}

/// A message of two parts.
fn parts(text_type: &str, text: &str, headers: &[&str]) -> String {
    let files: String = headers.iter().map(|headers| format!("--b\n{headers}\n\nFile.\n")).collect();
    format!("--b\nContent-Type: {text_type}\n\n{text}\n{files}--b--")
}

#[test]
fn attachments_get_names_of_their_own() {
    let desk = Desk::with_mail("");
    let of = |name: &str| {
        format!("Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"{name}\"")
    };
    let names =
        ["../../etc/passwd", "con.txt", ".gitattributes", "a.txt", "A.txt", "message.eml", "20261122T083000Z-0000.eml"];
    let files: Vec<String> = names.iter().map(|name| of(name)).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let question =
        mail("q", "Files", &parts("text/plain", "Words.", &files)).with("Content-Type", "multipart/mixed; boundary=b");
    let made = desk.takes(&question);
    let id = made["ticket"].as_str().unwrap();
    let kept = desk.files_of(id);
    assert_eq!(kept.len(), names.len() + 1, "{kept:?}");
    let mut lower: Vec<String> = kept.iter().map(|name| name.to_lowercase()).collect();
    lower.dedup();
    assert_eq!(lower.len(), kept.len(), "{kept:?}");
    for name in &kept {
        assert!(!name.contains(['/', '\\']) && !name.starts_with('.') && !name.starts_with("con."), "{name}");
    }
    assert_eq!(
        desk.read(&format!("{}files/message.eml", crate::support::ticket_path(id).replace("ticket.md", ""))),
        question.text()
    );
    assert!(!kept.contains(&"20261122T083000Z-0000.eml".to_owned()), "{kept:?}");
    assert_eq!(desk.value(id, "attachments").as_array().unwrap().len(), names.len());
    assert_eq!(made["attachments"].as_array().unwrap().len(), names.len());
    desk.ok("check");
}

#[test]
fn a_picture_in_the_text_is_linked() {
    let desk = Desk::with_mail("");
    let picture = "Content-Type: image/png; name=\"my screen.png\"\nContent-ID: <p1@x>\nContent-Disposition: inline";
    let body = parts("text/html", "<p>See <img src=\"cid:p1@x\" alt=\"it\"> here.</p>", &[picture]);
    let id = desk.ticket_of(&mail("q", "Picture", &body).with("Content-Type", "multipart/related; boundary=b"));
    let file = desk.ticket_file(&id);
    assert!(file.contains("](<files/my screen.png>)"), "{file}");
    desk.ok("check");
}

//! `mail ingest`: one message, what it makes on disk, and what is refused.

use serde_json::json;

use crate::support::{Desk, mail::mail, ticket_path};

#[test]
fn a_message_becomes_a_ticket() {
    let desk = Desk::with_mail("");
    let question = mail("q", "Cannot log in", "It says no.").with("Cc", "Bob <Bob@example.com>, jo@acme.example");
    let before = desk.commits();
    let made = desk.takes(&question);
    let id = made["ticket"].as_str().unwrap();
    assert_eq!(
        made,
        json!({
            "action": "new", "ticket": id, "comment": null, "via": null, "message_id": "q@example.com",
            "from": "ann@example.com", "class": "human", "bounce": null, "reasons": [],
            "status": {"from": null, "to": "new"}, "attachments": [], "warnings": [], "commit": desk.head(),
        })
    );
    assert_eq!(
        desk.ticket_file(id),
        "---\ntitle: Cannot log in\nstatus: new\nrequester: ann@example.com\ncc: [bob@example.com]\nchannel: email\n\
         created: 2026-11-22T08:30:00Z\nmessage-id: <q@example.com>\nunsent: [acknowledgement]\n---\nIt says no.\n"
    );
    assert_eq!(desk.read(&ticket_path(id).replace("ticket.md", "files/message.eml")), question.text());
    assert_eq!(desk.commits(), before + 1);
    assert_eq!(desk.git("log -1 --format=%ae").trim(), "ann@example.com");
    desk.is_clean();
    desk.ok("check");
}

#[test]
fn an_answer_becomes_a_comment() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("q", "Cannot log in", "It says no."));
    desk.ok(format!("wait {id}"));
    let text = "It works now.\n\nOn Sun, 22 Nov 2026 at 09:00, Jo <jo@acme.example> wrote:\n> Did you restart it?";
    let answer =
        mail("a", "Re: Cannot log in", text).answers("q").with("References", "<older@example.com> <q@example.com>");
    let made = desk.takes(&answer);
    let stem = made["comment"].as_str().unwrap();
    assert_eq!(
        made,
        json!({
            "action": "follow-up", "ticket": id, "comment": stem, "via": "in-reply-to", "message_id": "a@example.com",
            "from": "ann@example.com", "class": "human", "bounce": null, "reasons": [],
            "status": {"from": "waiting", "to": "open"}, "attachments": [], "warnings": [], "commit": desk.head(),
        })
    );
    assert_eq!(
        desk.comment_file(&id, &made["comment"]),
        "---\nauthor: ann@example.com\ndate: 2026-11-22T08:30:00Z\nvisibility: public\nchannel: email\n\
         message-id: <a@example.com>\nin-reply-to: <q@example.com>\nreferences: [<older@example.com>]\n---\nIt works now.\n\n\
         <!-- quoted -->\nOn Sun, 22 Nov 2026 at 09:00, Jo <jo@acme.example> wrote:\n> Did you restart it?\n"
    );
    assert!(desk.files_of(&id).contains(&format!("{stem}.eml")));
    desk.is_clean();
    desk.ok("check");
}

#[test]
fn plain_output_is_a_line() {
    let desk = Desk::with_mail("");
    let question = mail("q", "Help", "Words.");
    let said = desk.call("mail ingest -").input(question.text()).run().exits(0);
    let id = said.text().split(' ').next().unwrap().to_owned();
    assert_eq!(said.text(), format!("{id}  new from ann@example.com"));
    desk.ok(format!("set {id} status=open"));
    desk.ok(format!("wait {id}"));
    desk.write("../a.eml", mail("a", "Re: Help", "More.").answers("q").text());
    assert_eq!(desk.ok("mail ingest ../a.eml").text(), format!("{id}  follow-up from ann@example.com, now open"));
    assert_eq!(desk.ok("mail ingest ../a.eml").text(), format!("{id}  duplicate from ann@example.com"));
}

#[test]
fn what_cannot_be_taken_is_offered_again() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    desk.write("../a.eml", mail("a", "Re: Help", "More.").answers("q").text());
    let path = ticket_path(&id);
    desk.refused("mail ingest /dev/null", 65).says(&["empty"]);
    desk.refused("mail ingest ../a.eml -o csv", 2);
    desk.refused("mail ingest --nonsense", 2);
    desk.refused("mail ingest ../a.eml --maildir x", 2);
    desk.refused("mail ingest - ../a.eml", 2);
    desk.refused("mail ingest ../gone.eml", 75).says(&["gone.eml"]);

    // Somebody is at work in the very file: another status is entered then.
    desk.ok(format!("wait {id}"));
    let file = desk.read(&path);
    desk.write(&path, file.replace("title: Help", "title: Mine"));
    desk.refused("mail ingest ../a.eml", 75).says(&[&path]);
    desk.write(&path, &file);

    let settings = desk.read("loket.yaml");
    desk.write("loket.yaml", "mail: [");
    desk.commit("broken");
    desk.refused("mail ingest ../a.eml", 75).says(&["loket.yaml"]);
    desk.write("loket.yaml", settings);
    desk.commit("mended");

    desk.write(".git/refs/heads/main.lock", "");
    desk.refused("mail ingest ../a.eml", 75);
    desk.remove(".git/refs/heads/main.lock");
    assert_eq!(desk.json("mail ingest ../a.eml")["action"], "follow-up");
}

#[test]
fn without_a_desk_it_is_offered_again() {
    let desk = Desk::empty();
    let done = desk.call("mail ingest").input(mail("q", "Help", "Words.").text()).run().exits(75);
    assert!(done.stderr.starts_with("error: "), "{done}");
}

#[test]
fn the_same_message_is_taken_once() {
    for settings in ["", "keep-raw: false, "] {
        let desk = Desk::with_mail(settings);
        let question = mail("q", "Help", "Words.");
        let id = desk.ticket_of(&question);
        let answer = mail("a", "Re: Help", "More.").answers("q");
        let stem = desk.takes(&answer)["comment"].clone();
        desk.unchanged(|| {
            for again in [question.clone(), question.clone().with("Received", "from elsewhere"), answer.clone()] {
                let said = desk.takes(&again);
                assert_eq!(
                    (&said["action"], &said["ticket"], &said["commit"]),
                    (&json!("duplicate"), &json!(id), &json!(null))
                );
            }
            assert_eq!(desk.takes(&answer)["comment"], stem);
        });
        assert_eq!(desk.files_of(&id).is_empty(), !settings.is_empty());
    }
}

#[test]
fn another_message_of_the_same_id_is_kept_beside_it() {
    for settings in ["", "keep-raw: false, "] {
        let desk = Desk::with_mail(settings);
        desk.takes(&mail("q", "Help", "One."));
        for (number, text) in [(2, "Two."), (3, "Three.")] {
            let other = mail("q", "Other", text);
            let made = desk.takes(&other);
            assert_eq!((&made["action"], &made["message_id"]), (&json!("new"), &json!("q@example.com")));
            assert!(made["warnings"][0].as_str().unwrap().contains(&format!("<q@example.com>+{number}")), "{made}");
            let file = desk.ticket_file(made["ticket"].as_str().unwrap());
            assert!(file.contains(&format!("message-id: <q@example.com>+{number}\n")), "{file}");
            let again = desk.takes(&other);
            assert_eq!((&again["action"], &again["ticket"]), (&json!("duplicate"), &made["ticket"]));
        }
        assert_eq!(desk.takes(&mail("q", "Help", "One."))["action"], "duplicate");
        desk.ok("check");
    }
}

#[test]
fn what_is_no_message_is_kept_with_the_reason() {
    let desk = Desk::with_mail("keep-raw: false, ");
    let said = desk.call("--json mail ingest").input("Hello there,\nno message.\n").run().exits(0).json();
    assert_eq!((&said["action"], &said["ticket"]), (&json!("quarantined"), &json!(null)));
    let nobody = desk.takes(&mail("n", "Help", "Words.").with("From", ""));
    assert_eq!((&nobody["action"], &nobody["reasons"]), (&json!("quarantined"), &json!(["the message has no sender"])));
    let kept = desk.git("ls-files mail/quarantine");
    let (raw, told): (Vec<&str>, Vec<&str>) = kept.lines().partition(|path| path.ends_with(".eml"));
    assert_eq!((raw.len(), told.len()), (2, 2), "{kept}");
    assert!(raw.iter().any(|path| desk.read(path) == "Hello there,\nno message.\n"));
    assert!(told.iter().any(|path| {
        desk.read(path).starts_with("---\ndate: 2026-11-22T09:00:00Z\nreason: the message has no sender\n---\n")
    }));
    assert_eq!(desk.takes(&mail("n", "Help", "Words.").with("From", ""))["action"], "duplicate");
    desk.is_clean();
    desk.ok("check");
}

#[test]
fn a_machines_answer_without_a_ticket_is_only_kept() {
    let desk = Desk::with_mail("keep-raw: false, ");
    let away = mail("x", "Out of Office", "I am away.").with("Auto-Submitted", "auto-replied");
    let said = desk.takes(&away);
    assert_eq!(
        (&said["action"], &said["class"], &said["ticket"]),
        (&json!("ignored"), &json!("out-of-office"), &json!(null))
    );
    let kept = desk.git("ls-files mail/ignored");
    assert_eq!(kept.lines().count(), 1, "{kept}");
    assert_eq!(desk.read(kept.trim()), away.text());
    assert_eq!(desk.takes(&away)["action"], "duplicate");
    assert_eq!(desk.git("ls-files tickets"), "");
}

#[test]
fn machines_answer_nothing() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    desk.ok(format!("reply {id} -m 'An answer.'"));
    desk.ok(format!("wait {id}"));
    let made = desk
        .takes(&mail("x", "Automatic reply: Help", "I am away.").answers("q").with("Auto-Submitted", "auto-replied"));
    assert_eq!((&made["action"], &made["status"]), (&json!("follow-up"), &json!(null)));
    let file = desk.comment_file(&id, &made["comment"]);
    assert!(file.contains("automatic: true\nflags: [out-of-office]\n"), "{file}");
    assert_eq!(desk.ok("list is:unanswered -o csv").lines().len(), 1, "only its header");
    let later = mail("a", "Re: Help", "More.").answers("q").with("Date", "Sun, 22 Nov 2026 10:00:00 +0000");
    assert_eq!(desk.at("2026-11-22T10:00:00Z").takes(&later)["status"]["to"], "open");
    assert_eq!(desk.ok("list is:unanswered -o csv").lines().len(), 2);
    let list = desk.takes(&mail("l", "Digest", "News.").with("List-Id", "<l.example.com>"));
    assert_eq!((&list["action"], &list["class"]), (&json!("new"), &json!("list")));
    assert!(!desk.ticket_file(list["ticket"].as_str().unwrap()).contains("unsent"));
}

#[test]
fn what_a_title_is_made_of() {
    let desk = Desk::with_mail("");
    for (number, (subject, body, title)) in [
        ("Re: Fwd: [#261122-zzzzz] Printer", "Words.", "Printer"),
        ("", "\n---\n  The printer is on fire.\nMore.", "The printer is on fire."),
        ("Re:", "Words.", "Re:"),
        ("", "---", "(no subject)"),
        ("=?utf-8?q?=1B[31mRed=0Aline?=", "Words.", "[31mRed line"),
    ]
    .into_iter()
    .enumerate()
    {
        let id = desk.ticket_of(&mail(&format!("t{number}"), subject, body));
        assert_eq!(desk.value(&id, "title"), title, "{subject:?}");
    }
    let long = desk.ticket_of(&mail("long", &"é".repeat(2000), "Words."));
    assert!(desk.value(&long, "title").as_str().unwrap().chars().count() < 2000);
    desk.ok("check");
}

#[test]
fn a_date_is_believed_where_it_can_be() {
    let desk = Desk::with_mail("");
    for (number, (date, created)) in [
        ("Sat, 21 Nov 2026 23:30:00 -0100", "2026-11-22T00:30:00Z"),
        ("Sun, 22 Nov 2026 09:00:01 +0000", "2026-11-22T09:00:00Z"),
        ("", "2026-11-22T09:00:00Z"),
        ("yesterday", "2026-11-22T09:00:00Z"),
        ("Wed, 31 Dec 1969 23:00:00 +0000", "2026-11-22T09:00:00Z"),
        ("Thu, 01 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z"),
    ]
    .into_iter()
    .enumerate()
    {
        let id = desk.ticket_of(&mail(&format!("d{number}"), "Help", "Words.").with("Date", date));
        assert_eq!(desk.value(&id, "created"), created, "{date:?}");
        assert_eq!(id[..6], created[2..10].replace('-', ""), "{date:?}");
    }
}

#[test]
fn a_form_in_the_desks_name_writes_for_who_gets_the_answer() {
    let desk = Desk::with_mail("");
    let form = mail("f", "Form", "Words.")
        .with("From", "Site <support@acme.example>")
        .with("Reply-To", "Cas <Cas@example.com>");
    let made = desk.takes(&form);
    assert_eq!((&made["action"], &made["from"]), (&json!("new"), &json!("cas@example.com")));
    assert_eq!(desk.value(made["ticket"].as_str().unwrap(), "requester"), "cas@example.com");
}

#[test]
fn the_language_is_that_of_the_customer() {
    let desk = Desk::with_mail("");
    desk.write("customers/ann.md", "---\nname: Ann\nemails: [ann@example.com]\nlanguage: nl\n---\n");
    desk.commit("customer");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    assert_eq!(desk.value(&id, "language"), "nl");
    let other = desk.ticket_of(&mail("o", "Help", "Words.").with("From", "bob@example.com"));
    assert!(!desk.ticket_file(&other).contains("language"));
}

#[test]
fn a_fold_in_a_message_hides_nothing() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("q", "Help", "Before.\n<!-- quoted -->\nAfter."));
    assert!(desk.ticket_file(&id).ends_with("\nBefore.\n\\<!-- quoted -->\nAfter.\n"));
    assert!(desk.ok(format!("show {id}")).stdout.contains("After."));
}

#[test]
fn control_characters_reach_no_terminal() {
    let desk = Desk::with_mail("");
    let bad = mail("q", "=?utf-8?q?=1B]0;x=07Help?=", "Wor\u{1b}[31mds\u{7}.\u{9b}1m")
        .with("From", "=?utf-8?q?A=1B[1m?= <ann@example.com>");
    let said = desk.call("mail ingest").input(bad.text()).run().exits(0);
    let id = said.text().split(' ').next().unwrap().to_owned();
    desk.takes(&bad.clone().with("Message-ID", "<b\u{1b}[2J@example.com>").answers("q"));
    let shown = [said, desk.ok(format!("show {id}")), desk.ok("list"), desk.ok(format!("log {id}"))];
    for text in shown.iter().flat_map(|one| [&one.stdout, &one.stderr]) {
        assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "{text:?}");
    }
}

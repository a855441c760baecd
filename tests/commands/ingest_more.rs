//! `mail ingest`: messages that meet in one batch, and addresses that are somebody's.

use serde_json::{Value, json};

use crate::support::{Desk, mail::mail};

/// Gives messages as one mbox; the answers.
fn batch(desk: &Desk, texts: &[String]) -> Vec<Value> {
    let mbox: String = texts.iter().map(|text| format!("From x Sun Nov 22 08:00:00 2026\n{text}\n")).collect();
    desk.write("../some.mbox", mbox);
    let done = desk.keyed("--json mail ingest --mbox ../some.mbox").exits(0);
    done.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn actions(answers: &[Value]) -> Vec<&str> {
    answers.iter().map(|answer| answer["action"].as_str().unwrap()).collect()
}

#[test]
fn the_same_message_twice_in_one_batch_is_taken_once() {
    for settings in ["", "keep-raw: false, "] {
        let desk = Desk::with_mail(settings);
        let (one, other) = (mail("q", "Help", "One.").text(), mail("q", "Help", "Two.").text());
        let away = mail("x", "Out of Office", "Away.").with("Auto-Submitted", "auto-replied").text();
        let answers = batch(&desk, &[one.clone(), other.clone(), one, other, away.clone(), away]);
        assert_eq!(actions(&answers), ["new", "new", "duplicate", "duplicate", "ignored", "duplicate"]);
        assert_eq!((&answers[2]["ticket"], &answers[3]["ticket"]), (&answers[0]["ticket"], &answers[1]["ticket"]));
        assert_eq!(answers[2]["commit"], json!(null));
        desk.is_clean();
        desk.ok("check");
    }
}

#[test]
fn a_thread_in_one_batch_is_one_ticket_in_whatever_order() {
    let desk = Desk::with_mail("");
    let undated = |name: &str, answers: &str| mail(name, "Help", name).answers(answers).with("Date", "").text();
    let question = mail("q", "Help", "Words.").with("Date", "").text();
    let answers = batch(&desk, &[undated("c", "b"), undated("b", "a"), undated("a", "q"), question]);
    assert_eq!(actions(&answers), ["new", "follow-up", "follow-up", "follow-up"]);
    assert!(answers.iter().all(|answer| answer["ticket"] == answers[0]["ticket"]), "{answers:?}");
    desk.ok("check");
}

#[test]
fn line_ends_make_no_other_message() {
    let desk = Desk::with_mail("");
    let text = mail("q", "Help", "One.\nTwo.").text();
    let first = desk.call("--json mail ingest").input(text.replace('\n', "\r\n")).run().exits(0).json();
    let again = desk.call("--json mail ingest").input(&text).run().exits(0).json();
    assert_eq!((&again["action"], &again["ticket"]), (&json!("duplicate"), &first["ticket"]));
    assert_eq!(desk.value(first["ticket"].as_str().unwrap(), "body"), "One.\nTwo.\n");
}

#[test]
fn a_message_without_an_id_is_known_again() {
    let desk = Desk::with_mail("");
    let bare = mail("q", "Help", "Words.").with("Message-ID", "");
    assert_eq!(desk.takes(&bare)["action"], "new");
    assert_eq!(desk.takes(&bare.clone().with("Received", "by another way"))["action"], "duplicate");
    assert_eq!(desk.takes(&bare.with("Subject", "Other"))["action"], "new");
}

#[test]
fn the_desk_and_its_agents_never_join() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    let plus = desk.plus_address(&id);
    let to =
        format!("{plus}, Help@acme.example, sam@acme.example, Bob <bob@example.com>, ANN@example.com, undisclosed:;");
    desk.takes(&mail("a", "Re: Help", "More.").with("To", &to).answers("q"));
    assert_eq!(desk.value(&id, "cc"), json!(["bob@example.com"]));
    desk.takes(&mail("b", "Re: Help", "Again.").with("Cc", "BOB@example.com").answers("q"));
    assert_eq!(desk.value(&id, "cc"), json!(["bob@example.com"]));
}

#[test]
fn a_customer_takes_part_with_every_address() {
    let desk = Desk::with_mail("");
    desk.write("customers/ann.md", "---\nname: Ann\nemails: [ann@example.com, ann@home.example]\n---\n");
    desk.commit("customer");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    let from_home = mail("h", &format!("Help [#{id}]"), "More.").with("From", "ann@home.example");
    let made = desk.takes(&from_home);
    assert_eq!((&made["ticket"], &made["via"], &made["warnings"]), (&json!(id), &json!("subject"), &json!([])));
}

#[test]
fn a_guessed_number_invites_nobody() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    let guess = mail("g", &format!("Help [#{id}]"), "More.").with("Cc", "eve@example.com");
    assert_eq!(desk.takes(&guess)["via"], "subject");
    assert_eq!(desk.value(&id, "cc"), json!([]));
    let vouched = "mx.acme.example; dkim=pass header.d=example.com";
    desk.takes(&guess.with("Message-ID", "<v@example.com>").with("Authentication-Results", vouched));
    assert_eq!(desk.value(&id, "cc"), json!(["eve@example.com"]));
}

#[test]
fn the_requester_who_answers_a_namesake_finds_its_ticket() {
    let desk = Desk::with_mail("");
    desk.takes(&mail("q", "Help", "One.").with("From", "bob@example.com"));
    let other = desk.ticket_of(&mail("q", "Other", "Two."));
    let own = desk.takes(&mail("a", &format!("Re: Other [#{other}]"), "More.").with("In-Reply-To", ""));
    assert_eq!(own["ticket"], other.as_str());
    desk.ok(format!("reply {other} -m Answer."));
    let sent = desk.would_send();
    let answer = sent.iter().find(|(_, text)| text.contains("Subject: Re: Other")).unwrap();
    assert!(
        answer.1.contains("\nReferences: <q@example.com> <a@example.com>\n"),
        "outside nobody knows of a suffix: {}",
        answer.1
    );
}

#[test]
fn a_second_copy_of_what_was_rejected_is_a_duplicate() {
    let desk = Desk::with_mail_and("", "follow-up: reject");
    let id = desk.ticket_of(&mail("q", "Help", "Words."));
    desk.ok(format!("close {id} --silent --reason x"));
    let answer = mail("a", "Re: Help", "More.").answers("q").text();
    assert_eq!(actions(&batch(&desk, &[answer.clone(), answer])), ["rejected", "duplicate"]);
    assert_eq!(desk.ticket_file(&id).matches("rejection").count(), 1);
}

#[test]
fn an_answer_to_a_ticket_that_cannot_be_read_is_not_taken_for_a_new_one() {
    let desk = Desk::with_mail("");
    let opened = desk.takes(&mail("q", "Help", "Words."));
    let path = crate::support::ticket_path(opened["ticket"].as_str().unwrap());
    let whole = desk.read(&path);
    desk.write(&path, whole.replacen("status:", "status: [", 1));
    desk.commit("broken by hand");
    let answer = mail("a", "Re: Help", "More words.").answers("q");
    desk.unchanged(|| {
        desk.call("mail ingest -").input(answer.text()).run().exits(75).says(&[&path]);
    });
    desk.write(&path, whole);
    desk.commit("mended");
    assert_eq!(desk.takes(&answer)["action"], "follow-up");
}

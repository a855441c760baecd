//! `mail ingest` of many messages: Maildir, mbox, files; stopped and given again.

use std::io::{BufRead, BufReader, Read};

use serde_json::{Value, json};

use crate::support::{
    Desk, Output,
    mail::{Mail, mail},
    ticket_path,
};

fn actions(done: &Output) -> Vec<String> {
    let action = |line: &str| serde_json::from_str::<Value>(line).unwrap()["action"].as_str().unwrap().to_owned();
    done.stdout.lines().map(action).collect()
}

fn at(mail: Mail, time: &str) -> Mail {
    mail.with("Date", &format!("Sun, 22 Nov 2026 {time}:00 +0000"))
}

fn maildir(desk: &Desk, messages: &[(&str, Mail)]) {
    for folder in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(desk.home().join("box").join(folder)).unwrap();
    }
    for (name, mail) in messages {
        desk.write(&format!("../box/{name}"), mail.text());
    }
}

#[test]
fn a_maildir_is_read_in_the_order_of_dates() {
    let desk = Desk::with_mail("");
    maildir(
        &desk,
        &[
            ("new/1.a", at(mail("b", "Re: Help", "Answer."), "08:10").answers("a")),
            ("cur/2.b:2,S", at(mail("a", "Help", "Question."), "08:00")),
            ("cur/3.c:2,ST", mail("t", "Trash", "Away.")),
            ("tmp/4.d", mail("p", "Half", "Not yet.")),
            ("new/.hidden", mail("h", "Hidden", "Not.")),
        ],
    );
    let before = desk.commits();
    let done = desk.ok("--json mail ingest --maildir ../box");
    assert_eq!(actions(&done), ["new", "follow-up"]);
    done.says(&["2 messages: 1 follow-up, 1 new"]);
    assert_eq!(desk.commits(), before + 1);
    assert_eq!(desk.git("log -1 --format=%ae").trim(), "support@acme.example");
    let again = desk.unchanged(|| desk.ok("--json mail ingest --maildir ../box"));
    assert_eq!(actions(&again), ["duplicate", "duplicate"]);
    again.says(&["2 messages: 2 duplicate"]);
    desk.refused("mail ingest --maildir ../nowhere", 75).says(&["no Maildir"]);
    desk.ok("check");
}

#[test]
fn an_mbox_is_taken_apart() {
    let desk = Desk::with_mail("");
    let (late, early) =
        (at(mail("b", "Late", "Words.\n>From here on."), "08:10"), at(mail("a", "Early", "Words."), "08:00"));
    let from = "From ann@example.com Sun Nov 22 08:00:00 2026\n";
    desk.write("../all.mbox", format!("{from}{}\n{from}{}\n", late.text(), early.text()));
    let done = desk.ok("--json mail ingest --mbox ../all.mbox");
    let lines: Vec<Value> = done.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["message_id"], &lines[1]["message_id"]), (&json!("a@example.com"), &json!("b@example.com")));
    let file = desk.ticket_file(lines[1]["ticket"].as_str().unwrap());
    assert!(file.ends_with("Words.\nFrom here on.\n"), "{file}");
    assert_eq!(
        actions(&desk.unchanged(|| desk.ok("--json mail ingest --mbox ../all.mbox"))),
        ["duplicate", "duplicate"]
    );
}

#[test]
fn several_files_are_a_batch() {
    let desk = Desk::with_mail("");
    desk.write("../b.eml", at(mail("b", "Re: Help", "Answer.").answers("a"), "08:10").text());
    desk.write("../a.eml", at(mail("a", "Help", "Question."), "08:00").text());
    desk.write("../empty.eml", "\n");
    let done = desk.ok("mail ingest ../b.eml ../empty.eml ../a.eml");
    let id = done.text().split(' ').next().unwrap().to_owned();
    assert_eq!(done.text(), format!("{id}  new from ann@example.com\n{id}  follow-up from ann@example.com"));
    done.says(&["3 messages: 1 follow-up, 1 new, 1 empty", "empty.eml"]);
    desk.refused("mail ingest ../a.eml ../gone.eml", 75).says(&["gone.eml"]);
}

#[test]
fn one_that_cannot_be_taken_stops_no_other() {
    let desk = Desk::with_mail("");
    let id = desk.ticket_of(&at(mail("q", "Help", "Words."), "07:00"));
    let plus = desk.plus_address(&id);
    let whole = desk.ticket_file(&id);
    desk.write(&ticket_path(&id), "---\ntitle: [\n---\n");
    desk.commit("broken by hand");
    maildir(
        &desk,
        &[
            ("new/1", at(mail("a", "One", "Words."), "08:00")),
            ("new/2", at(mail("b", "Re: Help", "Answer."), "08:01").with("To", &plus)),
            ("new/3", at(mail("c", "Three", "Words."), "08:02")),
        ],
    );
    let done = desk.keyed("--json mail ingest --maildir ../box").exits(75);
    assert_eq!(actions(&done), ["new", "new"]);
    done.says(&["3 messages: 2 new, 1 not taken", "new/2", "ticket.md"]);
    desk.write(&ticket_path(&id), whole);
    desk.commit("mended");
    let again = desk.keyed("--json mail ingest --maildir ../box").exits(0);
    assert_eq!(actions(&again), ["duplicate", "follow-up", "duplicate"]);
    desk.is_clean();
}

#[test]
fn a_killed_batch_loses_and_doubles_nothing() {
    const MESSAGES: usize = 450;
    let desk = Desk::with_mail("");
    let name = |number: usize| format!("m{number}");
    let message = |number: usize| {
        let mail = mail(&name(number), "Help", &format!("Words {number}."));
        // Each third one answers the one before.
        if number % 3 == 2 { mail.answers(&name(number - 1)) } else { mail }
    };
    let names: Vec<String> = (0..MESSAGES).map(|number| format!("new/{number:04}")).collect();
    let messages: Vec<(&str, Mail)> =
        names.iter().enumerate().map(|(number, name)| (name.as_str(), message(number))).collect();
    maildir(&desk, &messages);
    let mut kills = 0;
    // The first lines are read once a chunk is committed; those of duplicates come before the next chunk is.
    for chunk in 0..3 {
        let mut child = desk.call("--json mail ingest --maildir ../box").spawn();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..=chunk * 100 {
            lines.next().unwrap().unwrap();
        }
        child.kill().unwrap();
        kills += usize::from(!child.wait().unwrap().success());
        let mut rest = String::new();
        child.stderr.take().unwrap().read_to_string(&mut rest).unwrap();
    }
    assert!(kills > 0, "no run was killed");
    let done = desk.ok("--json mail ingest --maildir ../box");
    assert_eq!(done.stdout.lines().count(), MESSAGES);
    desk.is_clean();
    let raw = desk.git("ls-files *.eml");
    assert_eq!(raw.lines().count(), MESSAGES);
    let mut held: Vec<String> = desk.git("grep -h ^message-id: -- tickets").lines().map(str::to_owned).collect();
    held.sort();
    held.dedup();
    assert_eq!(held.len(), MESSAGES, "each once");
    assert_eq!(desk.git("ls-files tickets/**/ticket.md").lines().count(), MESSAGES / 3 * 2);
    assert!(actions(&desk.ok("--json mail ingest --maildir ../box")).iter().all(|action| action == "duplicate"));
}

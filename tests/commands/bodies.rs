//! Texts and attachments on their way in.

use serde_json::json;

use crate::support::{Desk, ticket_path};

#[test]
fn a_body_comes_from_an_option_a_file_or_standard_input() {
    let desk = Desk::new();
    desk.write("../body.md", "From a file.\n");
    let body = |id: &str| desk.value(id, "body");
    assert_eq!(body(&desk.opened("A -m 'From an option.'")), "From an option.\n");
    assert_eq!(body(&desk.opened("B -F ../body.md")), "From a file.\n");
    let id = desk.call("new C -F -").input("From a pipe.\n").run().exits(0).text().to_owned();
    assert_eq!(body(&id), "From a pipe.\n");
    assert_eq!(body(&desk.opened("D")), "");
    desk.refused("new E -m x -F ../body.md", 2);
    desk.refused("new F -F ../nowhere.md", 1);
}

#[test]
fn standard_input_is_not_read_unless_asked_for() {
    let desk = Desk::new();
    let id = desk.call("new Quiet").input("nobody asked\n").run().exits(0).text().to_owned();
    assert_eq!(desk.value(&id, "body"), "");
}

#[test]
fn line_ends_and_byte_order_marks_are_made_plain() {
    let desk = Desk::new();
    let id = desk.call("new A -F -").input(b"\xef\xbb\xbfone\r\ntwo\r\n\r\n\r\n").run().exits(0).text().to_owned();
    assert_eq!(desk.value(&id, "body"), "one\ntwo\n");
}

#[test]
fn a_body_may_look_like_front_matter_or_hold_anything_printable() {
    let desk = Desk::new();
    for body in ["---\ntitle: no\n---\n", "---\n", "```\n---\n```\n", "\u{1f642}\u{202e}x\n", "a\u{1b}[31mred\n"] {
        let id = desk.call("new A -F -").input(body).run().exits(0).text().to_owned();
        assert_eq!(desk.value(&id, "body"), json!(body));
        assert_eq!(desk.value(&id, "title"), "A");
        desk.call(format!("reply {id} -F -")).input(body).run().exits(0);
        assert_eq!(desk.json(format!("show {id}"))["thread"][0]["body"], json!(body));
    }
}

#[test]
fn nul_bytes_and_invalid_utf8_are_refused_with_their_place() {
    let desk = Desk::new();
    let id = desk.opened("A");
    for line in ["new B -F -".to_owned(), format!("reply {id} -F -"), format!("note {id} -F -")] {
        desk.unchanged(|| {
            desk.call(&line).input(b"ab\0c").run().exits(2).says(&["error: ", "NUL", "byte 3"]);
            desk.call(&line).input(b"caf\xe9").run().exits(2).says(&["error: ", "UTF-8", "byte 4"]);
        });
    }
}

#[test]
fn an_answer_without_words_is_wrong_usage() {
    let desk = Desk::new();
    let id = desk.opened("A");
    desk.refused(format!("reply {id}"), 2).says(&["-m TEXT"]);
    desk.refused(format!("reply {id} -m '  '"), 2).says(&["empty"]);
    desk.refused(format!("note {id} -m ''"), 2);
    desk.refused(format!("escalate {id}"), 2);
}

#[test]
fn attachments_lie_with_the_ticket_and_are_listed() {
    let desk = Desk::new();
    desk.write("../log.txt", "a log\n");
    desk.write("../raw.bin", b"\0\x01\xff\r\n");
    let id = desk.opened("A --attach ../log.txt --attach ../raw.bin");
    let folder = ticket_path(&id).replace("ticket.md", "files");
    assert_eq!(
        desk.value(&id, "attachments"),
        json!([
            {"name": "log.txt", "size": 6, "path": format!("{folder}/log.txt")},
            {"name": "raw.bin", "size": 5, "path": format!("{folder}/raw.bin")},
        ])
    );
    assert_eq!(std::fs::read(desk.path().join(format!("{folder}/raw.bin"))).unwrap(), b"\0\x01\xff\r\n");
    desk.is_clean();
}

#[test]
fn namesakes_are_numbered_and_none_is_lost() {
    let desk = Desk::new();
    desk.write("../a/log.txt", "one\n");
    desk.write("../b/log.txt", "two\n");
    desk.write("../c/LOG.txt", "three\n");
    let id = desk.opened("A --attach ../a/log.txt --attach ../b/log.txt");
    desk.ok(format!("reply {id} -m more --attach ../c/LOG.txt --attach ../a/log.txt"));
    let folder = ticket_path(&id).replace("ticket.md", "files");
    let files = desk.git(format!("ls-tree -r --name-only HEAD {folder}"));
    let names: Vec<&str> = files.lines().map(|path| path.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["LOG-3.txt", "log-2.txt", "log-4.txt", "log.txt"]);
    assert_eq!(desk.read(&format!("{folder}/log-2.txt")), "two\n");
    assert_eq!(desk.read(&format!("{folder}/LOG-3.txt")), "three\n");
    assert_eq!(desk.json(format!("show {id}"))["thread"][0]["attachments"][1]["name"], "log-4.txt");
}

#[test]
fn hostile_names_are_made_safe() {
    let desk = Desk::new();
    let mut call = desk.call("new A");
    for name in [".git", "-rf", "con.txt", "a\nb", "c:\\temp\\x.doc", "\u{202e}gpj.exe", " . "] {
        desk.write(&format!("../odd/{name}"), "x");
        call = call.arg("--attach").arg(desk.home().join("odd").join(name));
    }
    let id = call.run().exits(0).text().to_owned();
    let names: Vec<String> = desk
        .value(&id, "attachments")
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["git", "rf", "con_.txt", "a_b", "x.doc", "_gpj.exe", "file"]);
    desk.is_clean();
    desk.git("fsck --strict");
}

#[test]
fn what_is_no_file_cannot_be_attached() {
    let desk = Desk::new();
    let id = desk.opened("A");
    for path in ["/dev/zero", "/dev/null", ".", "../nowhere.txt"] {
        desk.refused(format!("new B --attach {path}"), 1).says(&[path, "cannot be attached"]);
        desk.refused(format!("reply {id} -m x --attach {path}"), 1).says(&["cannot be attached"]);
    }
}

#[test]
fn comments_of_one_second_keep_the_order_they_were_made_in() {
    let desk = Desk::new();
    let id = desk.opened("A");
    for number in 0..12 {
        desk.ok(format!("note {id} -m 'number {number}'"));
    }
    let shown = desk.json(format!("show {id}"));
    let bodies: Vec<&str> =
        shown["thread"].as_array().unwrap().iter().map(|one| one["body"].as_str().unwrap()).collect();
    let wanted: Vec<String> = (0..12).map(|number| format!("number {number}\n")).collect();
    assert_eq!(bodies, wanted);
}

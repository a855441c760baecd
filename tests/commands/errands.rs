//! What rules make happen outside the desk: webhooks and programs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

use crate::support::Desk;

/// A server that answers each request with a status, and tells what it was sent: the head in lower case, and the body.
fn server(statuses: &'static [u16]) -> (String, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for status in statuses {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let line = line.to_lowercase();
                if let Some(value) = line.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head.push_str(&line);
                if line == "\r\n" {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            tell.send((head, String::from_utf8(body).unwrap())).unwrap();
            write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        }
    });
    (url, told)
}

/// Rules as YAML; a desk with them, and with a secret webhooks are signed with.
fn desk(rules: &str) -> Desk {
    let desk = Desk::acme();
    desk.write("policy/rules.yaml", rules);
    desk.commit("rules");
    desk
}

fn waiting(desk: &Desk) -> usize {
    let folder = desk.path().join(".git/loket/errands/due");
    std::fs::read_dir(folder).map(|entries| entries.count()).unwrap_or(0)
}

/// The header of a request.
fn header<'h>(head: &'h str, name: &str) -> &'h str {
    head.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default()
}

#[test]
fn a_webhook_is_sent_when_the_commit_stands() {
    let (url, told) = server(&[204]);
    let desk =
        desk(&format!("- {{name: tell, on: [created], when: \"priority:urgent\", then: {{webhook: \"{url}\"}}}}\n"));
    desk.opened("Calm --from ann@example.com -m Text.");
    let asked = desk.call("new Smoke --from ann@example.com --priority urgent -m Secret-body. --json");
    let id = asked.env("LOKET_WEBHOOK_SECRET", "s3cret").run().exits(0).json()["id"].as_str().unwrap().to_owned();
    let (head, body) = told.recv().unwrap();
    let payload: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(payload["ticket"]["id"], *id);
    assert_eq!((payload["rule"].as_str(), payload["event"].as_str()), (Some("tell"), Some("created")));
    assert_eq!(header(&head, "loket-id"), payload["id"].as_str().unwrap());
    // As `openssl dgst -sha256 -hmac s3cret` has it.
    let signature = loket::mail::sign::Signer::new(b"s3cret").seal(body.as_bytes());
    assert_eq!(header(&head, "loket-signature"), format!("sha256={signature}"));
    assert!(!body.contains("Secret-body"), "{body}");
    let key = desk.git("log -1 --format=%(trailers:key=Loket-Errand,valueonly)");
    assert_eq!(key.trim(), payload["id"].as_str().unwrap());
    assert_eq!(waiting(&desk), 0);
}

#[test]
fn what_nobody_answers_is_tried_again_by_tick() {
    let (url, told) = server(&[503, 200]);
    let desk = desk(&format!("- {{name: tell, on: [created], then: {{webhook: \"{url}\"}}}}\n"));
    desk.call("new Smoke --from ann@example.com -m Text.")
        .run()
        .exits(0)
        .says(&["rule 'tell': webhook: 127.0.0.1 answered 503"]);
    assert_eq!(waiting(&desk), 1);
    let first = told.recv().unwrap();
    // Its time has not come.
    assert_eq!(desk.json("tick")["errands"], serde_json::json!([]));
    desk.at("2026-11-22T09:02:00Z");
    let ticked = desk.json("tick");
    assert_eq!(ticked["errands"][0]["outcome"], "done");
    let second = told.recv().unwrap();
    assert_eq!(header(&first.0, "loket-id"), header(&second.0, "loket-id"));
    assert_eq!(waiting(&desk), 0);
    assert_eq!(desk.json("tick")["errands"], serde_json::json!([]));
}

#[test]
fn what_is_refused_for_good_is_given_up_and_can_be_asked_for_again() {
    let (url, told) = server(&[410, 200]);
    let desk = desk(&format!("- {{name: tell, on: [created], then: {{webhook: \"{url}\"}}}}\n"));
    desk.call("new Smoke --from ann@example.com -m Text.").run().exits(0).says(&["loket tick --again"]);
    told.recv().unwrap();
    desk.at("2026-12-22T09:00:00Z");
    assert_eq!(desk.json("tick")["errands"], serde_json::json!([]));
    assert_eq!(desk.json("tick --again")["errands"][0]["outcome"], "done");
}

#[test]
fn nothing_is_sent_for_a_dry_run_or_a_refused_change() {
    let (url, told) = server(&[200]);
    let desk = desk(&format!("- {{name: tell, on: [status], then: {{webhook: \"{url}\"}}}}\n"));
    let id = desk.opened("Smoke --from ann@example.com -m Text.");
    desk.ok(format!("set {id} status=open --dry-run"));
    desk.refused(format!("set {id} status=solved"), 4);
    assert_eq!(waiting(&desk), 0);
    assert!(told.try_recv().is_err());
}

/// A kill between holding an errand and moving the branch makes none up; one right after it loses none.
#[test]
fn a_kill_neither_loses_nor_makes_up_a_webhook() {
    let (url, told) = server(&[200]);
    let desk = desk(&format!("- {{name: tell, on: [created], then: {{webhook: \"{url}\"}}}}\n"));
    desk.remove("policy/rules.yaml");
    desk.commit("no rules");
    let held = desk.path().join(".git/loket/errands/held");
    std::fs::create_dir_all(&held).unwrap();
    let id = desk.opened("Smoke --from ann@example.com -m Text.");
    let body = serde_json::json!({"ticket": id, "rule": "tell", "event": "created", "webhook": url}).to_string();
    let errand = |made: &str| serde_json::json!({"made": made, "body": {"text": body}}).to_string();
    std::fs::write(held.join("never-committed.json"), errand("2026-11-22T09:00:00Z")).unwrap();
    std::fs::write(held.join("committed.json"), errand("2026-11-22T09:00:01Z")).unwrap();
    desk.git("commit -q --allow-empty -m 'new\n\nLoket-Errand: committed'");
    let ticked = desk.json("tick");
    assert_eq!(
        (ticked["errands"][0]["id"].as_str(), ticked["errands"].as_array().unwrap().len()),
        (Some("committed"), 1)
    );
    assert_eq!(header(&told.recv().unwrap().0, "loket-id"), "committed");
    assert_eq!(std::fs::read_dir(held).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_program_runs_only_where_the_clone_lets_it() {
    let desk =
        desk("- {name: log, on: [comment], then: {run: [sh, -c, \"cat > heard.json; echo $LOKET_EVENT > event\"]}}\n");
    let id = desk.opened("Smoke --from ann@example.com -m Text.");
    desk.call(format!("note {id} -m Inside.")).run().exits(0).says(&["git config loket.run true"]);
    assert!(!desk.path().join("heard.json").exists());
    desk.git("config loket.run true");
    desk.ok(format!("note {id} -m Again."));
    let heard: Value = serde_json::from_str(&desk.read("heard.json")).unwrap();
    assert_eq!((heard["id"].as_str(), heard["thread"][1]["body"].as_str()), (Some(id.as_str()), Some("Again.\n")));
    assert_eq!(desk.read("event"), "comment\n");
}

#[cfg(unix)]
#[test]
fn a_rule_on_tick_calls_once() {
    let desk =
        desk("- {name: old, on: [tick], when: \"created:<now-1d\", then: {run: [sh, -c, \"echo x >> ../called\"]}}\n");
    desk.git("config loket.run true");
    desk.opened("Smoke --from ann@example.com -m Text.");
    desk.at("2026-11-24T09:00:00Z");
    let ticked = desk.json("tick");
    assert!(ticked["events"].as_array().unwrap().iter().any(|event| event["event"] == "rule old"), "{ticked}");
    desk.ok("tick");
    desk.at("2026-11-25T09:00:00Z");
    desk.ok("tick");
    assert_eq!(std::fs::read_to_string(desk.path().join("../called")).unwrap(), "x\n");
}

#[test]
fn a_program_that_fails_is_told_and_tried_again() {
    let desk = desk("- {name: log, on: [comment], then: {run: [sh, -c, \"echo broken pipe dream >&2; exit 3\"]}}\n");
    desk.git("config loket.run true");
    let id = desk.opened("Smoke --from ann@example.com -m Text.");
    desk.call(format!("note {id} -m Again.")).run().exits(0).says(&["sh: exit status: 3: broken pipe dream"]);
    assert_eq!(waiting(&desk), 1);
}

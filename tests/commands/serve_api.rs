//! The API of `serve`, as programs use it.

use std::io::Write;
use std::process::{Command, Stdio};

use insta::assert_snapshot;

use super::serve::desk;
use crate::support::{Desk, Portal, search_path};

#[test]
fn programs_write_with_a_token() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let token = desk.ok("api-token new phone").text().to_owned();
    let narrow = desk.ok("api-token new chat --scope messages").text().to_owned();
    let ticket = r#"{"subject": "A call", "text": "They called.", "email": "bob@example.com", "name": "Bob", "channel": "phone", "tags": ["call"], "fields": {"product": "app"}, "files": [{"name": "a.txt", "content": "aGk="}]}"#;
    let key = [("Idempotency-Key", "call-1")];
    let made = portal.call("/api/v1/tickets", &token, &key, ticket);
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert!(made.json()["url"].as_str().unwrap().starts_with("https://help.acme.example/t/"));
    assert_eq!((desk.value(&id, "channel"), desk.value(&id, "tags")), ("phone".into(), serde_json::json!(["call"])));
    let again = portal.call("/api/v1/tickets", &token, &key, ticket);
    assert_eq!((again.status, again.json()["id"].as_str()), (200, Some(id.as_str())));
    let message = format!(r#"{{"ticket": "{id}", "text": "More.", "channel": "chat"}}"#);
    let said = portal.call("/api/v1/messages", &narrow, &[("Idempotency-Key", "m1")], &message);
    assert_eq!(said.status, 201, "{}", said.text());
    assert_eq!(portal.call("/api/v1/messages", &narrow, &[("Idempotency-Key", "m1")], &message).status, 200);
    assert_eq!(desk.json(format!("show {id}"))["thread"].as_array().unwrap().len(), 1);
    for (path, token, body, status) in [
        ("/api/v1/tickets", narrow.as_str(), ticket, 403),
        ("/api/v1/tickets", "loket_0000", ticket, 401),
        ("/api/v1/tickets", "", ticket, 401),
        ("/api/v1/tickets", &token, "{", 422),
        ("/api/v1/tickets", &token, r#"{"subject": "x", "text": "y", "email": "z"}"#, 422),
        ("/api/v1/tickets", &token, r#"{"subject": "x", "text": "y", "email": "z@x.example", "internal": true}"#, 422),
        ("/api/v1/tickets", &token, r#"{"subject": "x", "text": "y", "email": "z@x.example", "channel": "x"}"#, 422),
        (
            "/api/v1/tickets",
            &token,
            r#"{"subject": "x", "text": "y", "email": "z@x.example", "files": [{"name": "a", "content": "%"}]}"#,
            422,
        ),
        ("/api/v1/messages", &token, r#"{"ticket": "000000-00000", "text": "y"}"#, 404),
        ("/api/v1/nothing", &token, "{}", 404),
    ] {
        let answer = portal.call(path, token, &[], body);
        assert_eq!(answer.status, status, "{path} {body}: {}", answer.text());
        if answer.header("allow").is_none() {
            assert_eq!(
                answer.header("content-type"),
                Some("application/problem+json"),
                "{path} {body}: {}",
                answer.head
            );
            assert_eq!(answer.json()["status"], status);
        }
    }
    let described = portal.get("/api/v1/openapi.json").json();
    assert!(described["paths"]["/api/v1/tickets"]["post"]["requestBody"].is_object());
    assert_snapshot!(desk.ok("api-token list"), @r"
    NAME   SCOPES             PROOF  CREATED
    phone  tickets, messages  token  2026-11-22T09:00:00Z
    chat   messages           token  2026-11-22T09:00:00Z
    ");
    assert!(!desk.read(".git/loket/api-tokens").contains(&token));
    desk.ok("api-token revoke phone");
    assert_eq!(portal.call("/api/v1/tickets", &token, &[], ticket).status, 401);
    desk.refused("api-token revoke phone", 3);
    desk.refused("api-token new chat", 4);
    desk.refused("api-token new 'a b'", 2);
}

/// What Standard Webhooks sends with a body: an id, a moment and a signature.
fn seal(key: &str, id: &str, moment: &str, body: &str) -> String {
    use base64::Engine;
    use hmac::{Hmac, KeyInit, Mac};
    let base64 = base64::engine::general_purpose::STANDARD;
    let key = base64.decode(key.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{moment}.{body}").as_bytes());
    format!("v1,{}", base64.encode(mac.finalize().into_bytes()))
}

#[test]
fn a_webhook_is_known_by_its_signature() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let key = desk.ok("api-token new shop --signed --scope tickets").text().to_owned();
    let other = desk.ok("api-token new other --signed").text().to_owned();
    let token = desk.ok("api-token new plain").text().to_owned();
    let post = |path: &str, headers: &[(&str, &str)], body: &str| {
        let all = [&[("Content-Type", "application/json")], headers].concat();
        portal.ask("POST", path, &all, body.as_bytes())
    };
    let ticket = r#"{"subject": "An order", "text": "It is late.", "email": "bob@example.com"}"#;
    let now = "1795338000"; // 2026-11-22T09:00:00Z
    let send = |key: &str, id: &str, moment: &str, sealed: &str, sent: &str| {
        let signature = format!("v2,x {} {}", seal(&other, "else", moment, sent), seal(key, id, moment, sealed));
        post(
            "/api/v1/tickets",
            &[("webhook-id", id), ("webhook-timestamp", moment), ("webhook-signature", &signature)],
            sent,
        )
    };
    let made = send(&key, "order-1", now, ticket, ticket);
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    // Once more, as senders do that got no answer.
    let again = send(&key, "order-1", "1795338060", ticket, ticket);
    assert_eq!((again.status, again.json()["id"].as_str()), (200, Some(id.as_str())));
    // What is signed is the id, the moment and the body: nothing of it can be another's.
    let changed = ticket.replace("late", "LATE");
    for (key, id, moment, sent) in [
        (key.as_str(), "order-2", now, changed.as_str()),
        (key.as_str(), "order-2", "1795337699", ticket),
        (key.as_str(), "order-2", "1795338301", ticket),
        (key.as_str(), "order-2", "now", ticket),
        (key.as_str(), "", now, ticket),
        ("whsec_bm90IG9mIHRoaXMgZGVzayBhdCBhbGw=", "order-2", now, ticket),
    ] {
        let answer = send(key, id, moment, ticket, sent);
        assert_eq!((answer.status, answer.json()["status"].as_u64()), (401, Some(401)), "{}", answer.text());
    }
    let sealed = seal(&key, "order-2", now, ticket);
    let signed = [("webhook-id", "order-3"), ("webhook-timestamp", now), ("webhook-signature", sealed.as_str())];
    assert_eq!(post("/api/v1/tickets", &signed, ticket).status, 401);
    // A key allows what it is for; it is no token, and a token is no key.
    let message = format!(r#"{{"ticket": "{id}", "text": "More."}}"#);
    let sealed = seal(&key, "m", now, &message);
    let signed = [("webhook-id", "m"), ("webhook-timestamp", now), ("webhook-signature", sealed.as_str())];
    assert_eq!(post("/api/v1/messages", &signed, &message).status, 403);
    assert_eq!(portal.call("/api/v1/tickets", &key, &[], ticket).status, 401);
    assert_eq!(portal.call("/api/v1/tickets", &token, &[], ticket).status, 201);
    assert_eq!(desk.json("list").as_array().unwrap().len(), 2);
    assert_snapshot!(desk.ok("api-token list"), @r"
    NAME   SCOPES             PROOF      CREATED
    shop   tickets            signature  2026-11-22T09:00:00Z
    other  tickets, messages  signature  2026-11-22T09:00:00Z
    plain  tickets, messages  token      2026-11-22T09:00:00Z
    ");
    let kept = std::fs::metadata(desk.path().join(".git/loket/api-tokens")).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&kept.permissions()) & 0o077, 0);
    desk.ok("api-token revoke shop");
    assert_eq!(send(&key, "order-4", now, ticket, ticket).status, 401);
}

/// Runs a program of the examples; gives its status and what it printed.
fn adapter(desk: &Desk, variables: &[(&str, &str)], words: &[&str], input: &str) -> (Option<i32>, String) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/portal");
    let mut command = Command::new(if words[0].ends_with(".py") { "python3" } else { "sh" });
    command.arg(folder.join(words[0])).args(&words[1..]).current_dir(desk.home()).env_clear();
    command.env("PATH", search_path()).env("HOME", desk.home()).env("LOKET_DESK", desk.path());
    command.env("PYTHONDONTWRITEBYTECODE", "1").envs(variables.iter().copied());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    (done.status.code(), String::from_utf8(done.stdout).unwrap().trim().to_owned())
}

#[test]
fn the_adapters_of_the_examples_make_tickets() {
    if Command::new("python3").arg("--version").output().is_err() {
        return eprintln!("SKIPPED: there is no python3");
    }
    let desk = desk();
    // Who signs has a clock of its own.
    let now = Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ"]).output().unwrap().stdout;
    desk.at(String::from_utf8(now).unwrap().trim());
    let portal = Portal::of(&desk);
    let url = format!("http://127.0.0.1:{}", portal.port);
    let token = desk.ok("api-token new plain").text().to_owned();
    let key = desk.ok("api-token new signing --signed").text().to_owned();
    let chat = "{\"from\": \"Ann\", \"text\": \"Hello\\nthere <!-- x\", \"time\": \"2026-11-22T09:00:00Z\"}\n";
    let post = r#"{"author": "Bo", "handle": "@Bo@social.example", "text": "Is it down?", "url": "https://social.example/1", "id": 1}"#;
    for secret in [&token, &key] {
        let variables = [("LOKET_URL", url.as_str()), ("LOKET_TOKEN", secret)];
        let run = |words: &[&str], input: &str| adapter(&desk, &variables, words, input);
        let (status, id) = run(&["chat.py", "--email", "ann@example.com", "--subject", "Chat"], chat);
        assert_eq!((status, desk.value(&id, "channel")), (Some(0), "chat".into()), "{id}");
        assert!(desk.json(format!("show {id}"))["body"].as_str().unwrap().contains("**Ann**"));
        assert_eq!(run(&["chat.py", "--email", "ann@example.com", "--subject", "Chat"], chat), (Some(0), id));
        let (status, id) = run(&["social.py"], post);
        assert_eq!((status, desk.value(&id, "requester")), (Some(0), "bo%40social.example@social.invalid".into()));
        assert_eq!(run(&["social.py"], "{}").0, Some(65));
        assert_eq!(run(&["chat.py", "--email", "nobody"], chat).0, Some(1));
    }
    let wrong = [("LOKET_URL", url.as_str()), ("LOKET_TOKEN", "whsec_bm90IG9mIHRoaXMgZGVzayBhdCBhbGw=")];
    assert_eq!(adapter(&desk, &wrong, &["social.py"], post).0, Some(1));
    assert_eq!(adapter(&desk, &[], &["social.py"], post).0, Some(2));
    let (status, id) = adapter(&desk, &[], &["phone.sh", "ann@example.com", "Cannot log in", "Rings back"], "Help.\n");
    assert_eq!((status, desk.value(&id, "channel")), (Some(0), "phone".into()));
    assert_eq!(desk.json(format!("show {id}"))["thread"][0]["visibility"], "internal");
    assert_eq!(adapter(&desk, &[], &["phone.sh"], "").0, Some(2));
}

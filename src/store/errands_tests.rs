use super::*;
use std::path::Path;
use tempfile::TempDir;

fn queue() -> (TempDir, Errands) {
    let folder = tempfile::tempdir().unwrap();
    let errands = Errands::new(folder.path().join("errands"));
    (folder, errands)
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn noon() -> Timestamp {
    at("2026-11-22T12:00:00Z")
}

fn add(errands: &Errands, key: &str, body: &[u8]) {
    errands.hold(key, body).unwrap();
    errands.release(key).unwrap();
}

fn due_keys(errands: &Errands, now: Timestamp) -> Vec<String> {
    let due = errands.due(now).unwrap();
    assert!(due.broken.is_empty(), "{:?}", due.broken);
    due.errands.into_iter().map(|errand| errand.key).collect()
}

#[test]
fn a_desk_without_the_folder_has_no_errands_and_gets_none() {
    let (folder, errands) = queue();
    assert_eq!(errands.due(noon()).unwrap(), Due::default());
    assert!(errands.held().unwrap().is_empty() && errands.aside().unwrap().is_empty());
    assert_eq!(errands.waiting().unwrap(), 0);
    errands.release("none").unwrap();
    errands.drop_held("none").unwrap();
    errands.done("none").unwrap();
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn an_errand_is_held_released_and_done() {
    let (_folder, errands) = queue();
    errands.hold("a-1", b"{\"x\": \"\xc3\xa9\"}").unwrap();
    assert_eq!(errands.held().unwrap(), ["a-1"]);
    assert!(due_keys(&errands, noon()).is_empty());
    assert_eq!(errands.waiting().unwrap(), 0);

    errands.release("a-1").unwrap();
    errands.release("a-1").unwrap();
    assert!(errands.held().unwrap().is_empty());
    assert_eq!(errands.waiting().unwrap(), 1);
    let due = errands.due(noon()).unwrap().errands;
    assert_eq!((due[0].key.as_str(), due[0].tries, due[0].not_before), ("a-1", 0, None));
    assert_eq!(due[0].body, "{\"x\": \"é\"}".as_bytes());

    errands.done("a-1").unwrap();
    assert_eq!(errands.waiting().unwrap(), 0);
}

#[test]
fn a_held_errand_can_be_dropped_or_replaced() {
    let (_folder, errands) = queue();
    errands.hold("a", b"1").unwrap();
    errands.hold("a", b"2").unwrap();
    errands.hold("b", b"3").unwrap();
    errands.drop_held("b").unwrap();
    errands.release("a").unwrap();
    errands.release("b").unwrap();
    let due = errands.due(noon()).unwrap().errands;
    assert_eq!(due.iter().map(|errand| errand.body.as_slice()).collect::<Vec<_>>(), [b"2"]);
}

#[test]
fn bodies_that_are_no_text_come_back_as_they_were() {
    let (_folder, errands) = queue();
    let body: Vec<u8> = (0..=255).collect();
    add(&errands, "bytes", &body);
    assert_eq!(errands.due(noon()).unwrap().errands[0].body, body);
}

#[test]
fn keys_are_safe_file_names() {
    let (_folder, errands) = queue();
    for wrong in ["", ".", "..", "a/b", "a.b", "a b", "ä", "a\0", &"a".repeat(201)] {
        assert!(errands.hold(wrong, b"").is_err(), "{wrong:?}");
        assert!(errands.release(wrong).is_err() && errands.done(wrong).is_err() && errands.retry(wrong).is_err());
        assert!(errands.failed(wrong, noon(), "", None).is_err());
    }
    add(&errands, &"a".repeat(200), b"");
}

#[test]
fn errands_come_in_the_order_they_were_made() {
    let (_folder, errands) = queue();
    let keys = ["z", "b", "y", "a", "x", "c"];
    for key in keys {
        errands.hold(key, b"").unwrap();
    }
    for key in ["a", "c", "b", "x", "y", "z"] {
        errands.release(key).unwrap();
    }
    assert_eq!(due_keys(&errands, noon()), keys);
    let Again::At(next) = errands.failed("b", noon(), "no", None).unwrap() else { panic!("given up") };
    assert_eq!(due_keys(&errands, noon()), ["z", "y", "a", "x", "c"]);
    assert_eq!(due_keys(&errands, next), keys);
}

#[test]
fn failures_put_off_for_longer_each_time_and_in_the_end_for_good() {
    let (_folder, errands) = queue();
    add(&errands, "a", b"body");
    let minutes = [1, 5, 30, 120, 300, 720, 1440, 1440, 1440];
    let mut now = noon();
    for (place, minutes) in minutes.into_iter().enumerate() {
        let next = now + SignedDuration::from_mins(minutes);
        assert_eq!(errands.failed("a", now, "500", None).unwrap(), Again::At(next));
        assert!(due_keys(&errands, next - SignedDuration::from_secs(1)).is_empty());
        assert_eq!(errands.waiting().unwrap(), 1);
        let due = errands.due(next).unwrap().errands;
        assert_eq!((due[0].tries as usize, due[0].said.as_deref()), (place + 1, Some("500")));
        now = next;
    }
    assert_eq!(errands.failed("a", now, "500 at last", None).unwrap(), Again::Never);
    assert_eq!(errands.waiting().unwrap(), 0);
    let aside = errands.aside().unwrap();
    assert_eq!((aside[0].key.as_str(), aside[0].said.as_deref()), ("a", Some("500 at last")));
    assert!(errands.failed("a", now, "", None).is_err());

    errands.retry("a").unwrap();
    assert!(errands.aside().unwrap().is_empty());
    let due = errands.due(noon()).unwrap().errands;
    assert_eq!((due[0].tries, due[0].body.as_slice()), (0, b"body".as_slice()));
}

#[test]
fn what_the_other_side_asks_for_counts_where_it_is_longer() {
    let (_folder, errands) = queue();
    add(&errands, "a", b"");
    let asked = |seconds| errands.failed("a", noon(), "", Some(Duration::from_secs(seconds))).unwrap();
    assert_eq!(asked(7), Again::At(noon() + SignedDuration::from_secs(60)));
    assert_eq!(asked(3600), Again::At(noon() + SignedDuration::from_secs(3600)));
    assert_eq!(asked(u64::MAX), Again::At(noon() + SignedDuration::from_mins(30)));
    assert_eq!(asked(1_000_000), Again::At(noon() + LONGEST));
}

#[test]
fn a_clock_that_was_wrong_does_not_put_off_for_years() {
    let (_folder, errands) = queue();
    add(&errands, "a", b"");
    errands.failed("a", at("2036-01-01T00:00:00Z"), "", None).unwrap();
    assert_eq!(due_keys(&errands, noon()), ["a"]);
}

#[test]
fn what_would_not_help_is_given_up_at_once() {
    let (_folder, errands) = queue();
    add(&errands, "a", b"");
    errands.give_up("a", "404").unwrap();
    assert_eq!(errands.waiting().unwrap(), 0);
    assert_eq!(errands.aside().unwrap()[0].said.as_deref(), Some("404"));
}

#[test]
fn a_kill_while_giving_up_or_retrying_loses_nothing() {
    let (folder, errands) = queue();
    let path = |state: &str| folder.path().join("errands").join(state).join("a.json");
    add(&errands, "a", b"");
    let before = std::fs::read(path(DUE)).unwrap();
    errands.give_up("a", "404").unwrap();
    std::fs::write(path(DUE), before).unwrap();
    errands.give_up("a", "404").unwrap();
    assert_eq!((errands.waiting().unwrap(), errands.aside().unwrap().len()), (0, 1));
}

#[test]
fn half_written_files_are_no_errands_and_are_swept_when_old() {
    let (folder, errands) = queue();
    errands.hold("a", b"").unwrap();
    let partial = |name: &str| folder.path().join("errands/held").join(name);
    for name in [".partial-new", ".partial-old"] {
        std::fs::write(partial(name), "{\"made\": \"20").unwrap();
    }
    let old = OpenOptions::new().append(true).open(partial(".partial-old")).unwrap();
    old.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(errands.held().unwrap(), ["a"]);
    assert!(partial(".partial-new").exists() && !partial(".partial-old").exists());
    assert!(partial("a.json").exists());
}

#[test]
fn what_cannot_be_read_is_set_aside_and_told_and_holds_nobody_up() {
    let (folder, errands) = queue();
    add(&errands, "good", b"1");
    let due = folder.path().join("errands/due");
    std::fs::write(due.join("cut.json"), "{\"made\": \"2026-11-22T12:00:00Z\", \"bo").unwrap();
    std::fs::write(due.join("empty.json"), "").unwrap();
    let base64 = "{\"made\": \"2026-11-22T12:00:00Z\", \"body\": {\"base64\": \"!\"}}";
    std::fs::write(due.join("base64.json"), base64).unwrap();
    std::fs::create_dir(due.join("folder.json")).unwrap();
    std::fs::write(due.join("not an errand.json"), "").unwrap();

    let found = errands.due(noon()).unwrap();
    assert_eq!(found.errands.iter().map(|errand| errand.key.as_str()).collect::<Vec<_>>(), ["good"]);
    assert_eq!(found.broken.len(), 4, "{:?}", found.broken);
    assert!(found.broken.iter().all(|told| told.contains("broken")), "{:?}", found.broken);
    assert_eq!(due_keys(&errands, noon()), ["good"]);
    let aside: Vec<String> = errands.aside().unwrap().into_iter().map(|aside| aside.key).collect();
    assert_eq!(aside, ["base64", "cut", "empty", "folder"]);
    assert!(folder.path().join("errands/broken/cut.json").is_file());
}

#[test]
fn an_errand_that_is_gone_meanwhile_is_no_trouble() {
    let (_folder, errands) = queue();
    add(&errands, "a", b"");
    errands.done("a").unwrap();
    assert!(due_keys(&errands, noon()).is_empty());
    assert!(errands.failed("a", noon(), "", None).is_err());
}

#[test]
fn there_is_one_runner_at_a_time() {
    let (folder, errands) = queue();
    let other = Errands::new(folder.path().join("errands"));
    let runner = errands.runner().unwrap();
    assert!(runner.is_some());
    assert!(other.runner().unwrap().is_none());
    drop(runner);
    assert!(other.runner().unwrap().is_some());
}

/// What the file of an errand looks like is what older and newer versions have to agree on.
#[test]
fn the_file_is_readable() {
    let (folder, errands) = queue();
    add(&errands, "a", b"{\"ticket\": 1}");
    errands.failed("a", noon(), "500", None).unwrap();
    let read = |path: &Path| serde_json::from_slice::<serde_json::Value>(&std::fs::read(path).unwrap()).unwrap();
    let mut file = read(&folder.path().join("errands/due/a.json"));
    assert!(file["made"].take().is_string());
    let body = serde_json::json!({"text": "{\"ticket\": 1}"});
    let wanted = serde_json::json!({
        "made": null, "tries": 1, "not-before": "2026-11-22T12:01:00Z", "said": "500", "body": body
    });
    assert_eq!(file, wanted);
}

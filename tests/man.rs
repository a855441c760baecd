//! The man pages under `man/` are those of this program, and those written by hand leave nothing out.
//! `LOKET_BLESS=1` writes the generated ones.

#![allow(clippy::disallowed_methods, reason = "a test has its own environment and writes its own files")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use loket::domain::finding::CODES;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn loket(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loket"));
    command.args(arguments).env("NO_COLOR", "1").env_remove("COLUMNS");
    let done = command.output().unwrap();
    assert!(done.status.success(), "loket {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// Name and text of the files of a folder.
fn pages(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// The committed page, without the marks of roff that part words.
fn written(name: &str) -> String {
    std::fs::read_to_string(root().join("man").join(name)).unwrap().replace("\\-", "-")
}

#[test]
fn the_pages_are_those_of_this_program() {
    let fresh = tempfile::tempdir().unwrap();
    loket(&["man", fresh.path().to_str().unwrap()]);
    let (said, is) = (pages(&root().join("man")), pages(fresh.path()));
    if said == is {
        return;
    }
    if std::env::var_os("LOKET_BLESS").is_none() {
        let names = said.keys().chain(is.keys());
        let stale: Vec<&String> = names.filter(|name| said.get(*name) != is.get(*name)).collect();
        panic!("stale in man/: {stale:?}; LOKET_BLESS=1 writes them");
    }
    for name in said.keys().filter(|name| !is.contains_key(*name)) {
        assert!(name.ends_with(".1"), "{name} is written by hand and not among the pages of `loket man`");
        std::fs::remove_file(root().join("man").join(name)).unwrap();
    }
    for (name, text) in &is {
        std::fs::write(root().join("man").join(name), text).unwrap();
    }
}

/// The commands that a help text lists.
fn commands(help: &str) -> Vec<&str> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = list.filter(|line| !line.starts_with("    ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").collect()
}

#[test]
fn every_command_has_a_page() {
    let have = pages(&root().join("man"));
    let top = loket(&["--help"]);
    let mut want = vec!["loket.1".to_owned()];
    for command in commands(&top) {
        want.push(format!("loket-{command}.1"));
        let help = loket(&[command, "--help"]);
        want.extend(commands(&help).into_iter().map(|part| format!("loket-{command}-{part}.1")));
    }
    assert!(want.len() > 30, "{want:?}");
    let missing: Vec<&String> = want.iter().filter(|name| !have.contains_key(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The texts in double quotes of one constant of a source, `("…"` only where `pairs`.
fn texts(source: &str, constant: &str, pairs: bool) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(source)).unwrap();
    let (_, rest) = text.split_once(&format!("const {constant}:")).unwrap_or_else(|| panic!("{source}: {constant}"));
    let (_, list) = rest.split_once('=').unwrap();
    let (list, _) = list.split_once("];").unwrap();
    let names = list.split('"').skip(1).step_by(2).map(str::to_owned);
    let before: Vec<&str> = list.split('"').step_by(2).collect();
    names.zip(before).filter(|(_, before)| !pairs || before.trim_end().ends_with('(')).map(|(name, _)| name).collect()
}

/// Which of the names a page does not show in bold, as an entry or in a table.
fn missing(page: &str, names: Vec<String>) -> Vec<String> {
    assert!(names.len() > 2, "{names:?}");
    let page = written(page);
    let shown = |name: &String| {
        let bold = [format!("\\fB{name}\\fR"), format!("\\fB{name}:"), format!("\\fB{name}\n")];
        bold.iter().any(|form| page.contains(form))
            || page
                .lines()
                .filter_map(|line| line.strip_prefix(".B"))
                .any(|line| line.split([' ', ',', ':', '"']).any(|word| word.trim_end_matches("\\fR") == name))
    };
    names.into_iter().filter(|name| !shown(name)).collect()
}

#[test]
fn every_key_of_a_ticket_is_in_the_format() {
    let keys = texts("src/format/ticket.rs", "ORDER", false);
    assert!(keys.contains(&"merged-into".to_owned()));
    assert_eq!(missing("loket-format.5", keys), [""; 0]);
}

#[test]
fn every_key_of_a_comment_is_in_the_format() {
    let keys = texts("src/format/comment.rs", "KEYS", false);
    assert!(keys.contains(&"delivered".to_owned()));
    // loket writes no `from`: the author of a message is its sender.
    let keys = keys.into_iter().filter(|key| key != "from").collect();
    assert_eq!(missing("loket-format.5", keys), [""; 0]);
}

#[test]
fn every_setting_of_mail_is_in_its_page() {
    let keys = texts("src/format/settings.rs", "MAIL_KEYS", false);
    assert!(keys.contains(&"password-command".to_owned()));
    assert_eq!(missing("loket-mail.7", keys.clone()), [""; 0]);
    assert_eq!(missing("loket-format.5", keys), [""; 0]);
}

#[test]
fn every_name_of_a_query_is_in_its_page() {
    let names = texts("src/domain/query/names.rs", "NAMES", true);
    assert!(names.contains(&"answered-by".to_owned()));
    assert_eq!(missing("loket-query.7", names), [""; 0]);
    for (constant, prefix) in [("IS", "is"), ("HAS", "has")] {
        let values = texts("src/domain/query/names.rs", constant, true);
        let terms = values.into_iter().map(|value| format!("{prefix}:{value}"));
        let page = written("loket-query.7");
        let lacking: Vec<String> = terms.filter(|term| !page.contains(&format!("\n.B {term}\n"))).collect();
        assert_eq!(lacking, [""; 0]);
    }
}

#[test]
fn every_code_of_check_is_in_its_page() {
    let mut codes: Vec<(&str, &str)> = CODES.iter().map(|code| (code.name, code.level.name())).collect();
    let page = written("loket-check.7");
    // `.BR link-file " (error)"`
    let entries = page.lines().filter_map(|line| line.strip_prefix(".BR ")?.strip_suffix(")\"")?.split_once(" \" ("));
    let mut told: Vec<(&str, &str)> = entries.collect();
    let told_in_all = told.len();
    codes.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, codes);
    for part in ["\n.IR Example :\n", "\n.IR Remedy :\n"] {
        assert_eq!(page.matches(part).count(), told_in_all, "{part}");
    }
}

/// The keys of a JSON object, those of objects within it too, but not those of `fields`.
fn keys(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(pairs) => {
            for (key, value) in pairs {
                found.push(key.clone());
                if key != "fields" && key != "ticket" {
                    keys(value, found);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        _ => {}
    }
}

#[test]
fn every_key_of_the_json_is_in_its_page() {
    let base = tempfile::tempdir().unwrap();
    let home = base.path();
    std::fs::write(home.join(".gitconfig"), "[user]\n\tname = Jo\n\temail = jo@acme.example\n").unwrap();
    let run = |arguments: &[&str]| -> serde_json::Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loket"));
        command.args(arguments).current_dir(home).env("HOME", home).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("LOKET_DESK", home.join("desk")).env("LOKET_NOW", "2026-11-22T09:00:00Z").stdin(Stdio::null());
        command.env_remove("LOKET_AGENT").env_remove("XDG_CONFIG_HOME");
        let done: Output = command.output().unwrap();
        let text = String::from_utf8(if done.stdout.is_empty() { done.stderr } else { done.stdout }).unwrap();
        serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text))
    };
    let file = PathBuf::from(home).join("a.txt");
    std::fs::write(&file, "a").unwrap();
    let message = "From: ann@example.com\nSubject: Four\nMessage-ID: <four@example.com>\n\nHi.\n";
    std::fs::write(home.join("four.eml"), message).unwrap();
    std::fs::create_dir(home.join("desk")).unwrap();
    std::fs::write(home.join("desk/loket.yaml"), "mail: {address: support@acme.example}\n").unwrap();
    run(&["init", "desk"]);
    let first = run(&["new", "One", "-m", "x", "--from", "ann@example.com", "--attach", "a.txt", "--json"]);
    let second = run(&["new", "Two", "--json"]);
    let (first, second) = (first["id"].as_str().unwrap().to_owned(), second["id"].as_str().unwrap().to_owned());
    let answers = [
        run(&["reply", &first, "-m", "y", "--attach", "a.txt", "--json"]),
        run(&["link", &first, "parent", &second, "--json"]),
        run(&["merge", &second, &first, "--json"]),
        run(&["note", &second, "-m", "z", "--json"]),
        run(&["new", "Three", "--json"]),
        run(&["show", &first, "--json"]),
        run(&["list", "", "--json"]),
        run(&["list", "", "--count", "--json"]),
        run(&["list", "", "--group-by", "status", "--json"]),
        run(&["log", "--json"]),
        run(&["tidy", "--dry-run", "--json"]),
        run(&["backup", "full.bundle", "--json"]),
        run(&["backup", "verify", "full.bundle", "--json"]),
        run(&["undo", "--json"]),
        run(&["search", "x", "--json"]),
        run(&["view", "list", "--json"]),
        run(&["people", "away", "jo", "--from", "2026-12-01", "--to", "2026-12-02", "--json"]),
        run(&["people", "list", "--json"]),
        run(&["customer", "new", "ann", "--name", "Ann", "--json"]),
        run(&["customer", "list", "--json"]),
        run(&["kb", "new", "VPN", "--category", "network", "-m", "See [that](that.md).", "--json"]),
        run(&["kb", "show", "vpn", "--json"]),
        run(&["kb", "links", "--json"]),
        run(&["kb", "links", "--fix", "--json"]),
        run(&["process", "list", "--json"]),
        run(&["process", "show", "intake", "--json"]),
        run(&["process", "run", "intake", &first, "--answer", "who=ann@example.com", "--json"]),
        run(&["portal", "build", "--out", "site", "--json"]),
        run(&["api-token", "new", "shop", "--json"]),
        run(&["api-token", "list", "--json"]),
        run(&["check", "--json"]),
        run(&["index", "status", "--json"]),
        run(&["mail", "classify", "four.eml", "--json"]),
        run(&["mail", "trim", "four.eml", "--json"]),
        run(&["mail", "ingest", "four.eml", "--json"]),
        run(&["mail", "send", "--dry-run", "outbox", "--json"]),
        run(&["mail", "ingest", "none.eml", "--json"]),
        run(&["export", "jsonl", &format!("id:{first}")]),
        run(&["import", "jsonl", "a.txt", "--dry-run", "--json"]),
        run(&["show", "zzzz", "--json"]),
    ];
    let page = written("loket-json.5");
    let mut lacking = Vec::new();
    for answer in &answers {
        let mut found = Vec::new();
        keys(answer, &mut found);
        assert!(!found.is_empty(), "{answer}");
        lacking.extend(found.into_iter().filter(|key| !page.contains(&format!("\\fB{key}\\fR"))));
    }
    lacking.sort();
    lacking.dedup();
    assert_eq!(lacking, [""; 0]);
}

/// Runs a program on a text; `None` where there is no such program.
fn pipe(program: &str, arguments: &[&str], text: &str) -> Option<Output> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).arg(file.path()).stdin(Stdio::null());
    command.output().ok()
}

#[test]
fn the_pages_written_by_hand_render() {
    let all = std::fs::read_dir(root().join("man")).unwrap().map(|entry| entry.unwrap().path());
    for path in all.filter(|path| path.extension().is_some_and(|kind| kind != "1")) {
        let (name, text) = (path.display(), std::fs::read_to_string(&path).unwrap());
        let Some(done) = pipe("groff", &["-t", "-man", "-Tutf8", "-ww"], &text) else { return };
        assert!(done.status.success() && done.stderr.is_empty(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn completions_are_read_by_their_shells() {
    for shell in ["bash", "zsh", "fish"] {
        let script = loket(&["completions", shell]);
        assert!(script.contains("escalate"), "{shell}");
        let Some(done) = pipe(shell, &["-n"], &script) else { continue };
        assert!(done.status.success() && done.stderr.is_empty(), "{shell}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

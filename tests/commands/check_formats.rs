//! What `check` says for people, for GitHub and for code scanning; and that no secret is ever in it.

use insta::assert_snapshot;
use loket::domain::finding::CODES;
use serde_json::{Value, json};

use crate::support::Desk;

const FORMATS: [&str; 9] = ["table", "text", "json", "jsonl", "github", "sarif", "csv", "md", "ids"];

/// A desk with one article that is public, at a path of `kb/`.
fn desk(path: &str, body: &str) -> Desk {
    let desk = Desk::acme();
    desk.write(&format!("kb/{path}"), format!("---\ntitle: One\nvisibility: public\n---\n{body}\n"));
    desk.commit("an article");
    desk
}

/// Put together here, so that none stands in this file: a token, a private key, a password.
fn secrets() -> [String; 3] {
    let token = format!("gh{}_{}", 'p', "Zq7".repeat(12));
    let key = format!("-----BEGIN {0} KEY-----\nMIIzebra{1}\n-----END {0} KEY-----", "RSA PRIVATE", "k3y");
    [token, key, format!("zebra-hunt3r-{}", 42)]
}

/// What may not be printed of a secret.
fn marks() -> [String; 3] {
    ["Zq7".repeat(4), format!("MIIzebra{}", "k3y"), "zebra-hunt3r".to_owned()]
}

#[test]
fn people_read_a_line_with_its_place_and_a_hint() {
    let desk = desk("a/one.md", "# Set up\n\nSee [x](#setup) and [[on]].");
    assert_snapshot!(desk.run("check"), @"
        kb/a/one.md:7:5: error link-anchor: there is no heading '#setup'
            did you mean '#set-up'?
        kb/a/one.md:7:21: error link-slug: [[on]]: there is no such article
            did you mean 'one'?
        ! 2 errors
        exit 1
        ");
    assert_eq!(desk.run("check -o text").stdout, desk.run("check").stdout);
    assert_eq!(desk.run("check -o ids").stdout, "kb/a/one.md\n");
}

#[test]
fn json_has_the_keys_that_are_promised() {
    let desk = desk("a/one.md", "See [x](gone.md).");
    let one = json!([{"level": "error", "code": "link-file", "path": "kb/a/one.md", "line": 5, "column": 5,
        "message": "'gone.md' is no file of this desk", "hint": null}]);
    assert_eq!(desk.run("check -o json").json(), one);
    assert_eq!(desk.run("check -o jsonl").json(), one[0]);
    assert_eq!(Desk::new().json("check"), json!([]));
}

#[test]
fn github_takes_what_is_written_as_it_is_meant() {
    let desk = desk("a,b/o:n%e.md", "See [x](50%25,gone:x.md).");
    let done = desk.run("check -o github");
    let line = done.lines()[0].to_owned();
    let (head, message) = line[2..].split_once("::").unwrap();
    assert_eq!(head, "error file=kb/a%2Cb/o%3An%25e.md,line=5,col=5,title=link-file");
    assert_eq!(message, "'50%2525,gone:x.md' is no file of this desk");
    assert_eq!(done.lines().len(), 1, "{done}");
}

#[test]
fn github_is_told_the_hint_in_the_same_command() {
    let desk = desk("a/one.md", "See [[on]].");
    assert_eq!(
        desk.run("check -o github").stdout,
        "::error file=kb/a/one.md,line=5,col=5,title=link-slug::[[on]]: there is no such article%0Adid you mean 'one'?\n"
    );
    desk.write("kb/a/two.md", "---\ntitle: Two\nvisibility: public\n---\n[x](<\n::error::x>) [y](&#10;::error::y)\n");
    desk.write("policy/a\n::error::b.yaml", "a: b\n");
    desk.commit("hostile names");
    let done = desk.run("check -o github");
    assert!(
        done.lines().iter().all(|line| line.starts_with("::error file=") || line.starts_with("::warning file=")),
        "{done}"
    );
    assert!(done.stdout.contains("file=policy/a%0A%3A%3Aerror%3A%3Ab.yaml,"), "{done}");
}

#[test]
fn sarif_is_what_code_scanning_takes() {
    let desk = desk("a b/é%#[x].md", "See [x](gone.md) and [[x]].\n\n[y](#z)");
    let told = desk.run("check -o sarif").exits(1).json();
    assert_eq!(told["version"], "2.1.0");
    let run = &told["runs"][0];
    assert_eq!(told["runs"].as_array().unwrap().len(), 1);
    let rules: Vec<&str> = rows(&run["tool"]["driver"]["rules"]).map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(rules, CODES.iter().map(|code| code.name).collect::<Vec<_>>());
    for rule in rows(&run["tool"]["driver"]["rules"]) {
        assert!(!rule["shortDescription"]["text"].as_str().unwrap().is_empty(), "{rule}");
        assert!(["error", "warning"].contains(&rule["defaultConfiguration"]["level"].as_str().unwrap()), "{rule}");
    }
    let found = desk.run("check -o json").json();
    assert_eq!(rows(&run["results"]).count(), rows(&found).count());
    for (result, finding) in rows(&run["results"]).zip(rows(&found)) {
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "kb/a%20b/%C3%A9%25%23%5Bx%5D.md");
        assert_eq!(place["region"], json!({"startLine": finding["line"], "startColumn": finding["column"]}));
        assert_eq!((&result["ruleId"], &result["level"]), (&finding["code"], &finding["level"]));
        assert!(result["message"]["text"].as_str().unwrap().starts_with(finding["message"].as_str().unwrap()));
    }
    let clean = Desk::new().ok("check -o sarif").json();
    assert_eq!(clean["runs"][0]["results"], json!([]));
}

fn rows(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().unwrap().iter()
}

#[test]
fn control_characters_stay_out_of_what_people_read() {
    let desk = desk("a/one.md", "See [x](<gone\u{1b}[31m.md>).");
    desk.ticket("261122-aaaaa").key("type", "\"\\e[31mwish\\r\\n::error::x\"").write();
    desk.commit("a ticket");
    for format in FORMATS {
        let done = desk.run(format!("check -o {format}")).exits(1);
        assert!(!done.to_string().contains('\u{1b}'), "{format}: {done:?}");
        assert!(!done.stdout.contains('\r'), "{format}: {done:?}");
    }
    assert_eq!(desk.run("check -o github").lines().len(), 2);
}

#[test]
fn secrets_are_found_wherever_they_stand_and_never_said() {
    let desk = Desk::acme();
    let [token, key, password] = secrets();
    let told = format!("pass{}: {password}", "word");
    desk.write("kb/a/one.md", format!("---\ntitle: One\n---\n{token}\n\n{key}\n\n{told}\n"));
    desk.write(
        "kb/a/two.md",
        format!("---\ntitle: Two\ntags: [{token}]\nshoes: '{told}'\n---\n[x]({token}.md) [[{token}]]\n"),
    );
    desk.write("patterns/calm.md", format!("---\ntitle: Calm\n---\n# Response\n\n{token} {told}\n"));
    desk.write(
        "processes/flow.md",
        format!("---\ntitle: Flow\nsteps:\n  a: {{do: '{token}', end: open}}\n---\n{told}\n"),
    );
    desk.write("people/kim.md", format!("---\nname: Kim\n---\n{told}\n"));
    desk.write("customers/ann.md", format!("---\nname: Ann\n---\n{told}\n"));
    desk.write("orgs/acme.md", format!("---\nname: Acme\n---\n{token}\n"));
    desk.write("policy/views.yaml", format!("mine: {{query: 'tag:{token}'}}\n"));
    desk.ticket("261122-aaaaa").body(&token).write();
    desk.comment("261122-aaaaa", "20261122T091500Z").body(&format!("{told}\n\n{key}")).write();
    desk.commit("secrets");
    let found = desk.run("check --json").json();
    let with_code = |path: &str, code: &str| {
        rows(&found).filter(|one| one["path"].as_str().unwrap().starts_with(path) && one["code"] == code).count()
    };
    for (path, keys, passwords) in [
        ("kb/a/one.md", 2, 1),
        ("kb/a/two.md", 3, 1),
        ("patterns/", 1, 1),
        ("processes/", 1, 1),
        ("people/", 0, 1),
        ("customers/", 0, 1),
        ("orgs/", 1, 0),
        ("policy/", 1, 0),
        ("tickets/", 2, 1),
    ] {
        assert_eq!((with_code(path, "secret-key"), with_code(path, "secret-password")), (keys, passwords), "{path}");
    }
    for format in FORMATS {
        let done = desk.run(format!("check -o {format}")).exits(1);
        for mark in marks() {
            assert!(!done.to_string().contains(&mark), "-o {format} says {mark}\n{done}");
        }
    }
}

#[test]
fn what_a_requester_tells_of_themselves_is_a_warning() {
    let desk = Desk::acme();
    let [token, key, password] = secrets();
    desk.ticket("261122-aaaaa").key("requester", "ann@example.com").body(&format!("Mine: {token}")).write();
    let told = format!("pass{}: {password}\n\n{key}", "word");
    desk.comment("261122-aaaaa", "20261122T091500Z").key("author", "ann@example.com").body(&told).write();
    desk.commit("secrets of a requester");
    let found = desk.run("check --json").exits(0).json();
    let levels: Vec<(&Value, &Value)> = rows(&found).map(|one| (&one["code"], &one["level"])).collect();
    let (code, level) = (json!("secret-key"), json!("warning"));
    assert_eq!(levels, [(&code, &level), (&code, &level)], "the password is theirs to tell");
    desk.run("check --strict").exits(1);
    for format in FORMATS {
        let done = desk.run(format!("check -o {format}"));
        for mark in marks() {
            assert!(!done.to_string().contains(&mark), "-o {format} says {mark}\n{done}");
        }
    }
}

#[test]
fn a_format_of_another_command_is_wrong_usage() {
    let desk = Desk::acme();
    desk.refused("check -o html", 2).says(&["gives no html", "github, sarif"]);
    desk.refused("list -o sarif", 2).says(&["gives no sarif", "it gives table, json, jsonl, csv, md, ids"]);
    desk.refused("kb list -o html", 2);
}

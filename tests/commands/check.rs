//! `check`: what is asked for, how it ends, and that a desk in use has nothing wrong.

use serde_json::Value;

use crate::support::Desk;

fn article(desk: &Desk, path: &str, body: &str) {
    desk.write(&format!("kb/{path}.md"), format!("---\ntitle: {path}\nvisibility: public\n---\n{body}\n"));
}

/// `path:line:column code` of every finding.
fn found(desk: &Desk, line: &str) -> Vec<String> {
    let all = desk.run(format!("check --json {line}")).json();
    let all = all.as_array().unwrap();
    all.iter()
        .map(|one: &Value| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            format!("{}:{}:{} {}", text("path"), one["line"], one["column"], text("code"))
        })
        .collect()
}

/// A desk with an error in `kb/a/one.md`, a warning in `kb/b/two.md`, and an error in a ticket.
fn defective() -> Desk {
    let desk = Desk::acme();
    article(&desk, "a/one", "[gone](gone.md)");
    desk.write("kb/b/two.md", "---\nvisibility: draft\n---\nText.\n");
    desk.ticket("261122-aaaaa").key("type", "wish").write();
    desk.commit("defects");
    desk
}

const ONE: &str = "kb/a/one.md:5:1 link-file";
const TWO: &str = "kb/b/two.md:1:1 title-missing";
const TICKET: &str = "tickets/2026/11/22/261122-aaaaa/ticket.md:5:7 type-unknown";

#[test]
fn a_fresh_desk_has_nothing_wrong() {
    let desk = Desk::new();
    assert_eq!(found(&desk, "--strict"), [""; 0]);
    let told = desk.ok("check --strict");
    assert_eq!((told.stdout.as_str(), told.stderr.contains("nothing is wrong")), ("", true), "{told}");
    assert_eq!(found(&Desk::acme(), "--strict"), [""; 0]);
}

#[test]
fn a_desk_in_daily_use_has_nothing_wrong() {
    let desk = Desk::acme();
    desk.write("customers/ann.md", "---\nname: Ann\nemails: [ann@example.com]\n---\n");
    desk.write(
        "processes/flow.md",
        "---\ntitle: Flow\nsteps:\n  who: {ask: Who?, set: requester, next: kind}\n  kind: {ask: What?, options: \
         {broken: {set: {type: incident}, end: wait}, other: {end: open}}}\n---\nUse it.\n",
    );
    desk.write("../note.txt", "attached\n");
    desk.commit("the desk");
    let one = desk.opened("'Cannot log in' --from ann@example.com --assign jo --tag login -m Help.");
    let two = desk.opened("'Again the login' --from bob@example.com -m Help!");
    let three = desk.opened("'Printer' --from bob@example.com --priority high -m 'It burns.'");
    desk.ok(format!("reply {one} --pattern password-reset --no-edit --attach ../note.txt"));
    desk.ok(format!("note {one} -m 'Known since Monday, like #{three}.'"));
    desk.ok(format!("process run flow {three} --answer who=bob@example.com --answer kind=broken"));
    desk.ok(format!("set {three} field.product=portal field.seats=3 field.paid=true field.started=2026-11-01"));
    desk.ok(format!("link {one} related-to {three}"));
    desk.ok(format!("merge {two} {one}"));
    desk.ok(format!("escalate {three} --to second-line -m 'Smoke.'"));
    desk.ok(format!("assign {three} sam"));
    desk.ok(format!("--as sam reply {three} -m 'Unplug it.'"));
    desk.ok(format!("--as sam solve {three}"));
    desk.ok(format!("set {one} tags+=vip"));
    desk.ok(format!("hold {one}"));
    desk.ok("kb new 'Log in' --category login --owner jo --visibility public -m '# First\n\nSee [[printers]].'");
    desk.ok("kb new Printers --category office --visibility public -m 'See [log in](../login/log-in.md#first).'");
    desk.ok("kb new Inloggen --translates log-in --language nl --visibility public -m Tekst.");
    assert_eq!(found(&desk, "--strict"), [""; 0]);
    desk.ok("check --strict");
    desk.is_clean();
}

#[test]
fn what_is_named_is_checked_alone() {
    let desk = defective();
    assert_eq!(found(&desk, ""), [ONE, TWO, TICKET]);
    for (paths, expected) in [
        ("kb", vec![ONE, TWO]),
        ("kb/", vec![ONE, TWO]),
        ("./kb/a", vec![ONE]),
        ("kb/a/one.md", vec![ONE]),
        ("kb/b/two.md kb/a", vec![ONE, TWO]),
        ("tickets", vec![TICKET]),
        ("tickets/2026/11", vec![TICKET]),
        ("tickets/2026/11/22/261122-aaaaa/ticket.md", vec![TICKET]),
        ("people loket.yaml", vec![]),
        (".", vec![ONE, TWO, TICKET]),
        ("people .", vec![ONE, TWO, TICKET]),
    ] {
        assert_eq!(found(&desk, paths), expected, "{paths}");
    }
    for path in ["kb/c", "kb/a/one", "k", "../desk/kb", "kb/a/one.md/x", "''x"] {
        desk.refused(format!("check {path}"), 3).says(&["there is no file"]);
    }
    desk.write("kb/c/new.md", "[gone](gone.md)\n");
    let told = desk.run("check kb/c").exits(3);
    assert!(told.stderr.contains("not committed"), "{told}");
}

#[test]
fn a_twin_outside_of_what_is_named_is_known() {
    let desk = Desk::acme();
    desk.ticket("261122-aaaaa").key("external-id", "7").write();
    desk.ticket("261122-bbbbb").key("external-id", "7").write();
    desk.ticket("261122-ccccc").key("merged-into", "261122-ddddd").write();
    desk.ticket("261122-ddddd").key("merged-into", "261122-ccccc").write();
    desk.commit("twins");
    let day = "tickets/2026/11/22";
    assert_eq!(
        found(&desk, &format!("{day}/261122-bbbbb")),
        [format!("{day}/261122-bbbbb/ticket.md:5:14 external-id-twice")]
    );
    assert_eq!(
        found(&desk, &format!("{day}/261122-ccccc")),
        [format!("{day}/261122-ccccc/ticket.md:5:14 merge-circle")]
    );
}

#[test]
fn it_ends_as_grave_as_the_gravest() {
    let desk = defective();
    desk.run("check").exits(1).says(&["2 errors, 1 warning"]);
    desk.run("check kb/b").exits(0).says(&["1 warning"]);
    desk.run("check kb/b --strict").exits(1).says(&["1 warning"]);
    desk.run("check kb/a").exits(1).says(&["1 error"]);
    desk.run("check people --strict").exits(0).says(&["nothing is wrong"]);
    for format in ["json", "jsonl", "github", "sarif", "csv", "ids", "md"] {
        desk.run(format!("check -o {format}")).exits(1);
        desk.run(format!("check kb/b -o {format}")).exits(0);
        desk.run(format!("check kb/b --strict -o {format}")).exits(1);
    }
    desk.refused("check --since nonsense", 2).says(&["--since nonsense"]);
}

#[test]
fn checking_changes_nothing() {
    let desk = defective();
    desk.unchanged(|| desk.run("check"));
    desk.unchanged(|| desk.run("check --fix"));
    desk.refused("--at HEAD check --fix", 2);
}

#[test]
fn since_tells_what_changed() {
    let desk = defective();
    assert_eq!(found(&desk, "--since HEAD"), [""; 0]);
    assert_eq!(found(&desk, "--since HEAD~1"), [ONE, TWO, TICKET]);
    article(&desk, "a/three", "[[nowhere]]");
    desk.commit("a file more");
    assert_eq!(found(&desk, "--since HEAD~1"), ["kb/a/three.md:5:1 link-slug"]);
    assert_eq!(found(&desk, "--since HEAD~1 kb/a/one.md"), [""; 0]);
    desk.ticket("261122-aaaaa").key("type", "wish").key("tags", "[x]").write();
    desk.commit("the ticket");
    assert_eq!(found(&desk, "--since HEAD~1"), [TICKET]);
    desk.git("tag before HEAD~1");
    assert_eq!(found(&desk, "--since before"), [TICKET]);
}

#[test]
fn since_tells_what_broke_elsewhere() {
    let desk = Desk::acme();
    article(&desk, "b/page", "Text.");
    article(&desk, "b/heading", "# Here\n\nText.");
    article(&desk, "b/slug", "Text.");
    article(&desk, "a/page", "x [p](../b/page.md)");
    article(&desk, "a/heading", "xx [h](../b/heading.md#here)");
    article(&desk, "a/slug", "xxx [[slug-of]] [[b/slug]]");
    article(&desk, "a/old", "[long gone](gone.md) [[never]] [h](../b/heading.md#never)");
    article(&desk, "c/slug-of", "Text.");
    desk.ticket("261122-aaaaa").write();
    article(&desk, "a/ticket", "#261122-aaaaa");
    desk.commit("all");
    desk.remove("kb/b/page.md");
    desk.commit("a page less");
    assert_eq!(found(&desk, "--since HEAD~1"), ["kb/a/page.md:5:3 link-file"]);
    desk.remove("kb/c/slug-of.md");
    desk.commit("a slug less");
    assert_eq!(found(&desk, "--since HEAD~1"), ["kb/a/slug.md:5:5 link-slug"]);
    desk.remove("kb/b/slug.md");
    desk.commit("a slug with its category less");
    assert_eq!(found(&desk, "--since HEAD~1"), ["kb/a/slug.md:5:17 link-slug"]);
    article(&desk, "d/slug", "Another of that slug, elsewhere.");
    desk.commit("a namesake");
    assert_eq!(found(&desk, "--since HEAD~1"), [""; 0]);
    desk.git("rm -rq tickets");
    desk.commit("a ticket less");
    assert_eq!(found(&desk, "--since HEAD~1"), ["kb/a/ticket.md:5:1 link-ticket"]);
    article(&desk, "b/heading", "# There\n\nText.");
    desk.commit("another heading");
    let told = found(&desk, "--since HEAD~1");
    assert!(told.contains(&"kb/a/heading.md:5:4 link-anchor".to_owned()), "{told:?}");
    assert!(!told.iter().any(|one| one.contains("link-file") || one.contains("link-slug")), "{told:?}");
    assert_eq!(found(&desk, "--since HEAD~2 kb/a/ticket.md"), ["kb/a/ticket.md:5:1 link-ticket"]);
}

#[test]
fn fix_mends_first_and_checks_what_is_left() {
    let desk = Desk::acme();
    article(&desk, "a/one", "[two](two.md) [gone](gone.md)");
    article(&desk, "a/two", "A text that is long enough to be known again.");
    desk.commit("two articles");
    desk.git("mv kb/a/two.md kb/a/second.md");
    desk.commit("a rename");
    assert_eq!(found(&desk, ""), ["kb/a/one.md:5:1 link-file", "kb/a/one.md:5:15 link-file"]);
    let before = desk.commits();
    desk.run("check --fix").exits(1).says(&["mended 1 link", "1 error"]);
    assert_eq!(desk.commits(), before + 1);
    assert_eq!(found(&desk, ""), ["kb/a/one.md:5:18 link-file"]);
    desk.is_clean();
}

//! `kb links --fix`: what a rename broke is mended, and nothing else is touched.

use serde_json::{Value, json};

use crate::support::Desk;

/// An article long enough for git to know it again.
fn text(title: &str, body: &str) -> String {
    let words = format!("{title} is a page of its own.\n").repeat(6);
    format!("---\ntitle: {title} # kept\nvisibility: public\n---\n{body}\n\n# Set up\n\n{words}")
}

fn article(desk: &Desk, path: &str, body: &str) {
    desk.write(&format!("kb/{path}.md"), text(path, body));
}

/// `from -> to` of what was mended.
fn mended(view: &Value) -> Vec<String> {
    let rows = view["mended"].as_array().unwrap().iter();
    rows.map(|row| format!("{} -> {}", row["from"].as_str().unwrap(), row["to"].as_str().unwrap())).collect()
}

fn broken(desk: &Desk) -> Vec<Value> {
    desk.json("kb links --broken").as_array().unwrap().clone()
}

/// Mends: before that a dry run says the same and changes nothing, it is one commit, nothing is broken afterwards, and a
/// second run does nothing.
#[track_caller]
fn fixed(desk: &Desk) -> Vec<String> {
    let dry = desk.unchanged(|| desk.json("kb links --fix --dry-run"));
    assert_eq!(dry["commit"], Value::Null);
    let before = desk.commits();
    let view = desk.json("kb links --fix");
    assert_eq!(desk.commits(), before + 1, "{view}");
    assert_eq!(view["commit"], desk.head());
    assert_eq!((&view["mended"], &view["left"]), (&dry["mended"], &dry["left"]));
    assert_eq!(view["left"], json!([]));
    desk.is_clean();
    assert_eq!(broken(desk), [Value::Null; 0]);
    let again = desk.unchanged(|| desk.ok("kb links --fix"));
    assert!(again.stderr.contains("nothing to mend"), "{again}");
    mended(&view)
}

/// The body with every link replaced is all that differs.
#[track_caller]
fn reads(desk: &Desk, path: &str, title: &str, body: &str) {
    assert_eq!(desk.read(&format!("kb/{path}.md")), text(title, body));
}

#[test]
fn a_linked_page_is_followed_and_all_else_kept() {
    let desk = Desk::acme();
    let body = |to: &str| {
        format!(
            "One [a]({to}.md), [b]( <{to}.md#set-up>  \"A *title*\" ), [c]({to}.md?x=1&y=2#set-up 'é') and\r\n\
             ![d]({to}.md \"]( two.md\") [two.md][ref] `[x](two.md)`\n\n[ref]: {to}.md#set-up (title)\n\n\
             ```\n[y](two.md)\n```\n<!-- two.md --> <a href=\"two.md\">two.md</a>"
        )
    };
    article(&desk, "a/one", &body("two"));
    article(&desk, "a/two", "Text.");
    desk.commit("articles");
    desk.git("mv kb/a/two.md kb/a/second.md");
    desk.commit("a rename");
    assert_eq!(broken(&desk).len(), 5);
    let told = fixed(&desk);
    assert_eq!(told.len(), 5, "{told:?}");
    reads(&desk, "a/one", "a/one", &body("second"));
    assert_eq!(desk.git("log -1 --format=%s").trim(), "kb: mend 5 links");
    assert!(desk.git("log -1 --format=%B").contains("Loket-Command: kb links"));
}

#[test]
fn a_page_takes_its_own_links_along() {
    let desk = Desk::acme();
    article(&desk, "a/one", "[two](two.md#set-up) [up](../b/three.md) [file](pic.png \"t\") [self](#set-up)");
    article(&desk, "a/two", "[one](one.md)");
    article(&desk, "b/three", "[[one]]");
    desk.write("kb/a/pic.png", "not really");
    desk.commit("articles");
    std::fs::create_dir_all(desk.path().join("kb/c/d")).unwrap();
    desk.git("mv kb/a/one.md kb/c/d/one.md");
    desk.commit("a move");
    fixed(&desk);
    reads(
        &desk,
        "c/d/one",
        "a/one",
        "[two](../../a/two.md#set-up) [up](../../b/three.md) [file](../../a/pic.png \"t\") [self](#set-up)",
    );
    reads(&desk, "a/two", "a/two", "[one](../c/d/one.md)");
    reads(&desk, "b/three", "b/three", "[[one]]");
}

#[test]
fn both_ends_may_move_in_one_commit_or_in_several() {
    for together in [true, false] {
        let desk = Desk::acme();
        article(&desk, "a/one", "[two](../b/two.md?q#set-up \"t\")");
        article(&desk, "b/two", "[one](../a/one.md)");
        desk.commit("articles");
        std::fs::create_dir_all(desk.path().join("kb/c")).unwrap();
        std::fs::create_dir_all(desk.path().join("kb/d/e")).unwrap();
        desk.git("mv kb/a/one.md kb/c/first.md");
        if !together {
            desk.commit("one");
        }
        desk.git("mv kb/b/two.md kb/d/e/second.md");
        desk.commit("two");
        assert_eq!(fixed(&desk).len(), 2);
        reads(&desk, "c/first", "a/one", "[two](../d/e/second.md?q#set-up \"t\")");
        reads(&desk, "d/e/second", "b/two", "[one](../../c/first.md)");
    }
}

#[test]
fn a_page_that_moved_twice_is_found() {
    let desk = Desk::acme();
    article(&desk, "a/one", "[two](two.md) [[two]]");
    article(&desk, "a/two", "Text.");
    desk.commit("articles");
    desk.git("mv kb/a/two.md kb/a/deux.md");
    desk.commit("a rename");
    desk.git("mv kb/a/deux.md kb/a/zwei.md");
    desk.commit("another");
    assert_eq!(fixed(&desk), ["two.md -> zwei.md", "two -> zwei"]);
}

#[test]
fn a_folder_is_followed() {
    let desk = Desk::acme();
    article(&desk, "a/one", "[two](two.md) [out](../z/out.md#set-up)");
    article(&desk, "a/two", "[deep](deep/three.md)");
    article(&desk, "a/deep/three", "[one](../one.md) ![p](../pics/p%20q.png)");
    article(&desk, "z/out", "[one](../a/one.md) [three](../a/deep/three.md#set-up) [[a/two]]");
    desk.write("kb/a/pics/p q.png", "not really");
    desk.commit("articles");
    std::fs::create_dir_all(desk.path().join("kb/new/home")).unwrap();
    desk.git("mv kb/a kb/new/home/");
    desk.commit("a folder moves");
    fixed(&desk);
    reads(&desk, "new/home/a/one", "a/one", "[two](two.md) [out](../../../z/out.md#set-up)");
    reads(&desk, "new/home/a/two", "a/two", "[deep](deep/three.md)");
    reads(&desk, "new/home/a/deep/three", "a/deep/three", "[one](../one.md) ![p](../pics/p%20q.png)");
    let out = "[one](../new/home/a/one.md) [three](../new/home/a/deep/three.md#set-up)";
    let now = desk.read("kb/z/out.md");
    assert!(now.contains(out), "{now}");
}

#[test]
fn a_slug_is_followed_with_its_anchor_and_text() {
    let desk = Desk::acme();
    article(
        &desk,
        "a/one",
        "[[two]] [[two#set-up|the *way*]] [[two|2]] [[a/two#set-up]] [[kb/a/two]] [[two.md|t]] `[[two]]` [t [[two]]](one.md)",
    );
    article(&desk, "a/two", "Text.");
    desk.commit("articles");
    desk.git("mv kb/a/two.md kb/a/second.md");
    desk.commit("a rename");
    assert_eq!(fixed(&desk).len(), 6);
    let now = desk.read("kb/a/one.md");
    assert!(now.contains("[[second]] [[second#set-up|the *way*]] [[second|2]] "), "{now}");
    assert!(now.contains("[[second]] [[second|t]] `[[two]]` [t [[two]]](one.md)"), "{now}");
}

#[test]
fn a_slug_that_is_another_page_now_is_named_with_its_category() {
    let desk = Desk::acme();
    article(&desk, "a/one", "[[two]]");
    article(&desk, "a/two", "Text.");
    article(&desk, "b/second", "Quite another page, which says other things than the rest of them.");
    desk.commit("articles");
    desk.git("mv kb/a/two.md kb/a/second.md");
    desk.commit("a rename");
    assert_eq!(fixed(&desk), ["two -> a/second"]);
}

#[test]
fn a_name_that_means_something_in_markdown_is_written_so_that_it_leads_there() {
    let desk = Desk::acme();
    article(&desk, "a/one", "[two](two.md#set-up)");
    article(&desk, "a/two", "Text.");
    desk.commit("articles");
    desk.git("mv kb/a/two.md 'kb/a/a b (c)#%.md'");
    desk.commit("a rename");
    assert_eq!(fixed(&desk), ["two.md#set-up -> a%20b%20%28c%29%23%25.md#set-up"]);
}

#[test]
fn what_cannot_be_mended_stays_and_is_told() {
    let desk = Desk::acme();
    let left = "[gone](gone.md) [[never]] [h](three.md#no) [out](../../../x.md) #261122-zzzzz";
    article(&desk, "a/one", &format!("[two](two.md) {left}"));
    article(&desk, "a/two", "Text.");
    article(&desk, "a/three", "Text.");
    article(&desk, "a/gone", "Another text altogether, that nobody wants any more at all.");
    desk.commit("articles");
    desk.remove("kb/a/gone.md");
    desk.git("mv kb/a/two.md kb/a/second.md");
    desk.commit("changes");
    let view = desk.json("kb links --fix");
    assert_eq!(mended(&view), ["two.md -> second.md"]);
    let targets: Vec<&str> =
        view["left"].as_array().unwrap().iter().map(|row| row["target"].as_str().unwrap()).collect();
    assert_eq!(targets, ["gone.md", "never", "three.md#no", "../../../x.md", "261122-zzzzz"]);
    reads(&desk, "a/one", "a/one", &format!("[two](second.md) {left}"));
    let again = desk.unchanged(|| desk.ok("kb links --fix"));
    for place in ["kb/a/one.md:5:18: ", "'gone.md'", "[[never]]", "#no", "../../../x.md", "261122-zzzzz"] {
        assert!(again.stderr.contains(place), "{place} is not told\n{again}");
    }
}

#[test]
fn a_slug_that_two_pages_had_in_turn_is_left_alone() {
    let desk = Desk::acme();
    article(&desk, "a/one", "[[two]] [[a/two]]");
    article(&desk, "a/two", "Text.");
    desk.commit("articles");
    desk.git("mv kb/a/two.md kb/a/first.md");
    article(&desk, "b/two", "Quite another page, which says other things than the rest of them.");
    desk.commit("a rename, and a page of that name");
    desk.git("mv kb/b/two.md kb/b/second.md");
    desk.commit("another rename");
    let view = desk.json("kb links --fix");
    assert_eq!(mended(&view), ["a/two -> first"]);
    assert_eq!(view["left"][0]["target"], "two");
}

#[test]
fn without_a_rename_nothing_is_mended() {
    let desk = Desk::acme();
    article(&desk, "a/one", "[two](tow.md) [[tow]]");
    article(&desk, "a/two", "Text.");
    desk.commit("articles");
    desk.unchanged(|| desk.ok("kb links --fix"));
    desk.refused("kb links one --fix", 2);
    desk.refused("kb links --dry-run", 2);
    desk.refused("--at HEAD kb links --fix", 2);
}

#[test]
fn a_path_that_is_taken_again_is_left_alone() {
    let desk = Desk::acme();
    article(&desk, "a/one", "[two](two.md) [[two]]");
    article(&desk, "a/two", "Text.");
    desk.commit("articles");
    desk.git("mv kb/a/two.md kb/a/second.md");
    desk.commit("a rename");
    article(&desk, "a/two", "Somebody wrote a new page here, and the links lead to it.");
    desk.commit("a new page");
    desk.unchanged(|| desk.ok("kb links --fix"));
    assert_eq!(broken(&desk), [Value::Null; 0]);
}

#[test]
fn links_of_patterns_and_processes_are_mended_too() {
    let desk = Desk::acme();
    article(&desk, "login/reset", "Text.");
    let pattern = |slug: &str, path: &str| {
        format!(
            "---\ntitle: X\n---\n# Situation\n\nx\n\n# Approach\n\nRead [[{slug}]].\n\n# Response\n\nx\n\n\
             # Next steps\n\nSee [it](../kb/{path}.md#set-up).\n"
        )
    };
    let process = |slug: &str| format!("---\nsteps:\n  a: {{do: Wait, end: open}}\n---\nSee [[{slug}]].\n");
    desk.write("patterns/x.md", pattern("reset", "login/reset"));
    desk.write("processes/x.md", process("reset"));
    desk.commit("what links");
    let out = desk.json("kb links reset");
    let from: Vec<&str> = out.as_array().unwrap().iter().map(|link| link["from"].as_str().unwrap()).collect();
    assert_eq!(from, ["patterns/x.md", "patterns/x.md", "processes/x.md"]);
    desk.git("mv kb/login/reset.md kb/login/password.md");
    desk.commit("a better name");
    assert_eq!(fixed(&desk).len(), 3);
    assert_eq!(desk.read("patterns/x.md"), pattern("password", "login/password"));
    assert_eq!(desk.read("processes/x.md"), process("password"));
}

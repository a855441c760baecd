//! `sync`: two clones of one desk over a bare repository.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::Desk;

/// Two clones that share one ticket; jo's clock is five minutes before sam's.
struct Pair {
    jo: Desk,
    sam: Desk,
    id: String,
    remote: PathBuf,
}

fn pair_with(files: &[(&str, &str)]) -> Pair {
    let jo = Desk::acme();
    for (path, text) in files {
        jo.write(path, text);
    }
    if !files.is_empty() {
        jo.commit("files");
    }
    let id = jo.opened("'Cannot log in' --from ann@example.com --priority normal --type question --tag old -m Help.");
    let remote = jo.publish();
    let sam = Desk::cloned(&remote, "sam", 7);
    jo.at("2026-11-22T10:00:00Z");
    sam.at("2026-11-22T10:05:00Z");
    Pair { jo, sam, id, remote }
}

fn pair() -> Pair {
    pair_with(&[])
}

impl Pair {
    /// Syncs until both have the same; what was said.
    fn settle(&self) -> String {
        let mut said = String::new();
        for desk in [&self.jo, &self.sam, &self.jo] {
            let done = desk.ok("sync");
            said.push_str(&format!("{}{}", done.stdout, done.stderr));
            desk.is_clean();
        }
        assert_eq!(self.jo.head(), self.sam.head());
        said
    }
}

#[test]
fn what_each_did_reaches_the_other_and_a_further_sync_does_nothing() {
    let pair = pair();
    let (mine, theirs) = (pair.jo.opened("Printer"), pair.sam.opened("Scanner"));
    let said = pair.settle();
    assert!(said.contains("pushed 1 commit") && said.contains("merged 1 commit from origin/main"), "{said}");
    for desk in [&pair.jo, &pair.sam] {
        desk.ok(format!("show {mine} {theirs}"));
        let done = desk.unchanged(|| desk.ok("sync"));
        assert_eq!((done.stdout.as_str(), done.stderr.trim()), ("", "up to date with origin/main"));
    }
    assert!(pair.jo.ok("check").stdout.is_empty());
}

#[test]
fn it_answers_in_json() {
    let pair = pair();
    pair.jo.ok(format!("set {} priority=low", pair.id));
    pair.sam.ok(format!("set {} priority=urgent", pair.id));
    let first = pair.jo.json("sync");
    assert_eq!((&first["fetched"], &first["pushed"], &first["notes"]), (&json!(0), &json!(1), &json!([])));
    let second = pair.sam.json("sync");
    assert_eq!((&second["remote"], &second["branch"]), (&json!("origin"), &json!("main")));
    assert_eq!((&second["fetched"], &second["pushed"], &second["files"]), (&json!(1), &json!(2), &json!(0)));
    assert_eq!(second["merges"], json!([pair.sam.head()]));
    let note = &second["notes"][0];
    assert_eq!(
        (&note["what"], &note["ticket"], &note["field"]),
        (&json!("field"), &json!(pair.id), &json!("priority"))
    );
    assert_eq!((&note["kept"]["value"], &note["dropped"]["value"]), (&json!("urgent"), &json!("low")));
    assert_eq!(note["dropped"]["author"]["agent"], "jo");
    assert_eq!(note["dropped"]["date"], "2026-11-22T10:00:00Z");
}

#[test]
fn the_later_change_of_a_field_stands_whoever_syncs_first() {
    for jo_first in [true, false] {
        let pair = pair();
        pair.jo.ok(format!("set {} priority=low tags+=app", pair.id));
        pair.sam.ok(format!("set {} priority=urgent tags+=login tags-=old", pair.id));
        let order = if jo_first { [&pair.jo, &pair.sam] } else { [&pair.sam, &pair.jo] };
        order.iter().for_each(|desk| drop(desk.ok("sync")));
        let merge = order[1].git("log -1 --format=%B");
        assert!(merge.contains(&format!("{} priority: urgent (sam, ", pair.id)), "{merge}");
        assert!(merge.contains("low (jo, ") && merge.ends_with("Loket-Command: sync\n\n"), "{merge}");
        pair.settle();
        assert_eq!(pair.jo.value(&pair.id, "priority"), "urgent");
        let mut tags: Vec<String> = serde_json::from_value(pair.jo.value(&pair.id, "tags")).unwrap();
        tags.sort();
        assert_eq!(tags, ["app", "login"]);
        let log = pair.sam.json(format!("log {}", pair.id));
        let changes = log.as_array().unwrap().iter().flat_map(|row| row["changes"].as_array().unwrap().clone());
        let values: Vec<Value> =
            changes.filter(|change| change["field"] == "priority").map(|change| change["to"].clone()).collect();
        assert!(values.contains(&json!("low")) && values.contains(&json!("urgent")), "{values:?}");
    }
}

#[test]
fn an_older_edit_does_not_open_a_closed_ticket_again() {
    let pair = pair();
    pair.jo.ok(format!("wait {} -m 'Which browser?'", pair.id));
    pair.sam.ok(format!("assign {} sam", pair.id));
    pair.sam.ok(format!("reply {} -m 'Done.' --close", pair.id));
    for desk in [&pair.sam, &pair.jo] {
        desk.ok("sync");
    }
    pair.settle();
    for desk in [&pair.jo, &pair.sam] {
        assert_eq!(desk.value(&pair.id, "status"), "closed");
        assert!(!desk.read(&pair.jo.path_of(&pair.id)).contains("remind-at"));
        // What is derived from the history says the same: it was closed last.
        assert_eq!(desk.value(&pair.id, "closed"), "2026-11-22T10:05:00Z");
        assert_eq!(desk.json("list is:closed").as_array().unwrap().len(), 1);
    }
}

#[test]
fn comments_and_attachments_of_one_name_are_all_kept() {
    let pair = pair();
    for (desk, who) in [(&pair.jo, "jo"), (&pair.sam, "sam")] {
        desk.write("../log.txt", format!("by {who}\n"));
        desk.ok(format!("reply {} -m 'See [the log](files/log.txt).' --attach ../log.txt", pair.id));
    }
    pair.settle();
    for desk in [&pair.jo, &pair.sam] {
        let thread = desk.value(&pair.id, "thread");
        assert_eq!(thread.as_array().unwrap().len(), 2);
        for said in thread.as_array().unwrap() {
            let path = said["attachments"][0]["path"].as_str().unwrap();
            assert_eq!(desk.read(path), format!("by {}\n", said["author"].as_str().unwrap()));
            let name = said["attachments"][0]["name"].as_str().unwrap();
            assert!(said["body"].as_str().unwrap().contains(&format!("(files/{name})")), "{said}");
        }
        assert!(desk.ok("check").stdout.is_empty());
    }
}

#[test]
fn a_ticket_deleted_here_and_edited_there_stays_with_all_it_had() {
    for deleter_first in [true, false] {
        let pair = pair();
        pair.jo.ok(format!("note {} -m 'Before.'", pair.id));
        pair.settle();
        pair.jo.git(format!("rm -rq {}", folder(&pair.jo.path_of(&pair.id))));
        pair.jo.git("commit -qm delete");
        pair.sam.ok(format!("note {} -m 'After.'", pair.id));
        let order = if deleter_first { [&pair.jo, &pair.sam] } else { [&pair.sam, &pair.jo] };
        order[0].ok("sync");
        let said = order[1].ok("sync").stdout;
        assert!(said.contains(&format!("{} was deleted by one and edited by the other", pair.id)), "{said}");
        pair.settle();
        let bodies = pair.jo.value(&pair.id, "thread");
        let bodies: Vec<&str> = bodies.as_array().unwrap().iter().map(|one| one["body"].as_str().unwrap()).collect();
        assert_eq!(bodies, ["Before.\n", "After.\n"]);
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').unwrap().0
}

#[test]
fn two_tickets_that_drew_the_same_id_are_told_apart() {
    let pair = pair();
    let page = |title: &str, time: &str| {
        format!("---\ntitle: {title}\nstatus: new\ncreated: 2026-11-22T{time}Z\n---\nText of {title}.\n")
    };
    pair.jo.write("tickets/2026/11/22/261122-zzzzz/ticket.md", page("First", "08:00:00"));
    pair.jo.commit("by hand");
    pair.sam.write("tickets/2026/11/22/261122-zzzzz/ticket.md", page("Second", "08:30:00"));
    pair.sam.write("tickets/2026/11/22/261122-zzzzz/files/a.txt", "a\n");
    pair.sam.commit("by hand");
    let said = pair.settle();
    assert!(said.contains("261122-zzzzz was drawn twice: the later ticket is 261122-"), "{said}");
    let rows = pair.jo.json("list --view all --sort created");
    let titles: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["First", "Second", "Cannot log in"]);
    assert_eq!(rows[0]["id"], "261122-zzzzz");
    let second = rows[1]["path"].as_str().unwrap();
    assert_eq!(pair.jo.read(&format!("{}/files/a.txt", folder(second))), "a\n");
}

const ARTICLE: &str = "---\ntitle: VPN\nvisibility: public\nlanguage: en\n---\nFirst.\n\nSecond.\n\nThird.\n";
const VPN: &str = "kb/a/vpn.md";

/// Both edit one file by hand.
fn both_edit(path: &str, text: &str, mine: (&str, &str), theirs: (&str, &str)) -> Pair {
    let pair = pair_with(&[(path, text)]);
    for (desk, (old, new)) in [(&pair.jo, mine), (&pair.sam, theirs)] {
        desk.write(path, desk.read(path).replace(old, new));
        desk.commit("by hand");
    }
    pair.jo.ok("sync");
    pair
}

#[test]
fn an_article_is_merged_by_paragraphs_and_its_front_matter_by_keys() {
    let pair = both_edit(VPN, ARTICLE, ("title: VPN", "title: Use the VPN"), ("Third.", "Last."));
    pair.settle();
    assert_eq!(pair.jo.read(VPN), ARTICLE.replace("title: VPN", "title: Use the VPN").replace("Third.", "Last."));
}

#[test]
fn a_line_that_both_changed_is_refused_with_both_versions_and_nothing_changes() {
    let pair = both_edit(VPN, ARTICLE, ("Second.", "By Jo."), ("Second.", "By Sam."));
    let done = pair.sam.refused("sync", 4);
    insta::assert_snapshot!(done.stderr, @r"
    error: kb/a/vpn.md was changed here and in origin/main; nothing was changed
    kb/a/vpn.md:
      <<<<<<< ours
      By Sam.
      ||||||| base
      Second.
      =======
      By Jo.
      >>>>>>> theirs
    hint: loket sync --take ours, or --take theirs, for the places that both changed
    hint: loket sync --take edit, to settle them in your editor
    ");
    assert!(pair.sam.git("show origin/main:kb/a/vpn.md").contains("By Jo."));
    pair.sam.refused("sync --dry-run", 4);
    pair.sam.ok("sync --take theirs");
    pair.settle();
    assert_eq!(pair.sam.read(VPN), ARTICLE.replace("Second.", "By Jo."));
}

#[test]
fn conflicts_can_be_settled_in_the_editor() {
    let pair = both_edit(VPN, ARTICLE, ("Second.", "By Jo."), ("Second.", "By Sam."));
    let edit = |script: &str| pair.sam.call("sync --take edit").env("EDITOR", script).run();
    let left = pair.sam.unchanged(|| edit("true"));
    assert_eq!(left.code, 4, "{left}");
    assert!(left.stderr.contains("kb/a/vpn.md:8: both versions are still there"), "{left}");
    let script = "sed -i -e /^<<<<<<</d -e /^|||||||/,/^=======/d -e /^>>>>>>>/d";
    let done = edit(script);
    assert_eq!(done.code, 0, "{done}");
    pair.settle();
    assert_eq!(pair.jo.read(VPN), ARTICLE.replace("Second.", "By Sam.\nBy Jo."));
}

#[test]
fn take_ours_leaves_what_the_other_changed_elsewhere() {
    let pair = both_edit(VPN, ARTICLE, ("Second.", "By Jo."), ("Second.", "By Sam."));
    pair.jo.write(VPN, pair.jo.read(VPN).replace("First.", "Jo's first."));
    pair.jo.commit("more");
    pair.jo.ok("sync");
    pair.sam.ok("sync --take ours");
    pair.settle();
    assert_eq!(pair.jo.read(VPN), ARTICLE.replace("Second.", "By Sam.").replace("First.", "Jo's first."));
}

#[test]
fn rules_that_both_appended_are_both_kept_and_one_value_twice_is_refused() {
    let rules = "- name: one\n  on: [created]\n  when: \"tag:one\"\n  then: [{set: {team: first-line}}]\n";
    let own = |name: &str| format!("{rules}- name: {name}\n  on: [status]\n  then: [{{set: {{tags+: {name}}}}}]\n");
    let pair = pair_with(&[("policy/rules.yaml", rules)]);
    for (desk, name) in [(&pair.jo, "jos"), (&pair.sam, "sams")] {
        desk.write("policy/rules.yaml", own(name));
        desk.commit("a rule");
    }
    pair.settle();
    let merged = pair.jo.read("policy/rules.yaml");
    assert!(merged.starts_with(rules) && merged.contains("name: jos") && merged.contains("name: sams"), "{merged}");
    assert!(pair.jo.ok("check").stdout.is_empty());
    let pair = both_edit("policy/rules.yaml", rules, ("tag:one", "tag:uno"), ("tag:one", "tag:un"));
    assert!(pair.sam.refused("sync", 4).stderr.contains("policy/rules.yaml"));
}

#[test]
fn uncommitted_edits_stop_it_only_where_they_are_in_the_way() {
    let pair = pair_with(&[(VPN, ARTICLE)]);
    pair.sam.write(VPN, ARTICLE.replace("Second.", "My own."));
    pair.jo.opened("Printer");
    pair.jo.ok("sync");
    pair.sam.ok("sync");
    assert!(pair.sam.read(VPN).contains("My own."));
    assert_eq!(pair.sam.status().trim(), format!("M {VPN}"));
    pair.jo.write(VPN, ARTICLE.replace("Third.", "Jo's."));
    pair.jo.commit("by hand");
    pair.jo.ok("sync");
    assert!(pair.sam.refused("sync", 4).stderr.contains(VPN));
    assert!(pair.sam.read(VPN).contains("My own."));
}

#[test]
fn a_dry_run_tells_and_changes_nothing() {
    let pair = pair();
    pair.jo.ok(format!("set {} priority=low", pair.id));
    pair.jo.ok("sync");
    pair.sam.ok(format!("set {} priority=urgent", pair.id));
    let done = pair.sam.unchanged(|| pair.sam.ok("sync --dry-run"));
    assert!(done.stdout.contains("priority: urgent (sam, "), "{done}");
    assert!(done.stderr.contains("nothing was changed"), "{done}");
}

#[test]
fn a_remote_that_is_away_is_told_and_work_goes_on() {
    let pair = pair();
    let aside = pair.remote.with_extension("aside");
    std::fs::rename(&pair.remote, &aside).unwrap();
    let id = pair.jo.opened("Offline");
    let done = pair.jo.refused("sync", 75);
    assert!(done.stderr.contains("origin cannot be reached now"), "{done}");
    std::fs::rename(&aside, &pair.remote).unwrap();
    pair.settle();
    pair.sam.ok(format!("show {id}"));
}

#[test]
fn without_a_remote_or_with_too_many_it_says_what_to_do() {
    let desk = Desk::acme();
    assert!(desk.refused("sync", 1).stderr.contains("git remote add origin URL"));
    desk.refused("sync nowhere", 3);
    desk.git("remote add one ../one");
    desk.git("remote add two ../two");
    assert!(desk.refused("sync", 2).stderr.contains("loket sync one|two"));
    desk.git("switch -q --detach");
    assert!(desk.refused("sync one", 1).stderr.contains("HEAD is on no branch"));
}

#[test]
fn a_remote_without_the_branch_is_given_it() {
    let desk = Desk::acme();
    desk.git("init -q --bare ../empty.git");
    desk.git("remote add origin ../empty.git");
    assert!(desk.ok("sync").stdout.starts_with("pushed "));
    assert_eq!(desk.git("rev-parse origin/main").trim(), desk.head());
    assert_eq!(desk.git("rev-parse --abbrev-ref main@{upstream}").trim(), "origin/main");
}

#[test]
fn a_repository_with_nothing_in_common_is_refused() {
    let (desk, other) = (Desk::acme(), Desk::empty());
    other.at("2026-11-20T09:00:00Z").ok("init");
    desk.git(format!("remote add origin {}", other.path().display()));
    assert!(desk.refused("sync", 4).stderr.contains("nothing in common"));
}

#[test]
fn a_push_the_remote_declines_is_told_with_its_reason() {
    let pair = pair();
    let hook = pair.remote.join("hooks/pre-receive");
    std::fs::write(&hook, "#!/bin/sh\necho 'the desk is closed today'\nexit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    pair.jo.opened("Printer");
    let done = pair.jo.refused("sync", 4);
    assert!(
        done.stderr.contains("does not take the push") && done.stderr.contains("the desk is closed today"),
        "{done}"
    );
}

#[test]
fn programs_stay_programs() {
    let pair = pair();
    let script = pair.jo.write("bin/nightly", "#!/bin/sh\n");
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    pair.jo.write("bin/later", "#!/bin/sh\n");
    pair.jo.commit("scripts");
    pair.settle();
    pair.jo.git("update-index --chmod=+x bin/later");
    pair.jo.git("commit -qm chmod");
    pair.jo.git("checkout -q -- bin/later");
    pair.sam.opened("Printer");
    pair.settle();
    assert!(pair.sam.git("ls-files -s bin").lines().all(|line| line.starts_with("100755 ")));
}

/// A tree with one entry, whatever its name.
fn tree(desk: &Desk, mode: &str, name: &str, object: &str) -> String {
    let mut bytes = format!("{mode} {name}\0").into_bytes();
    bytes.extend((0..40).step_by(2).map(|at| u8::from_str_radix(&object[at..at + 2], 16).unwrap()));
    desk.write("../tree", bytes);
    desk.git("hash-object -t tree -w --literally ../tree").trim().to_owned()
}

/// A commit with `kb/NAME/evil` in it, which no git command would make.
pub fn hostile(desk: &Desk, name: &str) -> String {
    desk.write("../evil", "evil\n");
    let blob = desk.git("hash-object -w ../evil").trim().to_owned();
    let inner = tree(desk, "100644", "evil", &blob);
    let bad = tree(desk, "40000", name, &inner);
    let mut listed = desk.git("ls-tree HEAD");
    listed.push_str(&format!("040000 tree {bad}\tkb\n"));
    desk.write("../listed", &listed);
    let whole = std::process::Command::new("git")
        .args(["mktree"])
        .current_dir(desk.path())
        .stdin(std::fs::File::open(desk.home().join("listed")).unwrap())
        .output()
        .unwrap();
    let whole = String::from_utf8(whole.stdout).unwrap().trim().to_owned();
    desk.git(format!("commit-tree {whole} -p HEAD -m evil")).trim().to_owned()
}

#[test]
fn what_would_lead_out_of_the_desk_is_refused() {
    for name in ["..", ".git", ".GIT", ".git.", "."] {
        let pair = pair();
        let jo = &pair.jo;
        let commit = hostile(jo, name);
        jo.git(format!("push -q origin {commit}:main"));
        let done = pair.sam.refused("sync", 4);
        assert!(done.stderr.contains("no desk can hold: kb/"), "{name}\n{done}");
        assert!(!pair.sam.home().join("evil").exists() && !pair.sam.has(".git/evil") && !pair.sam.has("kb/evil"));
        pair.sam.opened("Printer");
        assert!(pair.sam.refused("sync", 4).stderr.contains("no desk can hold"));
    }
}

#[test]
fn links_come_and_go_as_a_checkout_has_them() {
    let pair = pair();
    std::os::unix::fs::symlink("loket.yaml", pair.jo.path().join("settings")).unwrap();
    pair.jo.commit("a link");
    pair.sam.opened("Printer");
    pair.settle();
    assert_eq!(std::fs::read_link(pair.sam.path().join("settings")).unwrap(), PathBuf::from("loket.yaml"));
    pair.jo.remove("settings");
    pair.jo.commit("no link");
    pair.settle();
    assert!(!pair.sam.has("settings"));
}

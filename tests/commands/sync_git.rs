//! Plain git in a clone of a desk: `merge`, `pull` and `rebase` merge by meaning through the merge driver.

use crate::support::Desk;

/// Two clones in which both changed one ticket; jo's changes are at the remote.
fn diverged() -> (Desk, Desk, String) {
    let jo = Desk::acme();
    let id = jo.opened("'Cannot log in' --tag old -m Help.");
    let remote = jo.publish();
    let sam = Desk::cloned(&remote, "sam", 7);
    jo.at("2026-11-22T10:00:00Z").ok(format!("set {id} priority=high tags+=app team=first-line"));
    jo.git("push -q");
    sam.at("2026-11-22T10:05:00Z").ok(format!("set {id} type=incident tags+=login team=second-line"));
    (jo, sam, id)
}

#[track_caller]
fn is_merged(desk: &Desk, id: &str) {
    let shown = desk.json(format!("show {id}"));
    let mut tags: Vec<&str> = shown["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
    tags.sort_unstable();
    assert_eq!((&shown["priority"], &shown["type"]), (&"high".into(), &"incident".into()), "{shown}");
    assert_eq!((shown["team"].as_str(), tags), (Some("second-line"), vec!["app", "login", "old"]));
    desk.is_clean();
}

#[test]
fn merge_and_pull_and_rebase_merge_tickets_by_their_fields() {
    for line in
        ["merge -q --no-edit origin/main", "pull -q --no-rebase --no-edit", "rebase -q origin/main", "pull -q --rebase"]
    {
        let (_jo, sam, id) = diverged();
        sam.git("fetch -q");
        sam.git(line);
        is_merged(&sam, &id);
    }
}

#[test]
fn the_first_command_in_a_clone_tells_git_of_the_driver() {
    let desk = Desk::acme();
    let remote = desk.publish();
    let clone = Desk::cloned(&remote, "sam", 7);
    assert_eq!(clone.try_git("config merge.loket.driver").code, 1);
    clone.ok("list");
    assert_eq!(clone.git("config merge.loket.driver").trim(), "loket merge-driver %O %A %B %P");
    let before = clone.read(".git/config");
    clone.ok("list");
    assert_eq!(clone.read(".git/config"), before);
    assert_eq!(desk.git("check-attr merge people/jo.md").trim(), "people/jo.md: merge: loket");
    assert_eq!(
        desk.git("check-attr merge tickets/2026/11/22/261122-aaaaa/files/a.md").split(": ").last(),
        Some("unset\n")
    );
}

#[test]
fn a_desk_whose_attributes_name_no_driver_is_left_alone() {
    let desk = Desk::acme();
    desk.write(".gitattributes", "*.md -text\n");
    desk.commit("plain");
    let clone = Desk::cloned(desk.path(), "sam", 7);
    clone.ok("list");
    assert_eq!(clone.try_git("config merge.loket.driver").code, 1);
}

#[test]
fn what_both_wrote_is_a_conflict_for_git_too() {
    let desk = Desk::acme();
    let page = |body: &str| format!("---\ntitle: VPN\nvisibility: public\n---\n{body}\n");
    desk.write("kb/vpn.md", page("Text."));
    desk.commit("an article");
    let remote = desk.publish();
    let sam = Desk::cloned(&remote, "sam", 7);
    sam.ok("list");
    for (clone, body) in [(&desk, "By Jo."), (&sam, "By Sam.")] {
        clone.write("kb/vpn.md", page(body));
        clone.commit("an edit");
    }
    desk.git("push -q");
    sam.git("fetch -q");
    assert_eq!(sam.try_git("merge -q origin/main").code, 1);
    let left = sam.read("kb/vpn.md");
    assert!(left.starts_with("---\ntitle: VPN\nvisibility: public\n---\n<<<<<<< ours\nBy Sam.\n"), "{left}");
    sam.git("merge --abort");
}

#[test]
fn without_knowing_the_histories_a_field_both_changed_is_a_conflict() {
    let desk = Desk::acme();
    let page = |priority: &str| format!("---\ntitle: A\nstatus: new\n{priority}created: 2026-11-22T08:00:00Z\n---\n");
    for (name, text) in [("o", page("")), ("a", page("priority: low\n")), ("b", page("priority: high\n"))] {
        desk.write(&format!("../{name}"), text);
    }
    let done = desk.run("merge-driver ../o ../a ../b tickets/2026/11/22/261122-aaaaa/ticket.md");
    assert_eq!(done.code, 1, "{done}");
    assert!(desk.read("../a").contains("<<<<<<< ours\npriority: low\n"), "{}", desk.read("../a"));
}

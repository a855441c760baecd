//! The commit is the truth; the user's own work in the folder is theirs.

use insta::assert_snapshot;

use crate::support::{Desk, ticket_path};

/// A ticket of chosen id, committed.
fn with_ticket() -> (Desk, &'static str, String) {
    let desk = Desk::acme();
    let path = desk.ticket("261122-7k2qm").write();
    desk.commit("a ticket");
    (desk, "261122-7k2qm", path)
}

#[test]
fn uncommitted_edits_do_not_count_and_are_not_touched() {
    let (desk, id, path) = with_ticket();
    let edited = desk.read(&path).replace("status: open", "status: solved");
    desk.write(&path, &edited);
    assert_eq!(desk.json(format!("list id:{id}"))[0]["status"], "open");
    assert_snapshot!(desk.refused(format!("set {id} priority=high"), 4), @"
        ! error: tickets/2026/11/22/261122-7k2qm/ticket.md has uncommitted edits; nothing was changed
        ! hint: commit them (git add tickets/2026/11/22/261122-7k2qm/ticket.md && git commit) or drop them (git checkout HEAD -- tickets/2026/11/22/261122-7k2qm/ticket.md), then repeat
        exit 4
        ");
    desk.refused(format!("take {id}"), 4).says(&[&path]);
    desk.refused(format!("edit {id}"), 4).says(&[&path]);
    assert_eq!(desk.read(&path), edited);
    // What does not touch that file goes on.
    desk.ok(format!("note {id} -m 'Beside it.'"));
    let other = desk.opened("Other");
    desk.ok(format!("set {other} priority=high"));
    assert_eq!(desk.read(&path), edited);
    assert_eq!(desk.status(), format!(" M {path}\n"));
    desk.commit("by hand");
    assert_eq!(desk.value(id, "status"), "solved");
    desk.ok(format!("set {id} priority=high"));
    desk.is_clean();
}

#[test]
fn staged_edits_are_edits() {
    let (desk, id, path) = with_ticket();
    let committed = desk.read(&path);
    desk.write(&path, committed.replace("status: open", "status: solved"));
    desk.git("add -A");
    desk.refused(format!("set {id} priority=high"), 4).says(&[&path]);
    // Staged, and the file put back: git's index still holds something of its own.
    desk.write(&path, &committed);
    desk.refused(format!("set {id} priority=high"), 4).says(&[&path]);
    desk.git("reset -q");
    desk.ok(format!("set {id} priority=high"));
    desk.is_clean();
}

#[test]
fn a_file_deleted_or_moved_by_hand_is_an_edit() {
    let (desk, id, path) = with_ticket();
    desk.remove(&path);
    desk.refused(format!("set {id} priority=high"), 4).says(&[&path]);
    desk.git(format!("rm -q {path}"));
    desk.refused(format!("set {id} priority=high"), 4).says(&[&path]);
    desk.git("reset -q --hard");
    desk.git(format!("mv {path} elsewhere.md"));
    desk.refused(format!("set {id} priority=high"), 4).says(&[&path]);
    assert_eq!(desk.value(id, "status"), "open", "reading goes on");
}

#[test]
fn a_file_in_the_way_is_not_overwritten() {
    let (desk, _, _) = with_ticket();
    desk.write("people/kim.md", "a draft\n");
    desk.refused("people new kim --email kim@acme.example", 4).says(&["people/kim.md"]);
    assert_eq!(desk.read("people/kim.md"), "a draft\n");
    desk.write("customers/ann.md", "a draft\n");
    desk.git("add customers");
    desk.refused("customer new ann", 4).says(&["customers/ann.md"]);
    std::fs::create_dir_all(desk.path().join("customers/bob.md/inner")).unwrap();
    desk.refused("customer new bob", 4).says(&["customers/bob.md"]);
}

#[test]
fn nothing_is_written_through_a_symbolic_link() {
    let (desk, id, path) = with_ticket();
    let outside = desk.home().join("outside");
    std::fs::create_dir(&outside).unwrap();
    let folder = path.trim_end_matches("/ticket.md");
    std::fs::rename(desk.path().join(folder), desk.home().join("moved")).unwrap();
    std::os::unix::fs::symlink(&outside, desk.path().join(folder)).unwrap();
    desk.refused(format!("note {id} -m x"), 4).says(&["in the way"]);
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0);
}

#[test]
fn what_others_have_staged_stays_staged() {
    let (desk, id, _) = with_ticket();
    desk.write("notes.txt", "mine\n");
    desk.git("add notes.txt");
    desk.write("loket.yaml", format!("{}# mine\n", desk.read("loket.yaml")));
    desk.write("untracked.txt", "mine too\n");
    desk.ok(format!("set {id} priority=high"));
    desk.opened("Other");
    assert_eq!(desk.status(), " M loket.yaml\nA  notes.txt\n?? untracked.txt\n");
    assert_eq!(desk.git("show --stat --format= HEAD~1").lines().count(), 2);
}

#[test]
fn a_plain_commit_afterwards_reverts_nothing() {
    let (desk, id, path) = with_ticket();
    for line in [
        "set ID priority=high",
        "reply ID -m hello",
        "note ID -m x",
        "escalate ID -m x",
        "close ID --silent --reason x",
    ] {
        desk.ok(line.replace("ID", id));
        desk.is_clean();
        desk.write("notes.txt", line);
        desk.git("add notes.txt");
        desk.git("commit -qm 'by hand'");
        assert_eq!(desk.git("show --name-only --format= HEAD"), "notes.txt\n");
    }
    assert!(desk.read(&path).contains("status: closed"));
    assert_eq!(desk.value(id, "comments"), 3);
}

#[test]
fn files_that_only_look_changed_are_no_edits() {
    let (desk, id, path) = with_ticket();
    desk.git("config core.autocrlf true");
    desk.write(".gitattributes", "tickets/** text\n");
    desk.commit("line ends");
    desk.remove(&path);
    desk.git(format!("checkout -q -- {path}"));
    assert!(desk.read(&path).contains("\r\n"), "git converts");
    desk.ok(format!("set {id} priority=high"));
    assert_eq!(desk.status(), "");
    assert!(!desk.git(format!("show HEAD:{path}")).contains('\r'));
}

#[test]
fn a_linked_worktree_is_a_desk_of_its_own_branch() {
    let (desk, id, path) = with_ticket();
    desk.git("worktree add -q ../linked -b other");
    desk.unchanged(|| desk.ok(format!("-C ../linked set {id} priority=high")));
    assert_eq!(desk.git("-C ../linked status --porcelain"), "");
    assert_eq!(desk.json(format!("-C ../linked show {id}"))["priority"], "high");
    assert_eq!(desk.value(id, "priority"), "normal");
    desk.ok(format!("set {id} priority=low"));
    assert!(desk.read(&path).contains("priority: low"));
    assert!(desk.read(&format!("../linked/{path}")).contains("priority: high"));
    assert_eq!(desk.git("rev-list --count other").trim(), desk.git("rev-list --count main").trim());
}

#[test]
fn sparse_checkout_keeps_files_out_and_the_tree_clean() {
    let (desk, id, path) = with_ticket();
    desk.ticket("261231-aaaaa").write();
    desk.commit("another month");
    desk.git("sparse-checkout set --cone people tickets/2026/12");
    assert!(!desk.has(&path), "the month is not checked out");
    for line in ["set ID priority=high", "reply ID -m hello", "escalate ID -m x"] {
        desk.ok(line.replace("ID", id));
        desk.is_clean();
        assert!(!desk.has(&path), "{line}");
        assert!(!desk.has("tickets/2026/11"), "{line}");
    }
    desk.ok("note aaaaa -m 'Inside the cone.'");
    desk.is_clean();
    assert_eq!(desk.value(id, "comments"), 2);
    desk.git("sparse-checkout disable");
    assert!(desk.read(&path).contains("priority: high"));
    desk.is_clean();
}

#[test]
fn a_sparse_index_is_understood() {
    let (desk, id, path) = with_ticket();
    desk.git("sparse-checkout set --cone --sparse-index people");
    desk.ok(format!("reply {id} -m hello"));
    desk.opened("Today");
    desk.is_clean();
    assert!(!desk.has(&path));
    assert_eq!(desk.json("list --view all").as_array().unwrap().len(), 2);
}

#[test]
fn other_forms_of_gits_index_are_understood() {
    let (desk, id, _) = with_ticket();
    desk.git("update-index --index-version 4");
    desk.ok(format!("set {id} priority=high"));
    desk.is_clean();
    desk.git("update-index --split-index");
    desk.ok(format!("set {id} priority=low"));
    desk.is_clean();
    desk.git("config index.skipHash true");
    desk.ok(format!("note {id} -m x"));
    desk.is_clean();
}

#[test]
fn a_bare_clone_of_a_desk_is_one() {
    let (desk, id, _) = with_ticket();
    desk.git("clone -q --bare . ../bare.git");
    desk.ok(format!("-C ../bare.git reply {id} -m hello"));
    desk.git("pull -q ../bare.git main");
    assert_eq!(desk.value(id, "comments"), 1);
    desk.is_clean();
}

#[test]
fn packed_refs_and_objects_are_read() {
    let (desk, id, _) = with_ticket();
    desk.git("gc -q");
    desk.git("pack-refs --all");
    desk.ok(format!("set {id} priority=high"));
    assert_eq!(desk.value(id, "priority"), "high");
    desk.git("fsck --strict");
    desk.is_clean();
}

#[test]
fn a_commit_is_signed_where_git_is_told_to() {
    let (desk, id, _) = with_ticket();
    let key = desk.home().join("key");
    let made =
        std::process::Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: there is no ssh-keygen");
        return;
    }
    let public = desk.read("../key.pub");
    desk.write("../signers", format!("jo@acme.example {public}"));
    for setting in
        ["gpg.format ssh", "commit.gpgsign true", "user.signingkey KEY", "gpg.ssh.allowedSignersFile SIGNERS"]
    {
        let setting = setting.replace("KEY", &format!("'{}'", key.display()));
        desk.git(format!(
            "config {}",
            setting.replace("SIGNERS", &format!("'{}'", desk.home().join("signers").display()))
        ));
    }
    desk.ok(format!("reply {id} -m signed"));
    desk.git("verify-commit HEAD");
    assert!(desk.git("log -1 --format=%G?").starts_with('G'));
    desk.is_clean();
    desk.git("config user.signingkey /nowhere/key");
    desk.refused(format!("note {id} -m unsigned"), 1).says(&["signed"]);
}

#[test]
fn hooks_that_would_stop_a_commit_are_not_asked_and_nothing_breaks() {
    let (desk, id, _) = with_ticket();
    let hook = desk.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    desk.ok(format!("note {id} -m x"));
    desk.is_clean();
}

#[test]
fn ids_and_paths_agree() {
    let desk = Desk::acme();
    let id = desk.at("2027-03-01T23:59:59Z").opened("'On the last second'");
    assert_eq!(ticket_path(&id), desk.value(&id, "path").as_str().unwrap());
    assert!(id.starts_with("270301-"));
    let next = desk.at("2027-03-02T00:00:00Z").opened("'On the first'");
    assert!(next.starts_with("270302-"));
}

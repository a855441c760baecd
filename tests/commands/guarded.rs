//! `hook pre-receive` on a server and `audit verify`: who may change what.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::sync::hostile;
use crate::support::{Desk, Output};

/// A server with the hook, jo's clone (an admin) and sam's (an agent).
struct Server {
    jo: Desk,
    sam: Desk,
    id: String,
    place: PathBuf,
}

fn program(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}

fn server() -> Server {
    let jo = Desk::acme();
    let page = |handle: &str, role: &str| {
        format!("---\nname: {handle}\nemails: [{handle}@acme.example]\nrole: {role}\nteams: [first-line]\n---\n")
    };
    for (handle, role) in [("jo", "admin"), ("lea", "lead"), ("sam", "agent")] {
        jo.write(&format!("people/{handle}.md"), page(handle, role));
    }
    jo.commit("roles");
    let id = jo.opened("'Cannot log in' --from ann@example.com -m Help.");
    jo.ok(format!("note {id} -m 'Said by Jo.'"));
    let place = jo.publish();
    program(&place.join("hooks/pre-receive"), "#!/bin/sh\nexec loket hook pre-receive\n");
    let sam = Desk::cloned(&place, "sam", 7);
    jo.at("2026-11-22T10:00:00Z");
    sam.at("2026-11-22T10:05:00Z");
    Server { jo, sam, id, place }
}

impl Server {
    /// What a push of sam's is refused with; nothing arrives.
    #[track_caller]
    fn refuses(&self, wanted: &[&str]) -> Output {
        let before = self.jo.git(format!("-C {} rev-parse main", self.place.display()));
        let done = self.sam.try_git("push -q origin main");
        assert_ne!(done.code, 0, "the push was taken\n{done}");
        for text in wanted {
            assert!(done.stderr.contains(text), "no '{text}' in\n{done}");
        }
        assert_eq!(self.jo.git(format!("-C {} rev-parse main", self.place.display())), before);
        done
    }

    /// Commits by hand as somebody.
    fn by(&self, handle: &str, path: &str, text: &str) {
        self.sam.write(path, text);
        self.sam.git("add -A");
        self.sam.git(format!("-c user.email={handle}@acme.example commit -qm 'by hand'"));
    }
}

#[test]
fn the_work_of_an_agent_is_taken() {
    let server = server();
    let id = &server.id;
    server.sam.ok(format!("reply {id} -m 'Which browser?' --wait"));
    server.sam.ok("new Printer");
    server.sam.ok("people away sam --from 2026-12-01 --to 2026-12-10");
    server.sam.write("kb/a/vpn.md", "---\ntitle: VPN\nvisibility: public\n---\nText.\n");
    server.sam.commit("an article");
    assert!(server.sam.ok("sync").stdout.contains("pushed 4 commits"));
    server.jo.ok(format!("set {id} priority=high"));
    server.jo.ok("sync");
    server.sam.ok(format!("set {id} type=incident"));
    server.sam.ok("sync");
}

#[test]
fn what_breaks_the_desk_is_refused_with_its_place() {
    let server = server();
    server.sam.write("tickets/2026/11/22/261122-zzzzz/ticket.md", "---\ntitle: [\n---\n");
    server.sam.commit("broken");
    let head = &server.sam.head()[..10];
    server.refuses(&["the push is refused", head, "261122-zzzzz/ticket.md: line 3, column 1: ", "(file-unreadable)"]);
    server.sam.remove("tickets/2026/11/22/261122-zzzzz/ticket.md");
    server.sam.commit("mended");
    server.sam.git("push -q origin main");
}

#[test]
fn what_was_broken_before_is_no_reason() {
    let server = server();
    server.jo.write("kb/a/old.md", "---\ntitle: [\n---\n");
    server.jo.commit("broken");
    program(&server.place.join("hooks/pre-receive"), "#!/bin/sh\n");
    server.jo.git("push -q origin main");
    program(&server.place.join("hooks/pre-receive"), "#!/bin/sh\nexec loket hook pre-receive\n");
    server.sam.ok("new Printer");
    server.sam.ok("sync");
}

#[test]
fn history_is_neither_rewritten_nor_deleted() {
    let server = server();
    server.sam.git("commit -q --amend -m rewritten");
    server.sam.try_git("push -q --force origin main");
    let done = server.sam.try_git("push -q --force origin main");
    assert!(done.stderr.contains("fetch it and merge, never rewrite (history-rewritten)"), "{done}");
    server.sam.git("reset -q --hard origin/main");
    let done = server.sam.try_git("push -q origin :main");
    assert!(done.stderr.contains("is the desk and cannot be deleted (branch-removed)"), "{done}");
    // Other branches are proposals.
    server.sam.git("push -q origin main:side");
    server.sam.git("push -q origin :side");
}

#[test]
fn nobody_changes_or_deletes_what_another_has_said() {
    let server = server();
    let path = server.sam.value(&server.id, "thread")[0]["path"].as_str().unwrap().to_owned();
    server.by("sam", &path, &server.sam.read(&path).replace("Said by Jo.", "Never said."));
    server.refuses(&[&format!("{path}: a comment of jo was changed by sam (comment-changed)")]);
    server.sam.git("reset -q --hard origin/main");
    server.sam.remove(&path);
    server.sam.commit("gone");
    server.refuses(&["a comment of jo was deleted by sam (comment-removed)"]);
    // Undoing it later leaves the tampering in the history.
    server.sam.git("revert --no-edit HEAD");
    server.refuses(&["(comment-removed)"]);
    server.sam.git("reset -q --hard origin/main");
    // One's own, an admin's redaction, and how it was delivered.
    let told = server.sam.json(format!("note {} -m 'By Sam.'", server.id));
    let own = told["comments"][0]["path"].as_str().unwrap().to_owned();
    server.by("sam", &own, &server.sam.read(&own).replace("By Sam.", "By me."));
    server.by("jo", &path, &server.sam.read(&path).replace("Said by Jo.", "(redacted)"));
    server.by("sam", &path, &server.sam.read(&path).replace("\n---\n(", "\ndelivered: 2026-11-22T10:06:00Z\n---\n("));
    server.sam.git("push -q origin main");
}

#[test]
fn policies_and_agents_want_the_role() {
    let server = server();
    let rules = "- name: one\n  on: [created]\n  then: [{set: {priority: high}}]\n";
    server.by("sam", "policy/rules.yaml", rules);
    server.refuses(&["policy/rules.yaml: policies are changed by a lead or an admin (role-needed)"]);
    server.sam.git("reset -q --hard origin/main");
    server.by("nobody", "loket.yaml", &server.sam.read("loket.yaml").replace("Acme", "Ours"));
    server.refuses(&["loket.yaml: policies are changed by a lead"]);
    server.sam.git("reset -q --hard origin/main");
    let own = server.sam.read("people/sam.md");
    for (path, text) in [
        ("people/sam.md", own.replace("role: agent", "role: admin")),
        ("people/sam.md", own.replace("sam@acme", "jo2@acme")),
        ("people/new.md", own.replace("sam", "new")),
    ] {
        server.by("sam", path, &text);
        server.refuses(&[&format!("{path}: agents are made and changed by a lead or an admin")]);
        server.sam.git("reset -q --hard origin/main");
    }
    server.by("lea", "people/sam.md", &own.replace("role: agent", "role: admin"));
    server.refuses(&["leads and admins are made and changed by an admin"]);
    server.sam.git("reset -q --hard origin/main");
    server.by("lea", "policy/rules.yaml", rules);
    server.by("lea", "people/new.md", &own.replace("sam", "new"));
    server.by("jo", "people/new.md", &own.replace("sam", "new").replace("role: agent", "role: lead"));
    server.sam.git("push -q origin main");
}

#[test]
fn what_would_lead_out_of_the_desk_is_not_taken() {
    let server = server();
    for name in ["..", ".git", ".GIT"] {
        let commit = hostile(&server.sam, name);
        server.sam.git(format!("update-ref refs/heads/main {commit}"));
        server.refuses(&[&format!("kb/{name}/evil: it would lead out of the desk"), "(path-hostile)"]);
        server.sam.git("update-ref refs/heads/main origin/main");
    }
}

#[test]
fn an_old_role_and_a_crafted_merge_are_no_way_round() {
    let server = server();
    let lea = server.jo.read("people/lea.md");
    server.jo.write("people/lea.md", lea.replace("role: lead", "role: agent"));
    server.jo.commit("lea leads no more");
    server.jo.ok("sync");
    // From a commit at which lea was a lead.
    server.by("lea", "policy/rules.yaml", "[]\n");
    server.sam.git("fetch -q");
    server.sam.git("-c user.email=lea@acme.example merge -q --no-edit origin/main");
    server.refuses(&["(role-needed)"]);
    // A merge that brings back what it merges away.
    server.sam.git("reset -q --hard origin/main~1");
    server.sam.ok("new Printer");
    server.sam.git("-c user.email=lea@acme.example merge -q --no-commit --no-ff origin/main");
    server.sam.write("people/lea.md", &lea);
    server.sam.git("add -A");
    server.sam.git("-c user.email=lea@acme.example commit -qm merged");
    server.refuses(&["people/lea.md", "(role-needed)"]);
    // A history of its own.
    server.sam.git("reset -q --hard origin/main");
    server.sam.git("switch -q --orphan other");
    server.by("lea", "policy/rules.yaml", "[]\n");
    server.sam.git("switch -q main");
    server.sam.git("-c user.email=lea@acme.example merge -q --no-edit --allow-unrelated-histories -s ours other");
    server.refuses(&["(history-unrelated)"]);
}

#[test]
fn a_server_that_is_no_desk_yet_takes_the_first_push() {
    let desk = Desk::acme();
    desk.git("init -q --bare ../fresh.git");
    program(&desk.home().join("fresh.git/hooks/pre-receive"), "#!/bin/sh\nexec loket hook pre-receive\n");
    desk.git("remote add origin ../fresh.git");
    desk.ok("sync");
    let done = desk.call("hook pre-receive").input("nonsense\n").run();
    assert_eq!(done.code, 2, "{done}");
}

#[test]
fn the_history_is_audited() {
    let server = server();
    let (sam, id) = (&server.sam, &server.id);
    let start = sam.git("rev-parse HEAD~2").trim().to_owned();
    let clean = sam.ok(format!("audit verify {start}.."));
    assert_eq!((clean.stdout.as_str(), clean.stderr.trim()), ("", "nothing is wrong"));
    let before = sam.head();
    let path = sam.value(id, "thread")[0]["path"].as_str().unwrap().to_owned();
    server.by("sam", &path, &sam.read(&path).replace("Said by Jo.", "Never said."));
    let tampered = sam.head();
    server.by("sam", "policy/rules.yaml", "[]\n");
    let done = sam.run(format!("audit verify {start}.. --json"));
    assert_eq!(done.code, 1);
    let found = done.json();
    let codes: Vec<&Value> = found.as_array().unwrap().iter().map(|one| &one["code"]).collect();
    assert_eq!(codes, [&json!("comment-changed"), &json!("role-needed")]);
    assert_eq!((&found[0]["commit"], &found[0]["path"]), (&json!(tampered), &json!(path)));
    assert_eq!(found[0]["author"]["agent"], "sam");
    assert_eq!(sam.run(format!("audit verify {tampered}.. -o ids")).text(), sam.head());
    assert_eq!(sam.run(format!("audit verify {start}..{before}")).code, 0);
    // Whoever made jo an agent was one: the desk began without the roles.
    assert!(sam.run("audit verify").stdout.contains("people/lea.md"));
    assert!(sam.run(format!("audit verify {tampered}..{before}")).stdout.contains("(history-rewritten)"));
    sam.refused("audit verify nowhere", 3);
}

#[test]
fn where_signatures_are_wanted_each_commit_is_signed_by_its_author() {
    let server = server();
    let sam = &server.sam;
    for handle in ["sam", "jo"] {
        let key = sam.home().join(handle);
        let made = std::process::Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", handle, "-f"])
            .arg(&key)
            .status();
        assert!(made.unwrap().success());
    }
    let signers = sam.home().join("signers");
    let key = |handle: &str| std::fs::read_to_string(sam.home().join(format!("{handle}.pub"))).unwrap();
    let line = |handle: &str| format!("{handle}@acme.example {}", key(handle));
    std::fs::write(&signers, format!("{}{}", line("jo"), line("sam"))).unwrap();
    let server_git = |line: &str| sam.git(format!("-C {} {line}", server.place.display()));
    server_git("config loket.signed true");
    server_git(&format!("config gpg.ssh.allowedSignersFile {}", signers.display()));
    server_git("config gpg.format ssh");
    sam.ok("new Unsigned");
    server.refuses(&["it is not signed (signature-missing)"]);
    sam.git("reset -q --hard origin/main");
    sam.git("config gpg.format ssh");
    sam.git("config commit.gpgsign true");
    sam.git(format!("config user.signingkey {}", sam.home().join("jo").display()));
    sam.ok("new Foreign");
    server.refuses(&["sam@acme.example is named as the author, and jo@acme.example has signed (signature-foreign)"]);
    sam.git("reset -q --hard origin/main");
    sam.git(format!("config user.signingkey {}", sam.home().join("sam").display()));
    sam.ok("new Signed");
    sam.ok("sync");
    // The same over what is there.
    sam.git("config loket.signed true");
    sam.git(format!("config gpg.ssh.allowedSignersFile {}", signers.display()));
    assert_eq!(sam.run("audit verify HEAD~1..").code, 0);
    assert!(sam.run("audit verify").stdout.contains("(signature-missing)"));
}

#[test]
fn signatures_of_gpg_count_as_well() {
    let gpg = |home: &Path, line: &str| {
        let words = shell_words::split(line).unwrap();
        std::process::Command::new("gpg").env("GNUPGHOME", home).args(["--batch", "--quiet"]).args(words).output()
    };
    let server = server();
    let sam = &server.sam;
    let ring = sam.home().join("ring");
    std::fs::create_dir(&ring).unwrap();
    std::fs::set_permissions(&ring, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let make =
        "--passphrase '' --pinentry-mode loopback --quick-generate-key 'Sam <sam@acme.example>' ed25519 sign never";
    if !gpg(&ring, make).is_ok_and(|done| done.status.success()) {
        eprintln!("SKIPPED: gpg is not installed (apt-get install gnupg)");
        return;
    }
    let wrapper = sam.home().join("gpg");
    program(&wrapper, &format!("#!/bin/sh\nexport GNUPGHOME={}\nexec gpg \"$@\"\n", ring.display()));
    sam.git(format!("config gpg.program {}", wrapper.display()));
    sam.git("config loket.signed true");
    sam.ok("new Unsigned");
    let start = sam.head();
    assert!(sam.run("audit verify HEAD~1..").stdout.contains("(signature-missing)"));
    sam.git("config commit.gpgsign true");
    sam.git("config user.signingkey sam@acme.example");
    sam.ok("new Signed");
    let done = sam.run(format!("audit verify {start}.."));
    assert_eq!(done.code, 0, "{done}");
    // Signed by sam, with jo's name on it.
    sam.git("-c user.email=jo@acme.example commit -q --allow-empty -S -m forged");
    assert!(sam.run(format!("audit verify {start}..")).stdout.contains("(signature-foreign)"));
    let _ = gpg(&ring, "--kill all");
    let _ = std::process::Command::new("gpgconf").env("GNUPGHOME", &ring).args(["--kill", "all"]).status();
}

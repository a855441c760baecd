//! `init`.

use insta::assert_snapshot;

use crate::support::Desk;

#[test]
fn an_empty_folder_becomes_a_desk_in_one_commit() {
    let desk = Desk::empty();
    assert_snapshot!(desk.ok("init"), @"
        ! made a desk in $ROOT/desk; you are 'jo', its first agent
        ! hint: open a ticket: loket new 'TITLE' -m 'WHAT HAPPENED' --from ann@example.com
        ");
    assert_snapshot!(desk.git("ls-files"), @"
        .gitattributes
        README.md
        loket.yaml
        patterns/acknowledgement.md
        patterns/complaint.md
        patterns/information-request.md
        patterns/invoice-question.md
        patterns/password-reset.md
        patterns/technical-problem.md
        people/jo.md
        policy/calendars.yaml
        policy/rules.yaml
        policy/sla.yaml
        policy/views.yaml
        processes/intake.md
        ");
    assert_snapshot!(desk.git("log --format='%an <%ae> %aI%n%B'"), @"
        Jo Janssen <jo@acme.example> 2026-11-22T09:00:00Z
        Make a desk

        Loket-Command: init
        ");
    desk.is_clean();
}

#[test]
fn the_first_agent_is_an_admin_named_after_their_address() {
    let desk = Desk::new();
    assert_snapshot!(desk.read("people/jo.md"), @"
        ---
        name: Jo Janssen
        emails: [jo@acme.example]
        role: admin
        ---
        ");
    let odd = Desk::empty();
    odd.git("config --global user.email 'J.O+help desk@acme.example'");
    odd.ok("init");
    assert_eq!(odd.ok("people list -o ids").text(), "j.o-help-desk");
}

#[test]
fn the_settings_are_named_after_the_folder_unless_told_otherwise() {
    let desk = Desk::new();
    assert_snapshot!(desk.read("loket.yaml"), @"
        # The desk's settings; loket-format(5) explains each.
        desk: desk
        language: en
        languages: [en]
        timezone: UTC
        follow-up: new-ticket
        reopen-days: 14
        close-after: 4d
        ");
    let named = Desk::empty();
    named.ok("init --name 'Acme: \"Support\"'");
    assert!(named.read("loket.yaml").contains("desk: 'Acme: \"Support\"'"), "{}", named.read("loket.yaml"));
    named.ok("new 'It can be read'");
}

#[test]
fn a_second_init_changes_nothing() {
    let desk = Desk::new();
    desk.unchanged(|| assert_snapshot!(desk.ok("init"), @"! $ROOT/desk is a desk already; nothing was changed"));
}

#[test]
fn a_repository_with_history_keeps_all_it_has() {
    let desk = Desk::empty();
    desk.git("init -q");
    desk.write("README.md", "ours\n");
    desk.write("people/jo.md", "---\nname: Jo, of before\nemails: [jo@acme.example]\n---\n");
    desk.write(".gitattributes", "*.png binary");
    desk.commit("before");
    let before = desk.head();
    desk.ok("init");
    assert_eq!(desk.git("rev-list --count HEAD").trim(), "2");
    assert_eq!(desk.git("rev-parse HEAD~1").trim(), before);
    assert_eq!(desk.read("README.md"), "ours\n");
    assert!(desk.read("people/jo.md").contains("Jo, of before"));
    assert_snapshot!(desk.read(".gitattributes"), @"
        *.png binary
        *.md -text merge=loket
        *.yaml merge=loket
        tickets/**/files/** binary
        ");
    desk.is_clean();
}

#[test]
fn files_that_are_not_committed_stay_as_they_are() {
    let desk = Desk::empty();
    desk.git("init -q");
    desk.write("README.md", "a draft\n");
    desk.ok("init");
    assert_eq!(desk.read("README.md"), "a draft\n");
    assert_eq!(desk.status(), "?? README.md\n");
}

#[test]
fn settings_that_lie_there_become_the_desks() {
    let settings = "desk: A draft\nlanguage: nl\nlanguages: [nl, en, fr]\n";
    for before in ["", "init -q"] {
        let desk = Desk::empty();
        if !before.is_empty() {
            desk.git(before);
        }
        desk.write("loket.yaml", settings);
        desk.ok("init");
        assert_eq!(desk.read("loket.yaml"), settings);
        assert_eq!(desk.git("show HEAD:loket.yaml"), settings);
        assert!(desk.read("patterns/complaint.md").contains("language: nl"));
        assert!(desk.read("patterns/complaint.en.md").contains("# Next steps"));
        assert!(!desk.has("patterns/complaint.fr.md"));
        desk.is_clean();
    }
}

#[test]
fn settings_that_lie_there_but_cannot_be_read_stop_it() {
    let desk = Desk::empty();
    desk.git("init -q");
    desk.write("loket.yaml", "desk: [\n");
    desk.refused("init", 1).says(&["loket.yaml:"]);
    assert_eq!(desk.read("loket.yaml"), "desk: [\n");
}

#[test]
fn an_unborn_branch_of_another_name_is_kept() {
    let desk = Desk::empty();
    desk.git("init -q -b trunk");
    desk.ok("init");
    assert_eq!(desk.git("symbolic-ref HEAD").trim(), "refs/heads/trunk");
    desk.opened("'On the trunk'");
    assert_eq!(desk.git("rev-list --count trunk").trim(), "2");
    desk.is_clean();
}

#[test]
fn a_detached_head_moves_alone() {
    let desk = Desk::new();
    desk.git("checkout -q --detach");
    let before = desk.git("rev-parse main");
    let id = desk.opened("'On no branch'");
    assert_eq!(desk.git("rev-parse main"), before);
    assert_eq!(desk.commits(), 2);
    assert_eq!(desk.value(&id, "title"), "On no branch");
    desk.is_clean();
}

#[test]
fn a_bare_desk_takes_tickets_without_a_working_tree() {
    let desk = Desk::empty();
    assert_snapshot!(desk.ok("init --bare ../help.git"), @"
        ! made a desk in $ROOT/help.git; you are 'jo', its first agent
        ! hint: open a ticket: loket new 'TITLE' -m 'WHAT HAPPENED' --from ann@example.com
        ");
    let id = desk.ok("-C ../help.git new 'In the bare' -m words").text().to_owned();
    desk.ok(format!("-C ../help.git reply {id} -m 'An answer.'"));
    assert_eq!(desk.json(format!("-C ../help.git show {id}"))["thread"][0]["body"], "An answer.\n");
    assert_eq!(desk.git("-C ../help.git rev-list --count HEAD").trim(), "3");
    assert_eq!(desk.git("-C ../help.git rev-parse --is-bare-repository").trim(), "true");
    assert!(desk.git("-C ../help.git cat-file -p HEAD:loket.yaml").starts_with("# The desk's settings"));
    desk.git("-C ../help.git fsck --strict");
}

#[test]
fn a_named_folder_is_made_also_inside_a_desk() {
    let desk = Desk::new();
    desk.write(".git/info/exclude", "inner/\n");
    desk.unchanged(|| desk.ok("init inner"));
    assert!(desk.has("inner/loket.yaml"));
    desk.unchanged(|| desk.ok("-C inner new 'Of the inner desk'"));
    assert_eq!(desk.json("-C inner list all"), serde_json::json!([]), "`all` is a word here");
    assert_eq!(desk.json("-C inner list --view all")[0]["title"], "Of the inner desk");
}

#[test]
fn inside_a_folder_of_a_desk_it_is_that_desk() {
    let desk = Desk::new();
    let inner = desk.path().join("people");
    desk.unchanged(|| {
        let done = desk.call("init").cwd(inner).run().exits(0);
        assert_snapshot!(done, @"! $ROOT/desk is a desk already; nothing was changed");
    });
}

#[test]
fn without_an_address_git_is_to_be_told_first() {
    let desk = Desk::empty();
    desk.git("config --global --unset user.email");
    assert_snapshot!(desk.run("init"), @"
        ! error: git does not know who you are, and the first agent of the desk is you
        ! hint: git config --global user.email you@example.com
        ! hint: git config --global user.name 'Your Name'
        exit 1
        ");
    assert!(!desk.has("loket.yaml"));
}

#[test]
fn a_sha256_repository_is_refused_with_a_sentence() {
    let desk = Desk::empty();
    desk.git("init -q --object-format=sha256");
    assert_snapshot!(desk.refused("init", 1), @"
        ! error: the repository at $ROOT/desk uses SHA-256 object ids, which loket cannot read
        ! hint: make a desk with `git init --object-format=sha1`, then `loket import jsonl` an export into it
        exit 1
        ");
    assert_snapshot!(desk.refused("list", 1), @"
        ! error: the repository at $ROOT/desk uses SHA-256 object ids, which loket cannot read
        ! hint: make a desk with `git init --object-format=sha1`, then `loket import jsonl` an export into it
        exit 1
        ");
}

#[test]
fn a_reftable_repository_is_refused_with_a_sentence() {
    let desk = Desk::empty();
    if desk.try_git("init -q --ref-format=reftable").code != 0 {
        println!("skipped: this git has no reftable");
        return;
    }
    assert_snapshot!(desk.refused("init", 1), @"
        ! error: the repository at $ROOT/desk keeps its refs as reftable, which loket cannot read
        ! hint: convert it: git refs migrate --ref-format=files
        exit 1
        ");
}

#[test]
fn where_there_is_no_desk_one_is_told_how_to_make_it() {
    let desk = Desk::empty();
    assert_snapshot!(desk.refused("list", 1), @"
        ! error: there is no desk in $ROOT/desk or above it
        ! hint: make one with `loket init`, or name one with -C DIR or LOKET_DESK
        exit 1
        ");
    desk.git("init -q");
    assert_snapshot!(desk.refused("list", 1), @"
        ! error: the repository at $ROOT/desk is no desk: it has no committed loket.yaml
        ! hint: make one with `loket init`, or name one with -C DIR or LOKET_DESK
        exit 1
        ");
    assert_snapshot!(desk.refused("-C ../nowhere list", 1), @"
        ! error: -C ../nowhere: there is no such folder
        exit 1
        ");
}

#[test]
fn a_desk_is_found_upward_by_option_and_by_environment() {
    let desk = Desk::new();
    let id = desk.opened("'Here'");
    let elsewhere = desk.home();
    let list = format!("show {id} -o ids");
    for folder in [desk.path().join("people"), desk.path().join(".git"), desk.path().to_owned()] {
        assert_eq!(desk.call(&list).cwd(&folder).run().text(), id, "{}", folder.display());
    }
    assert_eq!(desk.call(format!("{list} -C desk")).cwd(&elsewhere).run().text(), id);
    let place = desk.path().to_str().unwrap();
    assert_eq!(desk.call(&list).cwd(&elsewhere).env("LOKET_DESK", place).run().text(), id);
    // The desk one stands in comes before the environment's.
    let other = Desk::new();
    other.call(&list).env("LOKET_DESK", place).run().exits(3);
}

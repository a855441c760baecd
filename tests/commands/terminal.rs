//! Pipes: what is not a terminal gets plain and whole text. (Widths, colours and paging are tested where they are made,
//! in `src/output`.)

use crate::support::Desk;

#[test]
fn nothing_is_cut_or_coloured_in_a_pipe() {
    let desk = Desk::acme();
    let title = "A long title ".repeat(30);
    let id = desk.opened(format!("'{}' -m '{}'", title.trim(), "word ".repeat(500)));
    for line in ["list --view all".to_owned(), format!("show {id}"), format!("log {id}"), "search title".to_owned()] {
        let done =
            desk.call(&line).env("COLUMNS", "40").env("TERM", "xterm-256color").without_env("NO_COLOR").run().exits(0);
        assert!(!done.stdout.contains('\u{1b}'), "{line}: {done}");
        assert!(line.starts_with("log") || done.stdout.contains(title.trim()), "{line}: {done}");
    }
    assert!(desk.ok(format!("show {id}")).stdout.contains(&"word ".repeat(100)));
}

#[test]
fn colour_can_be_asked_for() {
    let desk = Desk::acme();
    desk.opened("A");
    assert!(desk.ok("list --color always").stdout.contains('\u{1b}'));
    assert!(!desk.ok("list --color never").stdout.contains('\u{1b}'));
    desk.refused("list --color sometimes", 2);
}

#[test]
fn the_text_of_strangers_moves_no_cursor() {
    let desk = Desk::acme();
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2Jred\u{9b}31m\u{202e}";
    let id = desk.call("new").arg(format!("T{evil}")).arg("--from").arg("ann@x.example").arg("-m").arg(evil).run();
    let id = id.exits(0).text().to_owned();
    desk.call(format!("reply {id} --from b@x.example -F -")).input(evil).run().exits(0);
    for line in [
        "list --view all",
        "search red",
        "list --view all -o md",
        &format!("show {id}"),
        &format!("show {id} -o md"),
        &format!("log {id}"),
    ] {
        for color in ["never", "always"] {
            let done = desk.ok(format!("{line} --color {color}"));
            for odd in ["\u{1b}]", "\u{1b}[2J", "\u{7}", "\u{9b}", "\u{202e}"] {
                assert!(!done.stdout.contains(odd), "{line} --color {color} lets {odd:?} through");
            }
        }
    }
    assert_eq!(desk.value(&id, "title"), format!("T{evil}"), "programs get it as it is");
}

#[test]
fn a_long_answer_is_not_paged_in_a_pipe() {
    let desk = Desk::acme();
    (0..200).for_each(|number| drop(desk.ticket(&format!("261122-{number:0>5}")).write()));
    desk.commit("two hundred");
    let done = desk.call("list --view all").env("PAGER", "false").env("LOKET_PAGER", "false").run().exits(0);
    assert_eq!(done.lines().len(), 201);
    assert_eq!(desk.ok("list --view all -o ids").lines().len(), 200);
}

#[test]
fn nothing_is_asked_where_nobody_sits() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    for line in [format!("reply {id}"), format!("note {id}"), format!("escalate {id}"), "new".to_owned()] {
        desk.unchanged(|| desk.call(line).env("EDITOR", "touch /nowhere/at/all").run().exits(2));
    }
}

//! What becomes of whole mails, and what holds for any text at all.

use proptest::prelude::*;

use super::{forwarded, lines, trim};

/// Checks what stays in sight and that the rest is all below the fold.
#[track_caller]
fn cuts(text: &str, new: &str) {
    let found = trim(text);
    assert_eq!(found.new, new, "below the fold: {}", found.quoted);
    holds_everything(text);
}

/// Checks that nothing is cut.
#[track_caller]
fn keeps(text: &str) {
    cuts(text, text);
    assert_eq!(trim(text).quoted, "");
}

/// Checks that each line with something in it is on one side of the fold, and that the order is kept.
#[track_caller]
fn holds_everything(text: &str) {
    let solid = |text: &str| {
        lines::split(text).into_iter().filter(|line| !lines::is_blank(line)).map(str::to_owned).collect::<Vec<_>>()
    };
    let found = trim(text);
    let (all, new, quoted) = (solid(text), solid(&found.new), solid(&found.quoted));
    let within = |part: &[String]| {
        let mut rest = all.iter();
        part.iter().all(|line| rest.any(|other| other == line))
    };
    assert!(within(&new) && within(&quoted), "{text:?} gave {found:?}");
    let (mut all, mut both) = (all.clone(), [new, quoted].concat());
    all.sort();
    both.sort();
    assert_eq!(all, both);
}

#[test]
fn the_answer_above_a_quote() {
    cuts(
        "It works.\n\nOn Sat, 21 Nov 2026 at 10:00, Desk <desk@desk.example> wrote:\n> Restart it.\n>> Why?\n",
        "It works.",
    );
    cuts("Dank u!\n\nOp za 21 nov 2026 om 10:00 schreef Desk <\ndesk@desk.example>:\n\n> Herstart hem.", "Dank u!");
    cuts("Merci\n\n> Le 21 nov. 2026 à 10:00, Desk a écrit :\n> \n> Bonjour", "Merci");
}

#[test]
fn the_answer_above_a_mail_without_marks() {
    cuts(
        "Geht.\n\nVon: Desk <desk@desk.example>\nGesendet: Samstag\nAn: Ann\nBetreff: AW: Lampe\n\nHallo Ann",
        "Geht.",
    );
    cuts("Va bene.\n\n-----Messaggio originale-----\nDa: Desk\nOggetto: x\n\nCiao", "Va bene.");
    cuts("Ok.\n\n* * *\n\n**De :** Desk  \n**Envoyé :** samedi  \n**À :** Ann  \n**Objet :** Lampe\n\nBonjour", "Ok.");
    cuts("好的\n\nDesk <desk@desk.example> 于2026年11月21日周六 10:00写道：\n\n你好", "好的");
}

#[test]
fn the_signature_and_what_the_phone_adds() {
    cuts("It works.\n\n-- \nAnn Lee\nSales", "It works.");
    cuts("It works.\nSent from my iPhone\n\n> On 21 Nov 2026, at 10:00, Desk wrote:\n> Hello", "It works.");
    cuts(
        "Es geht.\n\nVon meinem iPhone gesendet\n\nAm 21.11.2026 um 10:00 schrieb Desk:\n\n> Hallo\n\n--\nliste",
        "Es geht.",
    );
    cuts("It works.\n\n-- \nAnn\n\nOn Sat, 21 Nov 2026 at 10:00, Desk <d@desk.example> wrote:\n> Hello\n", "It works.");
}

#[test]
fn answers_between_quotes() {
    keeps("> Did you restart it?\n\nYes.\n\n> Which version?\n\nFour.");
    cuts("> Did you?\n\nYes.\n\n> Which?\n\nFour.\n\n> Bye\n\n-- \nAnn", "> Did you?\n\nYes.\n\n> Which?\n\nFour.");
    let attributed = "Hi,\n\nOn 21 Nov 2026 at 10:00, Desk wrote:\n> Did you?\n\nYes.\n\n> Which?\n\nFour.";
    cuts(attributed, "Hi,\n\n> Did you?\n\nYes.\n\n> Which?\n\nFour.");
}

#[test]
fn the_answer_below_a_quote() {
    cuts(
        "Op 21-11-2026 om 10:00 schreef Desk:\n> Herstart hem.\n> En nu?\n\nHij doet het.\n\n-- \nAnn",
        "Hij doet het.",
    );
    keeps("> Restart it.\n\nI did.");
}

#[test]
fn nothing_is_cut_where_nothing_would_be_left() {
    for text in [
        "",
        "> Restart it.",
        "On 21 Nov 2026 at 10:00, Desk wrote:\n> Restart it.",
        "---------- Forwarded message ---------\nFrom: Ann <ann@desk.example>\nDate: today\nSubject: x\n\nHello\n> old",
        "-- \nAnn",
        "Sent from my iPhone",
    ] {
        keeps(text);
    }
}

#[test]
fn own_words_stay() {
    keeps(
        "On Monday it worked.\nAnn wrote a mail about it: see the list.\n\n- one\n- two\n\n---\n\nMore.\n\nBest regards,\nAnn",
    );
    keeps("The log:\n\n```\n-- \n> x\nFrom: a@b.example\nTo: b\nSubject: c\n```");
    keeps("It says:\n> Error 500");
    keeps("From: Ghent\nTo: Bruges\nDate: 3 May 2026\n\nIs there a train?");
    keeps("2026-11-21 10:00:12 GMT disk full\n2026-11-21 10:00:13 GMT disk full");
    keeps("    indented\n\ttab");
}

#[test]
fn line_ends_and_outer_blank_lines_go() {
    cuts("\r\n \r\n  one\r\n\r\ntwo\r\n\r\n", "  one\n\ntwo");
}

#[test]
fn what_did_not_stand_together_is_set_apart() {
    let text = "On 21 Nov 2026 at 10:00, Desk wrote:\n> A?\nYes.\n> B?\nNo.\n-- \nAnn";
    assert_eq!(trim(text).quoted, "On 21 Nov 2026 at 10:00, Desk wrote:\n\n-- \nAnn");
}

/// Lines that somebody might send a million of.
const HOSTILE: &[&str] = &[
    ">",
    "> ",
    ">\n",
    "On \n",
    "On ",
    "On 21 Nov 2026 at 10:00, A wrote:\n",
    "wrote:",
    "On 2026\n",
    "From: a@b.c\n",
    "To: a@b.c\na@b.c\n",
    "-- \n",
    "--\n",
    "__\n\n",
    "_",
    "\n",
    " ",
    "```\n",
    "```\n\n```\n-- \n",
    "Attachments: x\n",
    "a@",
    "<",
    "Subject:",
    "a:\n> b\n",
    "Sent from my iPhone\n",
    "Sent from my iPhone (",
    "1.1.",
    "\u{200e}",
    "x\n\n\n--\n",
    "---\n",
    "2026 a <a@b.c>\n",
];

#[test]
fn hostile_text_is_bounded() {
    for line in HOSTILE {
        let text = line.repeat((1 << 17) / line.len());
        let found = trim(&text);
        assert!(found.new.len() + found.quoted.len() <= text.len() * 2);
        let _ = forwarded(&text);
    }
}

/// Lines that mean something, to make mails of.
const LINES: &[&str] = &[
    "",
    "",
    " ",
    "Hello.",
    "It says:",
    "> quote",
    ">> quote",
    ">",
    "-- ",
    "--",
    "____",
    "---",
    "```",
    "Sent from my iPhone",
    "wrote:",
    "On 21 Nov 2026 at 10:00, Ann <a@b.example>",
    "On 21 Nov 2026 at 10:00, Ann <a@b.example> wrote:",
    "Ann wrote:",
    "\r",
    "\u{a0}",
    "-----Original Message-----",
    "From: Ann <a@b.example>",
    "Sent: today",
    "To: b@b.example,",
    "Subject: x",
    "2026-11-21 10:00 GMT A",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn nothing_of_any_text_is_lost(text in "\\PC*|(\\PC{0,9}[\\n\\r>:@<. -]){0,40}") {
        holds_everything(&text);
        let _ = forwarded(&text);
    }

    #[test]
    fn nothing_of_any_mail_is_lost(lines in prop::collection::vec(prop::sample::select(LINES), 0..24)) {
        let text = lines.join("\n");
        holds_everything(&text);
        let _ = forwarded(&text);
    }

    #[test]
    fn something_stays_in_sight(lines in prop::collection::vec(prop::sample::select(LINES), 0..24)) {
        let text = lines.join("\n");
        prop_assert_eq!(trim(&text).new.is_empty(), text.lines().all(super::lines::is_blank));
    }
}

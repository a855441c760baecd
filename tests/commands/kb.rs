//! The knowledge base: articles, their versions, translations, and what the public sees of them.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::Desk;

const MARK: &str = "ZEBRA-ONLY-FOR-US";

fn write(desk: &Desk, path: &str, keys: &str, body: &str) {
    desk.write(&format!("kb/{path}.md"), format!("---\n{keys}---\n{body}"));
}

/// A desk in English and Dutch with an article in each.
fn translated() -> Desk {
    let desk = Desk::acme();
    write(&desk, "network/vpn", "title: Use the VPN\nvisibility: public\ntags: [home]\n", "Connect.\n");
    desk.commit("the original");
    desk.at("2026-11-23T09:00:00Z");
    write(&desk, "network/vpn.nl", "title: De VPN gebruiken\nvisibility: public\nlanguage: nl\n", "Verbind.\n");
    desk.commit("the translation");
    desk
}

#[test]
fn an_article_is_written_listed_and_shown() {
    let desk = Desk::acme();
    let made = desk.json("kb new 'Één VPN voor thuis' --category network/remote --tag home --owner jo --visibility public -m 'Open *Settings*.'");
    assert_eq!(made["path"], "kb/network/remote/een-vpn-voor-thuis.md");
    assert_snapshot!(desk.read("kb/network/remote/een-vpn-voor-thuis.md"), @"
        ---
        title: Één VPN voor thuis
        visibility: public
        language: en
        tags: [home]
        owner: jo
        ---
        Open *Settings*.
        ");
    assert_eq!(desk.git("log -1 --format=%s").trim(), "kb: add een-vpn-voor-thuis");
    assert!(desk.git("log -1 --format=%B").contains("Loket-Command: kb new"));
    assert_snapshot!(desk.ok("kb list"), @"
        SLUG                CATEGORY        TITLE               VISIBILITY  LANGUAGE  TRANSLATIONS
        een-vpn-voor-thuis  network/remote  Één VPN voor thuis  public      en        nl missing
        ");
    assert_snapshot!(desk.ok("kb show een-vpn-voor-thuis"), @"
        een-vpn-voor-thuis  Één VPN voor thuis
        public · en
        category      network/remote
        tags          home
        owner         jo
        translations  nl missing

        Open Settings.
        ");
    assert_eq!(desk.ok("kb list -o ids").lines(), ["een-vpn-voor-thuis"]);
    assert_eq!(desk.ok("kb show network/remote/een-vpn-voor-thuis -o md").text(), "Open *Settings*.");
    desk.is_clean();
}

#[test]
fn what_cannot_be_an_article_is_refused() {
    let desk = Desk::acme();
    desk.ok("kb new VPN --category network -m Text.");
    desk.refused("kb new VPN --category network -m Other.", 4).says(&["kb/network/vpn.md", "--slug"]);
    desk.ok("kb new VPN --category network --slug vpn-2 -m Other.");
    desk.refused("kb new VPN", 2).says(&["--category"]);
    for category in ["..", "../x", "a//b", "A", "a/../b", "/", "''", "a/b/c/d/e/f/g/h/i"] {
        desk.refused(format!("kb new X --category {category}"), 2).says(&["category"]);
    }
    for slug in ["../x", "a/b", "X", "a.nl", "''"] {
        desk.refused(format!("kb new X --category a --slug {slug}"), 2).says(&["slug"]);
    }
    desk.refused("kb new ??? --category a", 2).says(&["--slug"]);
    desk.refused("kb new X --category a --owner ghost", 3).says(&["ghost"]);
    desk.refused("kb new X --category a --language english", 2).says(&["nl"]);
    desk.refused("kb new X --category a --visibility everybody", 2).says(&["internal"]);
    desk.refused("--at HEAD kb new X --category a", 2).says(&["--at"]);
}

#[test]
fn a_slug_used_twice_wants_its_category() {
    let desk = Desk::acme();
    desk.ok("kb new Start --category mail -m Mail.");
    desk.ok("kb new Start --category phone -m Phone.");
    desk.refused("kb show start", 1).says(&["mail/start", "phone/start"]);
    assert_eq!(desk.json("kb show phone/start")["body"], "Phone.\n");
    desk.refused("kb show phone/strat", 3);
    desk.refused("kb show strat", 3).says(&["did you mean 'start'?"]);
}

#[test]
fn versions_are_followed_through_a_rename() {
    let desk = Desk::acme();
    desk.ok("kb new VPN --category network -m 'One line that stays as it is.\n\nFirst wording.'");
    desk.at("2026-11-23T09:00:00Z");
    let text = desk.read("kb/network/vpn.md");
    desk.write("kb/network/vpn.md", text.replace("First", "Second"));
    desk.commit("reword");
    desk.at("2026-11-24T09:00:00Z");
    desk.write("kb/remote/work.md", desk.read("kb/network/vpn.md").replace("Second", "Third"));
    desk.remove("kb/network/vpn.md");
    desk.commit("move");
    let log = desk.json("kb log work");
    let told: Vec<Value> =
        log.as_array().unwrap().iter().map(|row| json!([row["path"], row["from"], row["command"]])).collect();
    assert_eq!(
        told,
        [
            json!(["kb/network/vpn.md", null, "kb new"]),
            json!(["kb/network/vpn.md", null, null]),
            json!(["kb/remote/work.md", "kb/network/vpn.md", null])
        ]
    );
    let first = log[0]["commit"].as_str().unwrap().to_owned();
    let patch = desk.ok(format!("kb diff work {first}"));
    assert!(patch.text().contains("\n-First wording.\n+Third wording."), "{patch}");
    let last = desk.ok("kb diff work");
    assert!(last.text().contains("\n-Second wording.\n+Third wording."), "{last}");
    assert!(desk.ok(format!("kb diff work {first} {first}")).text().is_empty());
    desk.ok(format!("kb restore work {first}"));
    assert_eq!(desk.read("kb/remote/work.md"), desk.git(format!("show {first}:kb/network/vpn.md")));
    assert_eq!(desk.json("kb log work").as_array().unwrap().len(), 4);
    desk.unchanged(|| desk.ok(format!("kb restore work {first}")));
    desk.refused("kb restore work nonsense", 3).says(&["kb log"]);
    desk.refused("kb diff work -o csv", 2);
    desk.is_clean();
}

#[test]
fn a_merge_that_only_joins_is_no_version() {
    let desk = Desk::acme();
    desk.ok("kb new VPN --category network -m 'Stays.\n\nFirst.\n\nStays, too.'");
    desk.git("switch -q -c side");
    desk.write("kb/network/vpn.md", desk.read("kb/network/vpn.md").replace("First", "Second"));
    desk.commit("on the side");
    desk.git("switch -q main");
    desk.ok("kb new Printers --category office -m Text.");
    desk.git("merge -q --no-ff -m joined side");
    let subjects = |slug: &str| {
        let log = desk.json(format!("kb log {slug}"));
        log.as_array().unwrap().iter().map(|row| row["subject"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(subjects("vpn"), ["kb: add vpn", "on the side"]);
    assert_eq!(subjects("printers"), ["kb: add printers"]);
}

#[test]
fn a_diff_is_cleaned() {
    let desk = Desk::acme();
    desk.ok("kb new VPN --category network -m 'Open the red door.'");
    desk.write("kb/network/vpn.md", desk.read("kb/network/vpn.md").replace("red", "blue\u{1b}]0;x\u{7}"));
    desk.commit("blue");
    let shown = desk.ok("kb diff vpn");
    assert!(!shown.text().contains(['\u{7}', '\u{1b}']) && shown.text().contains("\n+Open the blue"), "{shown}");
}

#[test]
fn a_translation_is_missing_current_or_outdated() {
    let desk = translated();
    let state = |desk: &Desk| {
        let one = &desk.json("kb show vpn")["translations"][0];
        json!([one["language"], one["state"], one["since"]])
    };
    assert_eq!(state(&desk), json!(["nl", "current", null]));
    desk.at("2026-11-24T09:00:00Z");
    let text = desk.read("kb/network/vpn.md");
    desk.write("kb/network/vpn.md", text.replace("[home]", "[home, office]"));
    desk.commit("a tag is no reason to translate again");
    assert_eq!(state(&desk), json!(["nl", "current", null]));
    desk.at("2026-11-25T09:00:00Z");
    desk.write("kb/network/vpn.md", text.replace("Connect.", "Connect twice."));
    desk.commit("another text");
    assert_eq!(state(&desk), json!(["nl", "outdated", "2026-11-25T09:00:00Z"]));
    assert_snapshot!(desk.ok("kb stale"), @"
        SLUG  TITLE        OWNER  WHAT         LANGUAGE  REASON
        vpn   Use the VPN         translation  nl        outdated since 2026-11-25T09:00:00Z
        ");
    desk.write("kb/network/vpn.md", &text);
    desk.commit("back again");
    assert_eq!(state(&desk), json!(["nl", "current", null]));
    assert_eq!(desk.json("kb list").as_array().unwrap().len(), 1);
    assert_eq!(desk.json("kb show vpn --language nl")["title"], "De VPN gebruiken");
    assert_eq!(desk.json("kb show vpn.nl")["title"], "De VPN gebruiken");
    desk.refused("kb show vpn --language fr", 3);
    desk.ok("kb new Printers --category office -m Text.");
    assert_eq!(desk.json("kb show printers")["translations"][0]["state"], "missing");
    desk.ok("kb new 'De printers' --translates printers --language nl -m Tekst.");
    assert!(desk.read("kb/office/printers.nl.md").contains("translation-of: printers\n"));
    assert_eq!(desk.json("kb show printers")["translations"][0]["state"], "current");
    desk.refused("kb new Again --translates printers --language en", 2);
    desk.refused("kb new Again --translates printers", 2);
}

#[test]
fn a_name_with_a_dot_is_a_translation_only_beside_its_original() {
    let desk = Desk::acme();
    write(&desk, "web/node.js", "title: Node.js\n", "Text.\n");
    write(&desk, "web/node", "title: Nodes\n", "Text.\n");
    write(&desk, "web/vpn.nl", "title: VPN\nlanguage: nl\n", "Tekst.\n");
    desk.commit("articles");
    assert_eq!(desk.ok("kb list -o ids").lines(), ["node.js", "node", "vpn.nl"]);
}

#[test]
fn the_public_sees_nothing_internal() {
    let desk = translated();
    write(&desk, "a/staff", &format!("title: Staff {MARK}\nvisibility: internal\n"), MARK);
    write(&desk, "a/draft", &format!("title: Draft {MARK}\n"), MARK);
    write(
        &desk,
        "a/half",
        &format!("title: Half\nvisibility: public\nowner: {}\n", MARK.to_lowercase()),
        &format!("Before.\n\n<!-- internal -->\n{MARK}\n<!-- /internal -->\n\nAfter.\n\n<!-- internal -->\n{MARK}\n"),
    );
    write(&desk, "a/half.nl", &format!("title: Half {MARK}\nvisibility: internal\nlanguage: nl\n"), MARK);
    write(&desk, "a/broken", &format!("title: [{MARK}\n"), MARK);
    write(&desk, "a/staff.nl", &format!("title: Staf {MARK}\nvisibility: public\nlanguage: nl\n"), MARK);
    desk.commit("articles");
    for format in ["table", "json", "jsonl", "csv", "md", "ids"] {
        for line in ["kb list --public", "kb show half --public", "kb show vpn --public"] {
            let shown = desk.ok(format!("{line} -o {format}"));
            assert!(!shown.to_string().to_lowercase().contains(&MARK.to_lowercase()), "{line} -o {format}: {shown}");
        }
    }
    assert_eq!(desk.ok("kb list --public -o ids").lines(), ["half", "vpn"]);
    assert_eq!(desk.json("kb show half --public")["body"], "Before.\n\n\nAfter.\n\n");
    for slug in
        ["staff", "draft", "staff.nl", "half.nl", "broken", "a/staff", "kb/a/draft.md", "half --language nl", "staf"]
    {
        let refused = desk.refused(format!("kb show {slug} --public"), 3);
        assert!(!refused.to_string().contains(MARK) && !refused.to_string().contains("did you mean"), "{refused}");
    }
    assert!(desk.ok("kb show half").text().contains(MARK));
    desk.ok("kb list").says(&["kb/a/broken.md:2"]);
    desk.run("kb list --strict").exits(1);
}

#[test]
fn a_review_is_due_after_its_last_day() {
    let desk = Desk::acme();
    write(&desk, "a/vpn", "title: VPN\nreviewed: 2026-01-01\nreview-every: 180d\nowner: jo\n", "Text.\n");
    write(&desk, "a/old", "title: Old\nreviewed: 2001-01-01\n", "Text.\n");
    write(&desk, "a/never", "title: Never\nreview-every: 52w\n", "Text.\n");
    desk.commit("articles");
    let told = |now: &str| {
        let stale = desk.at(now).json("kb stale");
        let reviews = stale.as_array().unwrap().iter().filter(|one| one["what"] == "review");
        reviews.map(|one| json!([one["slug"], one["reason"]])).collect::<Vec<_>>()
    };
    let never = json!(["never", "never reviewed"]);
    assert_eq!(told("2026-06-30T12:00:00Z"), std::slice::from_ref(&never));
    assert_eq!(told("2026-07-01T12:00:00Z"), [never, json!(["vpn", "review was due by 2026-06-30"])]);
}

#[test]
fn an_edit_is_checked_and_the_text_kept() {
    let desk = Desk::acme();
    desk.ok("kb new VPN --category network -m Text.");
    let call = desk.call("kb edit vpn").env("EDITOR", "sed -i s/draft/everybody/");
    desk.unchanged(|| call.run().exits(1).says(&["kb/network/vpn.md:3", "everybody", "your text is in"]));
    desk.call("kb edit vpn").env("EDITOR", "sed -i s/draft/public/").run().exits(0);
    assert_eq!(desk.json("kb show vpn")["visibility"], "public");
    write(&desk, "network/vpn", "title: [\n", "Text.\n");
    desk.commit("broken by hand");
    desk.refused("kb show vpn", 1).says(&["kb/network/vpn.md:3", "loket kb edit"]);
    desk.refused("kb show network/vpn", 1).says(&["kb/network/vpn.md:3"]);
    desk.refused("kb show vpn --public", 3);
    desk.call("kb edit vpn").env("EDITOR", "sed -i s/\\\\[/VPN/").run().exits(0);
    assert_eq!(desk.json("kb show vpn")["title"], "VPN");
}

#[test]
fn articles_and_solved_tickets_are_proposed_for_a_ticket() {
    let desk = Desk::acme();
    write(&desk, "a/reset", "title: Reset your password\n", "When you forgot it, use the link on the sign-in page.\n");
    write(&desk, "a/vpn", "title: Use the VPN\n", "Connect from home.\n");
    write(&desk, "a/printer", "title: Printers of the third floor\nvisibility: internal\n", "Paper jams, toner.\n");
    desk.commit("articles");
    let old = desk.opened("'Forgot the password' -m 'Of the sign-in page.' --from ann@example.com --assign jo");
    desk.ok(format!("solve {old} -m 'Use the link.'"));
    let new = desk.opened("'I forgot my password' -m Help. --from bob@example.com");
    let open = desk.opened("'Password forgotten' -m 'Sign-in page.' --from eve@example.com");
    let told = |id: &str| {
        let hits = desk.json(format!("kb suggest {id}"));
        hits.as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let hits = told(&new);
    assert_eq!(hits[0], "reset");
    assert!(hits.contains(&old) && !hits.contains(&new) && !hits.contains(&open), "{hits:?}");
    let jam = desk.opened("'Jam' -m 'Nothing comes out.' --from ann@example.com");
    desk.ok(format!("note {jam} -m 'VPN VPN VPN home'"));
    desk.ok(format!("reply {jam} --from ann@example.com -m 'The toner of the third floor is empty'"));
    assert_eq!(told(&jam)[0], "printer", "what the requester said counts, what we note does not");
    assert_eq!(desk.ok(format!("kb suggest {new} --limit 1 -o ids")).lines()[0], "reset");
    desk.refused("kb suggest 261122-zzzzz", 3);
    let empty = desk.opened("'???' -m ''");
    assert!(told(&empty).is_empty());
}

#[test]
fn articles_that_answers_to_like_tickets_link_to_are_proposed() {
    let desk = Desk::acme();
    for (name, title) in [("login/token", "Hardware keys"), ("login/phone", "Telephones"), ("login/draft", "Secrets")] {
        desk.write(&format!("kb/{name}.md"), format!("---\ntitle: {title}\n---\nText.\n"));
    }
    desk.commit("articles");
    let old = desk.opened("'The zebra does not bark' -m 'Zebra zebra.' --from ann@example.com");
    desk.ok(format!("note {old} -m 'See [[draft]].'"));
    desk.ok(format!("reply {old} -m 'Read [[token]] and [this](kb/login/phone.md#top), or [[nothing]].'"));
    desk.ok(format!("assign {old} jo"));
    let new = desk.opened("'Zebra, and it does not bark' -m 'Zebra.' --from bob@example.com");
    let ids = || -> Vec<String> {
        desk.ok(format!("kb suggest {new} -o ids")).lines().iter().map(|id| id.to_string()).collect()
    };
    assert!(!ids().iter().any(|id| id == "token"), "an open ticket has answered nothing yet");
    desk.ok(format!("solve {old}"));
    assert_eq!(ids(), ["token", "phone", &*old]);
    assert_eq!(desk.json(format!("kb suggest {new}"))[0]["ticket"], *old);
}

//! `search`: ranked, with kinds, phrases and two languages.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::Desk;

fn library() -> Desk {
    let desk = Desk::acme();
    desk.ticket("261120-aaaaa").key("title", "Printer jams every morning").body("The printer eats paper.").write();
    desk.ticket("261120-bbbbb").key("title", "Slow computer").body("Also the printer is slow, once.").write();
    desk.ticket("261121-ccccc")
        .key("title", "Invoices are missing")
        .key("status", "solved")
        .body("I got none.")
        .write();
    desk.ticket("261121-ddddd")
        .key("title", "Facturen ontbreken")
        .key("language", "nl")
        .body("De facturen van de huizen zijn niet aangekomen.")
        .write();
    desk.comment("261120-bbbbb", "20261121T090000Z").body("We restarted the spooler of that machine.").write();
    desk.write(
        "kb/print/paper-jam.md",
        "---\ntitle: Clear a paper jam\nvisibility: public\nlanguage: en\naliases: [stuck sheet]\n---\nOpen the tray.\n",
    );
    desk.write("patterns/printing.md", "---\ntitle: Printing trouble\nlanguage: en\n---\n## Response\nTurn it off.\n");
    desk.commit("a library");
    desk
}

fn hits(desk: &Desk, line: &str) -> Vec<String> {
    let found = desk.json(format!("search {line}"));
    found
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| format!("{} {}", hit["kind"].as_str().unwrap(), hit["id"].as_str().unwrap()))
        .collect()
}

#[test]
fn hits_read_well_and_carry_their_place() {
    let desk = library();
    assert_snapshot!(desk.ok("search printer"), @"
        261120-aaaaa  ticket  Printer jams every morning
          The printer eats paper.
        261120-bbbbb  ticket  Slow computer
          Also the printer is slow, once.
        ");
    let hit = desk.json("search spooler")[0].clone();
    assert_eq!(hit["kind"], "comment");
    assert_eq!(hit["ticket"], "261120-bbbbb");
    assert_eq!(hit["path"], "tickets/2026/11/20/261120-bbbbb/20261121T090000Z-0000.md");
    assert!(hit["snippet"].as_str().unwrap().contains("spooler"));
    assert!(hit["score"].as_f64().unwrap() > 0.0);
    assert_eq!(hit.as_object().unwrap().len(), 7);
}

#[test]
fn every_kind_is_found_and_can_be_asked_for() {
    let desk = library();
    assert_eq!(hits(&desk, "'stuck sheet'"), ["article paper-jam"]);
    assert_eq!(hits(&desk, "printing --kind pattern"), ["pattern printing"]);
    assert_eq!(hits(&desk, "spooler --kind ticket"), [""; 0]);
    assert_eq!(hits(&desk, "spooler --kind comment,ticket"), ["comment 20261121T090000Z-0000"]);
    assert_snapshot!(desk.refused("search printer --kind tikcet", 2), @"
        ! error: there is no kind 'tikcet'
        ! hint: the kinds are ticket, comment, article, pattern
        exit 2
        ");
    desk.refused("search", 2);
}

#[test]
fn what_is_about_it_comes_before_what_mentions_it() {
    let desk = library();
    let found = hits(&desk, "printer --kind ticket");
    assert_eq!(found, ["ticket 261120-aaaaa", "ticket 261120-bbbbb"]);
    assert_eq!(hits(&desk, "printer --kind ticket --limit 1").len(), 1);
}

#[test]
fn words_are_joined_by_and_and_where_that_finds_nothing_by_or() {
    let desk = library();
    assert_eq!(hits(&desk, "printer paper --kind ticket"), ["ticket 261120-aaaaa"]);
    let some = desk.ok("search printer zebra --kind ticket --json").says(&["some of them"]);
    assert_eq!(some.json().as_array().unwrap().len(), 2);
    assert_eq!(hits(&desk, "printer paper --any --kind ticket").len(), 2);
    let none = desk.ok("search zebra --json");
    assert_eq!(none.json(), json!([]));
    assert_snapshot!(desk.ok("search zebra"), @"! nothing was found");
}

#[test]
fn conditions_filter_also_in_the_fallback() {
    let desk = library();
    assert_eq!(hits(&desk, "invoices status:solved"), ["ticket 261121-ccccc"]);
    assert_eq!(hits(&desk, "invoices status:open"), [""; 0]);
    assert_eq!(hits(&desk, "printer zebra status:solved"), [""; 0]);
    desk.refused("search printer statis:open", 2);
}

#[test]
fn phrases_are_found_as_they_stand() {
    let desk = library();
    assert_eq!(hits(&desk, "'\"printer eats\"'"), ["ticket 261120-aaaaa"]);
    assert_eq!(hits(&desk, "'\"eats printer\"'"), [""; 0]);
    assert_eq!(hits(&desk, "'\"printers eat\"'"), [""; 0], "a phrase is not stemmed");
}

#[test]
fn words_are_found_in_their_other_forms() {
    let desk = library();
    for word in ["invoice", "INVOICES", "invoicing"] {
        assert!(hits(&desk, word).contains(&"ticket 261121-ccccc".to_owned()), "{word}");
    }
    for word in ["factuur", "facturen", "huis", "ontbreekt"] {
        let found = hits(&desk, &format!("{word} --kind ticket"));
        let stem_of_dutch = matches!(word, "facturen" | "ontbreekt");
        assert!(!stem_of_dutch || found.contains(&"ticket 261121-ddddd".to_owned()), "{word}: {found:?}");
    }
}

#[test]
fn special_characters_are_words_or_errors_and_never_a_crash() {
    let desk = library();
    for words in
        ["c++", "foo/bar", "a:b", "***", "\\", "AND", "OR", "NOT", "\"\"", "()", "~1", "x^2", "[a TO b]", "-", ""]
    {
        let done = desk.call("search --json --").arg(words).run();
        assert!(matches!(done.code, 0 | 2), "{words:?}: {done}");
    }
}

#[test]
fn what_changes_is_found_at_once() {
    let desk = library();
    assert_eq!(hits(&desk, "quokka"), [""; 0]);
    desk.ok("note aaaaa -m 'A quokka did it.'");
    assert_eq!(hits(&desk, "quokka").len(), 1);
    desk.ok("set aaaaa title='Quokka in the printer'");
    assert_eq!(hits(&desk, "quokka").len(), 2);
    let path = desk.json("search quokka --kind comment")[0]["path"].as_str().unwrap().to_owned();
    desk.remove(&path);
    desk.commit("redacted");
    assert_eq!(hits(&desk, "quokka"), ["ticket 261120-aaaaa"]);
    desk.git("rm -rqf tickets/2026/11/20/261120-aaaaa");
    desk.git("commit -qm gone");
    assert_eq!(desk.json("search quokka"), Value::Array(Vec::new()));
}

//! Response patterns: kept, and answered from.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::Desk;

const BODY: &str = "# Situation\n\nMARKER-SITUATION\n\n# Approach\n\nMARKER-APPROACH\n\n# Response\n\n\
    Dear {{ requester.name }},\n\nAbout {{ ticket.title }}: we are on it.\n\n{{ agent.name }}, {{ desk.name }}\n\n\
    # Next steps\n\nMARKER-NEXT\n";

const ANSWER: &str = "Dear Ann Example,\n\nAbout Cannot log in: we are on it.\n\nJo Janssen, Acme Support\n";

/// A desk with the pattern `on-it`, with more keys and another text; and a ticket of Ann's.
fn desk(keys: &str, body: &str) -> (Desk, String) {
    let desk = Desk::acme();
    desk.write("customers/ann.md", "---\nname: Ann Example\nemails: [Ann@Example.com]\n---\n");
    write(&desk, "on-it", keys, body);
    let id = desk.opened("'Cannot log in' --from ann@example.com --assign jo -m Help.");
    (desk, id)
}

fn write(desk: &Desk, name: &str, keys: &str, body: &str) {
    desk.write(&format!("patterns/{name}.md"), format!("---\ntitle: On it\n{keys}---\n{body}"));
    desk.commit("a pattern");
}

/// The last comment of a ticket.
fn last(desk: &Desk, id: &str) -> Value {
    desk.value(id, "thread").as_array().unwrap().last().unwrap().clone()
}

#[test]
fn the_response_alone_is_said_and_its_origin_kept() {
    let (desk, id) = desk("language: en\n", BODY);
    let before = desk.commits();
    desk.ok(format!("reply {id} --pattern on-it"));
    let said = last(&desk, &id);
    assert_eq!(said["body"], ANSWER);
    assert_eq!((&said["pattern"], &said["deviates"]), (&json!("on-it"), &json!(false)));
    let file = desk.read(said["path"].as_str().unwrap());
    assert!(file.contains("visibility: public\npattern: on-it\n---\n"), "{file}");
    let object = desk.git("rev-parse HEAD:patterns/on-it.md");
    let message = desk.git("log -1 --format=%B");
    assert!(message.contains(&format!("\nLoket-Pattern: on-it@{}\n", &object[..12])), "{message}");
    assert_eq!(desk.commits(), before + 1);
    assert_eq!(desk.json(format!("show {id} --public"))["thread"][0]["pattern"], Value::Null);
    desk.is_clean();
}

#[test]
fn what_is_given_is_said_instead_and_deviates() {
    let (desk, id) = desk("", BODY);
    desk.ok(format!("reply {id} --pattern on-it -m 'In my own words.'"));
    let said = last(&desk, &id);
    assert_eq!((&said["body"], &said["deviates"]), (&json!("In my own words.\n"), &json!(true)));
    assert!(desk.read(said["path"].as_str().unwrap()).contains("pattern: on-it\ndeviates: true\n"));
    desk.call(format!("reply {id} --pattern on-it -F -")).input(ANSWER).run().exits(0);
    assert_eq!(last(&desk, &id)["deviates"], false);
    desk.refused(format!("reply {id} --pattern on-it -m ''"), 2);
    desk.refused(format!("reply {id} --pattern on-it --from ann@example.com"), 2);
}

#[test]
fn what_it_sets_and_then_does_is_in_the_same_commit() {
    let (desk, id) = desk("set: {type: incident, tags+: [handled, seen]}\nthen: wait\n", BODY);
    let before = desk.commits();
    desk.ok(format!("reply {id} --pattern on-it"));
    let ticket = desk.json(format!("show {id}"));
    assert_eq!(ticket["type"], "incident");
    assert_eq!(ticket["tags"], json!(["handled", "seen"]));
    assert_eq!(ticket["status"], "waiting");
    assert_eq!(desk.commits(), before + 1);
    desk.ok(format!("reply {id} --pattern on-it --solve"));
    assert_eq!(desk.value(&id, "status"), "solved", "what is asked for comes first");
}

#[test]
fn escalating_tells_the_desk_why() {
    let (desk, id) = desk("then: escalate\n", BODY);
    desk.ok(format!("reply {id} --pattern on-it"));
    let ticket = desk.json(format!("show {id}"));
    assert_eq!((&ticket["line"], &ticket["assignee"]), (&json!(2), &Value::Null));
    let note = last(&desk, &id);
    assert_eq!((&note["visibility"], &note["body"]), (&json!("internal"), &json!("Escalated after pattern on-it.\n")));
    assert_eq!(note["pattern"], Value::Null);
    desk.ok(format!("reply {id} --pattern on-it"));
    assert_eq!(last(&desk, &id)["visibility"], "public", "once is enough");
}

#[test]
fn a_wrong_pattern_changes_nothing_and_says_where() {
    let (desk, id) = desk("", &BODY.replace("agent.name", "agent.shoe_size"));
    assert_snapshot!(desk.refused(format!("reply {id} --pattern on-it"), 1), @"
        ! error: patterns/on-it.md:18:4: the placeholder 'agent.shoe_size' is not defined
        ! hint: there are ticket.id, ticket.title, ticket.status, ticket.priority, ticket.type, ticket.created, ticket.team, ticket.assignee, ticket.language, requester.name, requester.email, agent.name, agent.handle, desk.name, desk.email
        exit 1
        ");
    write(&desk, "on-it", "set: {type: wish}\n", BODY);
    desk.refused(format!("reply {id} --pattern on-it"), 1).says(&["patterns/on-it.md", "wish"]);
    write(&desk, "on-it", "", &BODY.replace("# Next steps", "Next"));
    desk.refused(format!("reply {id} --pattern on-it"), 1).says(&["patterns/on-it.md:", "Next steps"]);
    write(&desk, "on-it", "then: solve\n", BODY);
    let nobodys = desk.opened("'Of nobody' --from ann@example.com -m Help.");
    desk.refused(format!("reply {nobodys} --pattern on-it"), 4).says(&["nobody is assigned"]);
    assert_snapshot!(desk.refused(format!("reply {id} --pattern on-i"), 3), @"
        ! error: there is no pattern 'on-i'
        ! hint: did you mean 'on-it'?
        ! hint: `loket pattern list` shows them all
        exit 3
        ");
}

#[test]
fn each_ticket_is_answered_in_its_language() {
    let (desk, english) = desk("language: en\n", BODY);
    write(&desk, "on-it.nl", "language: nl\n", &BODY.replace("Dear", "Beste").replace("Next steps", "Vervolg"));
    let dutch = desk.opened("Kapot --from bob@example.com -m Help.");
    desk.ok(format!("set {dutch} language=nl-BE"));
    desk.ok(format!("reply {english} {dutch} --pattern on-it"));
    assert_eq!(last(&desk, &english)["body"], ANSWER);
    let said = last(&desk, &dutch)["body"].as_str().unwrap().to_owned();
    assert!(said.starts_with("Beste bob,\n\nAbout Kapot"), "{said}");
    assert_eq!(desk.git("log -1 --format=%B").matches("Loket-Pattern: on-it@").count(), 2);
    let list = desk.json("pattern list");
    let row = list.as_array().unwrap().iter().find(|row| row["slug"] == "on-it").unwrap();
    assert_eq!(row["translations"], json!(["nl"]));
    assert_eq!(desk.json("pattern show on-it --language nl")["path"], "patterns/on-it.nl.md");
    desk.refused("pattern show on-it --language fr", 3);
}

#[test]
fn a_strangers_title_stays_one_line_of_text() {
    let (desk, _) = desk("", BODY);
    let id = desk.opened("'**{{ agent.handle }}** <b>{% if %}' --from eve@example.com -m Help.");
    desk.ok(format!("reply {id} --pattern on-it"));
    let said = last(&desk, &id)["body"].as_str().unwrap().to_owned();
    assert!(said.contains("About **{{ agent.handle }}** <b>{% if %}: we are on it."), "{said}");
}

#[test]
fn patterns_are_listed_and_shown() {
    let desk = Desk::new();
    assert_snapshot!(desk.ok("pattern list"), @"
        SLUG                 TITLE                LANGUAGE  THEN  TAGS                 TRANSLATIONS  PATH
        acknowledgement      Acknowledgement      en        none  automatic                          patterns/acknowledgement.md
        complaint            Complaint            en        none  complaint                          patterns/complaint.md
        information-request  Information request  en        wait  information                        patterns/information-request.md
        invoice-question     Invoice question     en        wait  invoice, finance                   patterns/invoice-question.md
        password-reset       Password reset       en        wait  password, login                    patterns/password-reset.md
        technical-problem    Technical problem    en        wait  technical, incident                patterns/technical-problem.md
        ");
    assert_eq!(desk.ok("pattern list -o ids").lines().len(), 6);
    assert!(desk.ok("pattern list -o csv").stdout.starts_with("slug,title,language,then,tags,translations,path\n"));
    assert_eq!(desk.ok("pattern show complaint").stdout, desk.read("patterns/complaint.md"));
    let page = desk.json("pattern show password-reset");
    assert_eq!(page["set"], json!({"type": "request", "tags+": "password"}));
    assert_eq!(page["then"], "wait");
    for key in ["situation", "approach", "response", "next_steps", "body", "title", "when"] {
        assert!(page[key].as_str().is_some_and(|text| !text.is_empty()), "{key}");
    }
    desk.refused("pattern show complain", 3).says(&["'complaint'"]);
}

#[test]
fn a_pattern_is_made() {
    let desk = Desk::acme();
    assert_eq!(desk.ok("pattern new 'Card lost' -m 'Dear {{ requester.name }},'").text(), "patterns/card-lost.md");
    assert_snapshot!(desk.read("patterns/card-lost.md"), @"
        ---
        title: Card lost
        language: en
        ---
        # Situation

        # Approach

        # Response

        Dear {{ requester.name }},

        # Next steps
        ");
    desk.ok("pattern new 'Pas kwijt' --language nl");
    assert!(desk.read("patterns/pas-kwijt.md").contains("# Antwoord"));
    assert_eq!(desk.git("log -1 --format=%s").trim(), "patterns: add pas-kwijt");
    desk.refused("pattern new 'Card: lost!' -m Again", 4).says(&["card-lost"]);
    desk.refused("pattern new Other -m '{{ nobody }}'", 1).says(&["nobody"]);
    desk.refused("pattern new '???' -m Other", 2);
    desk.refused("pattern new Other --language Dutch -m Other", 2);
    desk.is_clean();
}

#[test]
fn an_edit_is_checked_before_it_is_committed() {
    let (desk, _) = desk("tags: [ a,b ] # mine\n", BODY);
    let edit = |script: &str| {
        let editor = format!("sed -i -e '{script}'");
        desk.call("pattern edit on-it").env("EDITOR", &editor).run()
    };
    edit("s/MARKER-NEXT/Wait./").exits(0);
    assert!(desk.read("patterns/on-it.md").contains("tags: [ a,b ] # mine\n"));
    assert!(desk.read("patterns/on-it.md").ends_with("Wait.\n"));
    desk.unchanged(|| edit("s/nothing//").exits(0));
    desk.unchanged(|| edit("s/agent.name/agent.shoe_size/").exits(1).says(&["shoe_size", "your text is in"]));
    desk.unchanged(|| edit("s/# Approach/Approach/").exits(1).says(&["Approach"]));
    desk.refused("pattern edit nothing", 3);
    desk.is_clean();
}

#[test]
fn patterns_are_proposed_for_a_ticket() {
    let desk = Desk::acme();
    let told = |id: &str| {
        let hits = desk.json(format!("pattern suggest {id}"));
        hits.as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let lost = desk.opened("'I forgot my password' -m 'Please help.' --from ann@example.com");
    assert_eq!(told(&lost)[0], "password-reset");
    let head = |keys: &str| {
        format!(
            "---\ntitle: Zebra\n{keys}---\n# Situation\n\nx\n\n# Approach\n\nx\n\n# Response\n\nx\n\n# Next steps\n\nx\n"
        )
    };
    desk.write("patterns/zebra.md", head("when: tag:zebra\n"));
    desk.write("patterns/wrong.md", head("when: asignee:me\n"));
    desk.write("patterns/broken.md", "---\ntitle: [\n");
    desk.commit("patterns");
    let zebra = desk.opened("'The situation' -m 'Before anything else, thank you.' --tag zebra");
    assert!(told(&zebra).len() > 1 && told(&zebra)[0] == "zebra", "{:?}", told(&zebra));
    desk.ok(format!("pattern suggest {zebra} --limit 1")).says(&["patterns/wrong.md", "asignee", "patterns/broken.md"]);
    desk.write("patterns/zebra.nl.md", head("language: nl\nwhen: tag:zebra\n").replace("Zebra", "Gestreept"));
    desk.commit("a translation");
    desk.ok(format!("set {zebra} language=nl"));
    let hit = &desk.json(format!("pattern suggest {zebra}"))[0];
    assert_eq!((&hit["id"], &hit["path"]), (&"zebra".into(), &"patterns/zebra.nl.md".into()));
    desk.refused("pattern suggest 261122-zzzzz", 3);
}

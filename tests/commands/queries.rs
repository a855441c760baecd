//! The query language, every field once, and how it says what is wrong.

use insta::assert_snapshot;

use super::lists::{letters, six};
use crate::support::Desk;

/// The six, with something in every field.
fn rich() -> Desk {
    let desk = six();
    desk.write("orgs/acme.md", "---\nname: Acme\ndomains: [acme-client.example]\n---\n");
    desk.write("customers/bob.md", "---\nname: Bob\nemails: [bob@home.example]\norganisation: acme\n---\n");
    desk.ticket("261122-kkkkk")
        .key("title", "Kappa")
        .key("type", "incident")
        .key("requester", "Ann@Acme-Client.example")
        .key("cc", "[cas@x.example]")
        .key("team", "first-line")
        .key("tags", "[login, Two Words]")
        .key("channel", "phone")
        .key("language", "nl")
        .key("links", "[blocked-by 261120-aaaaa]")
        .key("fields", "{product: portal, seats: 12, room: B 12, started: 2026-11-01, paid: true}")
        .key("line", "2")
        .key("satisfaction", "{score: 4, comment: Fine}")
        .key("attachments", "[a.txt]")
        .write();
    desk.write("tickets/2026/11/22/261122-kkkkk/files/a.txt", "a");
    desk.comment("261122-kkkkk", "20261122T083000Z").key("visibility", "internal").body("A known fault.").write();
    desk.ticket("261122-mmmmm").key("title", "Mu").key("requester", "bob@home.example").write();
    desk.comment("261122-mmmmm", "20261122T083000Z").key("author", "sam").write();
    desk.comment("261122-mmmmm", "20261122T084000Z").key("author", "bob@home.example").write();
    desk.commit("two rich tickets");
    desk
}

#[track_caller]
fn finds(desk: &Desk, cases: &[(&str, &str)]) {
    for (query, want) in cases {
        let mut got: Vec<char> = letters(desk, &format!("--sort=id -- '{query}'")).chars().collect();
        got.sort_unstable();
        let mut wanted: Vec<char> = want.chars().collect();
        wanted.sort_unstable();
        assert_eq!(got, wanted, "{query}");
    }
}

#[test]
fn every_field_finds() {
    let desk = rich();
    finds(
        &desk,
        &[
            ("id:261122-kkkkk", "K"),
            ("id:aaa", "A"),
            ("id:261121", "GD"),
            ("id:<261121", "AB"),
            ("status:waiting", "B"),
            ("status:new,solved", "GDE"),
            ("state:discarded", "Z"),
            ("priority:urgent", "D"),
            ("priority:>=high", "AD"),
            ("priority:low..normal", "BEGKMZ"),
            ("type:incident", "K"),
            ("type:none", "ABGDEZM"),
            ("assignee:me", "AB"),
            ("assignee:sam", "E"),
            ("assignee:none", "GDZKM"),
            ("team:me", "K"),
            ("team:second-line", "G"),
            ("requester:ann@acme-client.example", "K"),
            ("requester:any", "KM"),
            ("org:acme", "KM"),
            ("org:none", "ABGDEZ"),
            ("cc:cas@x.example", "K"),
            ("tag:login", "K"),
            ("tag:\"two words\"", "K"),
            ("channel:phone", "K"),
            ("language:nl", "K"),
            ("link:blocked-by", "K"),
            ("link:261120-aaaaa", "K"),
            ("link:none", "ABGDEZM"),
            ("field.product:portal", "K"),
            ("field.seats:>10", "K"),
            ("field.seats:<=12", "K"),
            ("field.seats:13..", ""),
            ("field.room:\"b 12\"", "K"),
            ("field.started:2026-11-01", "K"),
            ("field.started:2026-10-01..2026-10-31", ""),
            ("field.paid:true", "K"),
            ("field.paid:none", "ABGDEZM"),
            ("answered-by:jo", "B"),
            ("answered-by:sam", "M"),
            ("escalated:true", "K"),
            ("satisfaction:>=4", "K"),
            ("satisfaction:none", "ABGDEZM"),
            ("is:open", "ABGDKM"),
            ("is:closed", "E"),
            ("is:escalated", "K"),
            ("is:unassigned", "GDZKM"),
            ("has:attachment", "K"),
            ("has:comment", "BKM"),
            ("has:internal", "K"),
            ("view:mine", "AB"),
            ("title:kappa", "K"),
            ("body:words", "ABGDEZKM"),
            ("comment:fault", "K"),
            ("fault", "K"),
            ("\"known fault\"", "K"),
            ("\"fault known\"", ""),
        ],
    );
}

#[test]
fn an_organisation_is_found_by_its_customers_and_its_domains() {
    let desk = rich();
    finds(&desk, &[("org:acme", "KM")]);
    desk.write("customers/bob.md", "---\nname: Bob\nemails: [bob@home.example]\n---\n");
    desk.commit("Bob has left");
    finds(&desk, &[("org:acme", "K")]);
    desk.write("orgs/acme.md", "---\nname: Acme\ndomains: [home.example]\n---\n");
    desk.commit("another domain");
    finds(&desk, &[("org:acme", "M")]);
}

#[test]
fn unanswered_is_since_the_requesters_last_message() {
    let desk = rich();
    finds(&desk, &[("is:unanswered status:open", "AKM")]);
    desk.ok("reply mmmmm -m hello");
    finds(&desk, &[("is:unanswered status:open", "AK")]);
}

#[test]
fn dates_stand_for_their_whole_day() {
    let desk = rich();
    finds(
        &desk,
        &[
            ("created:2026-11-20", "AB"),
            ("created:yesterday", "GD"),
            ("created:today", "EZKM"),
            ("created:>2026-11-20", "GDEZKM"),
            ("created:<=2026-11-20", "AB"),
            ("created:2026-11-20..2026-11-21", "ABGD"),
            ("created:..2026-11-20", "AB"),
            ("created:2026-11-22..", "EZKM"),
            ("created:>=now-1h", "EZKM"),
            ("created:>now-59m", ""),
            ("created:>=now-2d", "GDEZKM"),
            ("created:2026-11-20T08:00:00Z", "AB"),
            ("created:>2026-11-20T08:00:00Z -created:>2026-11-21", "GD"),
            ("created:>now-1w", "ABGDEZKM"),
        ],
    );
}

#[test]
fn the_day_is_that_of_the_desks_zone() {
    let desk = rich();
    desk.write("loket.yaml", desk.read("loket.yaml").replace("timezone: UTC", "timezone: Pacific/Auckland"));
    desk.commit("far east");
    // Eight o'clock in London is nine in the evening there; now is ten.
    finds(&desk, &[("created:2026-11-20", "AB"), ("created:today", "EZKM")]);
    desk.write("loket.yaml", desk.read("loket.yaml").replace("Pacific/Auckland", "Pacific/Honolulu"));
    desk.commit("far west");
    finds(&desk, &[("created:2026-11-19", "AB"), ("created:today", "EZKM")]);
}

#[test]
fn the_times_of_changes_come_from_history() {
    let desk = rich();
    desk.at("2026-11-23T10:00:00Z").ok("solve bbbbb -m done");
    desk.at("2026-11-24T10:00:00Z").ok("close bbbbb");
    desk.at("2026-11-25T10:00:00Z").ok("note aaaaa -m x");
    finds(
        &desk,
        &[
            ("updated:2026-11-24", "B"),
            ("updated:>=2026-11-25", "A"),
            ("closed:2026-11-24", "B"),
            ("closed:2026-11-23", ""),
            ("closed:none", "ADEGKMZ"),
            ("is:closed closed:any", "B"),
        ],
    );
    desk.at("2026-11-26T10:00:00Z").ok("reopen bbbbb");
    finds(&desk, &[("closed:any", "")]);
}

#[test]
fn terms_combine() {
    let desk = rich();
    finds(
        &desk,
        &[
            ("status:open assignee:jo", "A"),
            ("status:waiting OR status:solved", "BE"),
            ("priority:urgent OR status:open assignee:jo", "AD"),
            ("(priority:urgent OR status:open) assignee:jo", "A"),
            ("-status:open,new", "BEZ"),
            ("NOT status:open NOT status:new", "BEZ"),
            ("-(status:open OR status:new)", "BEZ"),
            ("NOT (NOT status:waiting)", "B"),
            ("tag:-spam", ""),
        ],
    );
}

#[test]
fn names_and_values_are_taken_in_any_case() {
    let desk = rich();
    finds(&desk, &[("STATUS:Open Priority:HIGH", "A"), ("Tag:LOGIN", "K"), ("FAULT", "K")]);
}

#[test]
fn what_is_wrong_is_pointed_at() {
    let desk = rich();
    let wrong = |query: &str| desk.refused(format!("list -- '{query}'"), 2).to_string();
    assert_snapshot!(wrong("statis:open"), @"
        ! error: there is no field 'statis'
        ! statis:open
        ! ^
        ! hint: did you mean 'status:'? to search for the text, put it in double quotes
        exit 2
        ");
    assert_snapshot!(wrong("status:opne"), @"
        ! error: 'opne' is no value of 'status'
        ! status:opne
        !        ^
        ! hint: did you mean 'open'? status takes new, open, waiting, on-hold, solved, closed, spam, parked
        exit 2
        ");
    assert_snapshot!(wrong("priority:high status:open,nwe"), @"
        ! error: 'nwe' is no value of 'status'
        ! priority:high status:open,nwe
        !                           ^
        ! hint: did you mean 'new'? status takes new, open, waiting, on-hold, solved, closed, spam, parked
        exit 2
        ");
    assert_snapshot!(wrong("field.prodct:portal"), @"
        ! error: there is no custom field 'prodct'
        ! field.prodct:portal
        !       ^
        ! hint: did you mean 'product'? loket.yaml declares paid, product, room, seats, started
        exit 2
        ");
    assert_snapshot!(wrong("created:2026-13-01"), @"
        ! error: '2026-13-01' is not a date
        ! created:2026-13-01
        !         ^
        ! hint: dates are 2026-11-22, 2026-11-22T10:00:00Z, today, yesterday, now-7d (m h d w), and ranges A..B, A.., ..B
        exit 2
        ");
    assert_snapshot!(wrong("(status:open"), @"
        ! error: this '(' has no ')' behind it
        ! (status:open
        ! ^
        exit 2
        ");
    assert_snapshot!(wrong("status:open OR"), @r#"
        ! error: OR needs a term on both sides
        ! status:open OR
        !             ^
        ! hint: to search for the word itself, write it in lower case or as "OR"
        exit 2
        "#);
    assert_snapshot!(wrong("status:>open"), @"
        ! error: the values of 'status' have no order to compare by
        ! status:>open
        !         ^
        ! hint: write field:value; created, updated, closed, priority, satisfaction, id, and numbers and dates have an order
        exit 2
        ");
    assert_snapshot!(wrong("is:opne"), @"
        ! error: 'opne' is no value of 'is'
        ! is:opne
        !    ^
        ! hint: did you mean 'open'? is takes open, closed, unanswered, escalated, unassigned
        exit 2
        ");
    assert_snapshot!(wrong("link:blocked"), @"
        ! error: 'blocked' is no relation and no ticket id
        ! link:blocked
        !      ^
        ! hint: did you mean 'blocked-by'? link takes duplicate-of, parent, related-to, blocked-by, split-from
        exit 2
        ");
    assert_snapshot!(wrong("\"unclosed"), @r#"
        ! error: this '"' has no second one
        ! "unclosed
        ! ^
        ! hint: end the text with a '"'; within it write \" for one
        exit 2
        "#);
    assert_snapshot!(wrong("priority>=high"), @"
        ! error: a ':' is missing behind 'priority'
        ! priority>=high
        ! ^
        ! hint: write priority:>=high, or put text in double quotes
        exit 2
        ");
    assert_snapshot!(wrong("status:"), @"
        ! error: a value of 'status' is missing
        ! status:
        ! ^
        ! hint: write field:value without a space; an empty field is field:none
        exit 2
        ");
    assert_snapshot!(wrong("view:mnie"), @"
        ! error: there is no view 'mnie'
        ! view:mnie
        !      ^
        ! hint: did you mean 'view:mine'?
        exit 2
        ");
}

#[test]
fn the_column_is_there_for_programs() {
    let desk = rich();
    for (query, column) in [("statis:open", 1), ("status:opne", 8), ("é priority:x", 12), ("a (b", 3)] {
        let error: serde_json::Value =
            serde_json::from_str(&desk.run(format!("list '{query}' --json")).exits(2).stderr).unwrap();
        assert_eq!(error["column"], column, "{query}: {error}");
    }
}

#[test]
fn deep_or_long_queries_are_answered_or_refused() {
    let desk = rich();
    let deep = format!("{}status:open{}", "(".repeat(5000), ")".repeat(5000));
    let done = desk.run(format!("list '{deep}'"));
    assert!(matches!(done.code, 0 | 2), "exit {}", done.code);
    let nots = format!("{}status:open", "NOT ".repeat(5000));
    assert!(matches!(desk.run(format!("list '{nots}'")).code, 0 | 2));
    let long: Vec<String> = (0..2000).map(|number| format!("tag:t{number}")).collect();
    assert!(matches!(desk.run(format!("list '{}'", long.join(" OR "))).code, 0 | 2));
    assert_eq!(letters(&desk, &format!("'tag:{}'", "x".repeat(10_000))), "");
    desk.run(format!("list 'tag:{}'", "x".repeat(60_000))).exits(2).says(&["too long"]);
}

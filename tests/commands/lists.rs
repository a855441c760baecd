//! `list`: views, order, counts, and what stands beside what can be read.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::Desk;

/// Six tickets, written by hand, of three days.
pub fn six() -> Desk {
    let desk = Desk::acme();
    desk.ticket("261120-aaaaa").key("title", "Alpha").key("priority", "high").key("assignee", "jo").write();
    desk.ticket("261120-bbbbb").key("title", "Beta").key("status", "waiting").key("assignee", "jo").write();
    desk.ticket("261121-ccccc").key("title", "Gamma").key("status", "new").key("team", "second-line").write();
    desk.ticket("261121-ddddd").key("title", "Delta").key("status", "new").key("priority", "urgent").write();
    desk.ticket("261122-eeeee").key("title", "Epsilon").key("status", "solved").key("assignee", "sam").write();
    desk.ticket("261122-fffff").key("title", "Zeta").key("status", "spam").key("priority", "low").write();
    desk.comment("261120-bbbbb", "20261121T090000Z").write();
    desk.commit("six tickets");
    desk
}

/// The titles a list holds, by their first letters.
#[track_caller]
pub fn letters(desk: &Desk, line: &str) -> String {
    let rows = desk.json(format!("list {line}"));
    rows.as_array().unwrap().iter().map(|row| &row["title"].as_str().unwrap()[..1]).collect()
}

#[test]
fn without_a_word_it_is_the_view_open() {
    let desk = six();
    assert_eq!(letters(&desk, ""), "DA");
    assert_eq!(letters(&desk, "--view open"), "DA");
    assert_eq!(letters(&desk, "--as sam"), "DG");
}

#[test]
fn the_view_open_of_nobody_is_what_nobody_has() {
    let desk = six();
    desk.git("config user.email nobody@else.example");
    assert_eq!(letters(&desk, ""), "D");
    let said = desk.refused("list --view mine", 1);
    assert_snapshot!(said, @"
        ! error: view 'mine' in policy/views.yaml: 'me' stands for nobody here: no agent was found
        ! assignee:me -state:solved,closed,discarded
        !          ^
        ! hint: loket people new nobody --name 'Jo Janssen' --email nobody@else.example
        exit 1
        ");
    desk.refused("list assignee:me", 1);
}

#[test]
fn each_stock_view_holds_what_its_name_says() {
    let desk = six();
    desk.ticket("261122-ggggg").key("title", "Hold").key("status", "parked").key("line", "2").write();
    desk.ticket("261122-hhhhh").key("title", "Other").key("status", "waiting").key("assignee", "jo").write();
    desk.comment("261122-hhhhh", "20261122T083000Z").key("author", "sam").write();
    desk.commit("two more");
    for (view, want) in [
        ("all", "HOEZGDAB"),
        ("mine", "AOB"),
        ("waiting", "B"),
        ("other-open", "O"),
        ("on-hold", "H"),
        ("closed", "E"),
        ("unassigned", "DHG"),
        ("escalated", "H"),
    ] {
        let mut got: Vec<char> = letters(&desk, &format!("--view {view}")).chars().collect();
        let mut want: Vec<char> = want.chars().collect();
        got.sort_unstable();
        want.sort_unstable();
        assert_eq!(got, want, "{view}");
    }
}

#[test]
fn views_are_the_desks_own() {
    let desk = six();
    desk.write(
        "policy/views.yaml",
        "hot: {title: Hot, query: \"priority:>=high\", sort: created, limit: 1, columns: [id, title]}\n\
         broken: {query: \"statis:open\"}\n",
    );
    desk.commit("views");
    assert_snapshot!(desk.ok("list --view hot"), @"
        ID            TITLE
        261120-aaaaa  Alpha
        ");
    assert_eq!(letters(&desk, "--view hot --limit 5"), "AD");
    assert_eq!(letters(&desk, "--view hot --sort=-created"), "D");
    assert_eq!(letters(&desk, "'status:new' --view hot"), "D", "a query narrows the view");
    assert_eq!(letters(&desk, "'view:hot status:new'"), "D", "a view in a query is its query alone");
    assert_snapshot!(desk.refused("list --view broken", 2), @"
        ! error: view 'broken' in policy/views.yaml: there is no field 'statis'
        ! statis:open
        ! ^
        ! hint: did you mean 'status:'? to search for the text, put it in double quotes
        exit 2
        ");
    assert_snapshot!(desk.refused("list --view hto", 3), @"
        ! error: there is no view 'hto'
        ! hint: did you mean 'hot'?
        ! hint: the views are hot, broken
        exit 3
        ");
    assert_snapshot!(desk.ok("view list"), @"
        NAME    TICKETS  TITLE  QUERY            SORT
        hot           2  Hot    priority:>=high  created
        broken                  statis:open
        ! warning: view 'broken' in policy/views.yaml: there is no field 'statis'
        ");
    assert_eq!(
        desk.json("view show hot"),
        json!({"name": "hot", "title": "Hot", "query": "priority:>=high", "sort": "created", "limit": 1, "columns": ["id", "title"]})
    );
    desk.refused("view show cold", 3);
}

#[test]
fn views_in_a_circle_are_an_error() {
    let desk = six();
    desk.write("policy/views.yaml", "a: {query: \"view:b\"}\nb: {query: \"view:a\"}\n");
    desk.commit("a circle");
    desk.refused("list --view a", 2);
    desk.refused("list view:a", 2);
}

#[test]
fn a_desk_without_its_views_file_has_the_stock_ones() {
    let desk = six();
    desk.remove("policy/views.yaml");
    desk.commit("no views");
    assert_eq!(letters(&desk, ""), "DA");
}

#[test]
fn the_order_is_by_any_key_and_turned_by_a_dash() {
    let desk = six();
    for (sort, want) in [
        ("created,id", "ABGDEZ"),
        ("-created,id", "EZGDAB"),
        ("title", "ABDEGZ"),
        ("-title", "ZGEDBA"),
        ("-priority,title", "DABEGZ"),
        ("priority,-title", "ZGEBAD"),
        ("id", "ABGDEZ"),
        ("status,id", "GDAEZB"),
    ] {
        assert_eq!(letters(&desk, &format!("--view all --sort={sort}")), want, "{sort}");
    }
    assert_snapshot!(desk.refused("list --sort=creatd", 2), @"
        ! error: there is no order by 'creatd'
        ! hint: did you mean 'created'?
        ! hint: the orders are id, priority, status, state, type, assignee, team, requester, channel, language, title, created, age, updated, closed, due, comments, satisfaction, first-response, first_response, answered-by, external-id; a leading - turns one round
        exit 2
        ");
}

#[test]
fn the_order_may_be_by_the_last_change() {
    let desk = six();
    assert_eq!(letters(&desk, "--view all --sort=-updated,id").len(), 6);
    desk.at("2026-11-22T10:00:00Z").ok("note aaaaa -m x");
    desk.at("2026-11-22T11:00:00Z").ok("note ddddd -m x");
    assert_eq!(&letters(&desk, "--view all --sort=-updated")[..2], "DA");
    assert_eq!(letters(&desk, "--view all --sort=assignee --limit 3").len(), 3);
}

#[test]
fn limits_counts_and_groups() {
    let desk = six();
    assert_eq!(letters(&desk, "--view all --sort=title --limit 2"), "AB");
    assert_eq!(letters(&desk, "--view all --limit 0"), "");
    assert_eq!(desk.ok("list --view all --count").text(), "6");
    assert_eq!(desk.json("list status:new --count"), json!({"count": 2}));
    assert_eq!(desk.json("list --count status:closed"), json!({"count": 0}));
    assert_snapshot!(desk.ok("list --view all --group-by status"), @"
        STATUS   COUNT
        new          2
        open         1
        solved       1
        spam         1
        waiting      1
        ");
    assert_eq!(
        desk.json("list --view all --group-by assignee"),
        json!([{"key": null, "count": 3}, {"key": "jo", "count": 2}, {"key": "sam", "count": 1}])
    );
    let total = |key: &str| -> u64 {
        let groups = desk.json(format!("list --view all --group-by {key}"));
        groups.as_array().unwrap().iter().map(|group| group["count"].as_u64().unwrap()).sum()
    };
    for key in ["state", "priority", "type", "team", "requester", "channel", "language", "answered-by", "day", "month"]
    {
        assert_eq!(total(key), 6, "{key}");
    }
    assert_snapshot!(desk.refused("list --group-by statis", 2), @"
        ! error: there is no grouping by 'statis'
        ! hint: group by one of status, state, priority, type, assignee, team, requester, channel, language, tag, answered-by, line, day, month
        exit 2
        ");
    desk.refused("list --count --group-by status", 2);
    desk.refused("list --limit many", 2);
}

#[test]
fn nothing_found_is_no_error() {
    let desk = six();
    assert_snapshot!(desk.ok("list priority:low status:open"), @"
        ID  PRIORITY  STATUS  TITLE  REQUESTER  ASSIGNEE  AGE
        ! no tickets match
        ");
    assert_eq!(desk.json("list priority:low status:open"), json!([]));
    assert_eq!(desk.ok("list priority:low status:open -o ids").stdout, "");
}

#[test]
fn several_words_are_one_query() {
    let desk = six();
    assert_eq!(letters(&desk, "status:new priority:urgent"), "D");
    assert_eq!(desk.ok("ls 'status:new priority:urgent' -o ids").text(), "261121-ddddd");
    assert_eq!(letters(&desk, "-- -status:new,open,spam").len(), 2);
}

#[test]
fn a_broken_file_is_told_with_its_place_and_hides_nothing() {
    let desk = six();
    let path = "tickets/2026/11/21/261121-brake/ticket.md";
    desk.write(path, "---\ntitle: [unclosed\nstatus: open\ncreated: 2026-11-21T08:00:00Z\n---\n");
    desk.write("tickets/2026/11/21/261121-ccccc/20261122T080000Z-0000.md", "---\nauthor: jo\n---\nNo date.\n");
    desk.commit("broken by hand");
    let listed = desk.ok("list --view all --json").says(&[&format!("{path}:"), "20261122T080000Z-0000.md:"]);
    assert_eq!(listed.json().as_array().unwrap().len(), 6);
    for line in ["list --view all", "list --view all -o ids", "list --count", "list --group-by status", "search Gamma"]
    {
        desk.ok(line).says(&[path]);
        let strict = desk.run(format!("{line} --strict")).exits(1);
        assert_eq!(strict.stdout, desk.ok(line).stdout, "{line}: the answer is there all the same");
    }
    desk.ok("show ccccc").says(&["20261122T080000Z-0000.md:"]);
    desk.refused("show brake", 1).says(&[path]);
    // It still holds its id.
    desk.refused("show 261121-br", 1);
    desk.ok("new 'Others go on'");
}

#[test]
fn places_are_told_by_line_and_column() {
    let desk = Desk::acme();
    for (tail, front) in [
        ("aaaaa", "title: T\nstatus: open\nstatus: new\ncreated: 2026-11-22T08:00:00Z"),
        ("bbbbb", "title: T\nstatus: open\ncreated: yesterday"),
        ("ccccc", "title: T\nstatus: open"),
        ("ddddd", "title: T\nstatus: open\ncreated: 2026-11-22T08:00:00Z\npriority: hihg"),
        ("eeeee", "title: T\nstatus: open\ncreated: 2026-11-22T08:00:00Z\nlinks: [parent]"),
        ("fffff", "title: &a [*a]\nstatus: open\ncreated: 2026-11-22T08:00:00Z"),
        ("ggggg", "\ttitle: T"),
    ] {
        desk.write(&format!("tickets/2026/11/22/261122-{tail}/ticket.md"), format!("---\n{front}\n---\n"));
    }
    desk.write("tickets/2026/11/22/261122-hhhhh/ticket.md", "no front matter\n");
    desk.write("tickets/2026/11/22/261122-jjjjj/ticket.md", b"---\ntitle: caf\xe9\n---\n");
    desk.commit("broken by hand");
    let said = desk.ok("list --view all").stderr.replace("tickets/2026/11/22/261122-", "");
    assert_snapshot!(said, @"
        no tickets match
        warning: aaaaa/ticket.md:4:1: the key `status` is here twice
        warning: bbbbb/ticket.md:4:10: 'created' wants a time like 2026-11-22T04:20:00Z, not 'yesterday'
        warning: ccccc/ticket.md:1:1: 'created' is missing
        warning: ddddd/ticket.md:5:11: 'priority' wants low, normal, high or urgent, not 'hihg'
        warning: eeeee/ticket.md:5:8: 'parent' is no link; one reads `blocked-by 261122-7k2qm`
        warning: fffff/ticket.md:2:8: nested deeper than 32
        warning: ggggg/ticket.md:2:1: found character that cannot start any token, while scanning for the next token
        warning: hhhhh/ticket.md:1:1: no front matter: the first line is not ---
        warning: jjjjj/ticket.md:2:11: byte 0xe9 is not UTF-8
        ");
}

#[test]
fn an_unknown_status_is_shown_as_open() {
    let desk = six();
    desk.ticket("261122-jjjjj").key("title", "Kappa").key("status", "pondering").write();
    desk.commit("a status of another desk");
    let shown = desk.ok("show jjjjj --json").says(&["pondering"]);
    assert_eq!(shown.json()["state"], "open");
    assert_eq!(letters(&desk, "state:open"), "KGDA");
    assert_eq!(desk.json("list id:jjjjj")[0]["closed"], Value::Null);
}

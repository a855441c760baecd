use super::*;
use crate::domain::ticket::Priority;
use serde_json::json;

fn ticket() -> Ticket {
    serde_json::from_value(json!({
        "id": "261123-aaaa", "title": "Printer", "status": "open", "priority": "normal",
        "requester": "eve@example.org", "cc": [], "tags": [], "created": "2026-11-23T09:00:00Z", "links": [],
        "fields": {}, "attachments": [], "line": 1,
    }))
    .unwrap()
}

fn comment(author: &str) -> Comment {
    serde_json::from_value(json!({
        "id": "c", "author": author, "date": "2026-11-23T10:00:00Z", "visibility": "public", "attachments": [],
        "deviates": false, "automatic": false, "body": "Hello",
    }))
    .unwrap()
}

fn said(comments: &[Comment]) -> Vec<Event> {
    events(Some(&ticket()), &ticket(), comments)
}

#[test]
fn a_new_ticket_is_created_and_nothing_else() {
    assert_eq!(events(None, &ticket(), &[]), [Event::Created]);
    assert_eq!(events(None, &ticket(), &[comment("ann"), comment("eve@example.org")]), [Event::Created]);
}

#[test]
fn what_changes_nothing_sets_nothing_off() {
    assert_eq!(said(&[]), []);
    assert_eq!(changed(&ticket(), &ticket()), []);
}

#[test]
fn a_changed_field_is_an_update_and_a_changed_status_is_both() {
    let urgent = Ticket { priority: Priority::Urgent, ..ticket() };
    assert_eq!(changed(&ticket(), &urgent), [Event::Updated]);
    let solved = Ticket { status: "solved".to_owned(), ..ticket() };
    assert_eq!(changed(&ticket(), &solved), [Event::Updated, Event::Status]);
}

#[test]
fn what_loket_notes_for_itself_is_no_update() {
    let noted = Ticket {
        message_id: Some("<1@example.org>".to_owned()),
        in_reply_to: vec!["<0@example.org>".to_owned()],
        references: vec!["<0@example.org>".to_owned()],
        flags: vec!["stranger".to_owned()],
        unsent: vec!["acknowledgement".to_owned()],
        ..ticket()
    };
    assert_eq!(changed(&ticket(), &noted), []);
}

#[test]
fn a_comment_is_told_by_who_wrote_it() {
    assert_eq!(said(&[comment("ann")]), [Event::Comment]);
    assert_eq!(said(&[Comment { visibility: Visibility::Internal, ..comment("ann") }]), [Event::Comment]);
    assert_eq!(said(&[comment("eve@example.org")]), [Event::CustomerComment]);
}

#[test]
fn what_is_kept_internal_of_somebody_outside_is_no_message_of_a_customer() {
    let aside = Comment { visibility: Visibility::Internal, ..comment("eve@example.org") };
    assert_eq!(said(&[aside]), [Event::Comment]);
}

#[test]
fn an_automatic_comment_fires_no_rule() {
    let automatic = |author| Comment { automatic: true, ..comment(author) };
    assert_eq!(said(&[automatic("ann"), automatic("eve@example.org")]), []);
    assert_eq!(said(&[automatic("ann"), comment("eve@example.org")]), [Event::CustomerComment]);
}

#[test]
fn each_event_is_told_once_and_in_the_order_of_their_list() {
    let solved = Ticket { status: "solved".to_owned(), ..ticket() };
    let said = [comment("eve@example.org"), comment("ann"), comment("bob"), comment("eve@example.org")];
    let want = [Event::Updated, Event::Comment, Event::CustomerComment, Event::Status];
    assert_eq!(events(Some(&ticket()), &solved, &said), want);
}

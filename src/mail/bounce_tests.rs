use super::*;

fn report(status: &str) -> Bounce {
    let raw = format!(
        "From: MAILER-DAEMON@mx.example.com\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n{status}\n\
         --b\nContent-Type: message/rfc822\n\nMessage-ID: <sent@acme.example>\nTo: bob@example.com\n\nHi\n--b--\n"
    );
    read(&Message::parse(raw.as_bytes()).unwrap())
}

fn plain(text: &str) -> Bounce {
    read(&Message::parse(format!("From: MAILER-DAEMON@x.y\nTo: support@acme.example\n\n{text}").as_bytes()).unwrap())
}

#[test]
fn a_delivery_status_is_read() {
    let status = "Original-Recipient: rfc822;Bob@example.com\nFinal-Recipient: rfc822; bob@example.com\nAction: failed\nStatus: 5.1.1 (x)\n\
                  Diagnostic-Code: smtp; 550 5.1.1 <bob@example.com>:\n  User unknown";
    let bounce = report(status);
    assert_eq!((bounce.kind, bounce.original_id.as_deref()), (BounceKind::Hard, Some("sent@acme.example")));
    assert_eq!(
        (bounce.recipients[0].address.as_str(), bounce.recipients[0].status.as_str()),
        ("bob@example.com", "5.1.1")
    );
    assert_eq!(bounce.reason, "550 5.1.1 <bob@example.com>: User unknown");
}

#[test]
fn the_kind_follows_action_status_and_text() {
    for (action, status, text, want) in [
        ("failed", "5.1.1", "", BounceKind::Hard),
        ("failed", "4.2.2", "", BounceKind::Soft),
        ("delayed", "4.4.1", "", BounceKind::Delayed),
        ("failed", "5.2.2", "mailbox full", BounceKind::Soft),
        ("failed", "5.7.1", "blocked by policy", BounceKind::Soft),
        ("failed", "5.0.0", "550 No such user", BounceKind::Hard),
        ("failed", "5.1.1", "IP address blacklisted", BounceKind::Soft),
        ("failed", "5.4.4", "", BounceKind::Hard),
        ("failed", "5.0.0", "", BounceKind::Soft),
        ("Failed", "5.7.1", "x", BounceKind::Soft),
    ] {
        let group = format!(
            "Final-Recipient: rfc822; bob@example.com\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {text}\n"
        );
        assert_eq!(report(&group).kind, want, "{action} {status} {text}");
    }
    let two = "Final-Recipient: rfc822; a@b.c\nStatus: 4.2.2\n\nFinal-Recipient: rfc822; d@e.f\nStatus: 5.1.1\n";
    assert_eq!((report(two).kind, report(two).recipients.len()), (BounceKind::Hard, 2));
}

#[test]
fn older_bounces_are_read_from_their_text() {
    let bounce = plain(
        "Hi. This is qmail.\n\n<bob@example.com>:\n550 5.1.1 user unknown\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <sent@acme.example>\n",
    );
    assert_eq!((bounce.kind, bounce.original_id.as_deref()), (BounceKind::Hard, Some("sent@acme.example")));
    assert_eq!(
        (bounce.recipients[0].address.as_str(), bounce.reason.as_str()),
        ("bob@example.com", "550 5.1.1 user unknown")
    );
    let bounce = plain("Delivery failed 20 attempts: bob@example.com\n");
    assert_eq!((bounce.kind, bounce.recipients[0].address.as_str()), (BounceKind::Soft, "bob@example.com"));
    for text in ["It failed: a@.'", "It failed: '.@b", "It failed: a@':"] {
        assert_eq!(plain(text).recipients, [], "{text}");
    }
    assert_eq!(plain("THIS IS A WARNING MESSAGE ONLY\n\nYOU DO NOT NEED TO RESEND").kind, BounceKind::Delayed);
}

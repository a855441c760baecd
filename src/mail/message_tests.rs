use super::*;
use crate::mail::{authentic, bounce, classify, mbox::Mbox, subject as subjects};
use proptest::prelude::*;

fn parse(raw: &str) -> Message<'_> {
    Message::parse(raw.as_bytes()).unwrap()
}

fn multipart(kind: &str, parts: &[&str]) -> String {
    let parts: String = parts.iter().map(|part| format!("--=_b\n{part}\n")).collect();
    format!("From: a@b.c\nContent-Type: multipart/{kind}; boundary=\"=_b\"\n\n{parts}--=_b--\n")
}

fn names(message: &Message) -> Vec<String> {
    message.attachments.iter().map(|attachment| attachment.name.clone()).collect()
}

#[test]
fn the_head_is_decoded_and_cleaned() {
    let message = parse(
        "Message-ID: <id@x>\nIn-Reply-To: <a@x>\nReferences: <r1@x>\n <a@x>\nFrom: =?utf-8?q?J=C3=B6?= <Jo@Acme.example>\n\
         To: Support <support+x.y@acme.example>, b@c.d\nCc: e@f.g\nDelivered-To: inner@acme.example\nX-Original-To: b@c.d\n\
         Subject: =?utf-8?q?Hi=0D=0ABcc:_evil=1B[31m?=\nDate: Thu, 18 Oct 2012 22:48:39 -0700\nReturn-Path: <>\n\nText\n",
    );
    assert_eq!(
        (message.message_id.as_str(), message.id_missing, message.in_reply_to[0].as_str()),
        ("id@x", false, "a@x")
    );
    assert_eq!(
        (message.references.len(), message.subject.as_str(), message.date),
        (2, "Hi Bcc: evil[31m", Some(1_350_625_719))
    );
    assert_eq!(message.from, Some(Address { name: "Jö".into(), email: "jo@acme.example".into() }));
    assert_eq!(message.delivered_to, ["inner@acme.example", "b@c.d", "support+x.y@acme.example", "e@f.g"]);
    assert!(message.return_path_null && !message.from_ambiguous && message.body == "Text");
}

#[test]
fn what_is_no_message_is_refused() {
    assert_eq!(Message::parse(b" \r\n").err(), Some(Error::Empty));
    assert_eq!(Message::parse(b"no header here\n\x80\xff").err(), Some(Error::NoHeader));
}

#[test]
fn plain_text_goes_before_html_unless_it_says_nothing() {
    let html = "Content-Type: text/html\n\n<p>In <b>HTML</b></p>";
    let both = |text: &str| multipart("alternative", &[&format!("Content-Type: text/plain\n\n{text}"), html]);
    assert_eq!(parse(&both("In words.\n")).body, "In words.");
    assert_eq!(parse(&both(" \n\u{a0}\n")).body, "In **HTML**");
}

#[test]
fn texts_are_kept_in_order_and_the_rest_is_attached() {
    let image = "Content-Type: image/png; name=logo.png\nContent-Disposition: inline\nContent-ID: <l@x>\nContent-Transfer-Encoding: base64\n\naGk=";
    let raw = multipart(
        "mixed",
        &[
            "\nFirst",
            image,
            "\nSecond",
            "Content-Type: text/x-log\n\nz",
            "Content-Type: message/rfc822\n\nSubject: Fw/d\n\ny",
        ],
    );
    let message = parse(&raw);
    assert_eq!(
        (message.body.as_str(), names(&message)),
        ("First\n\nSecond", vec!["logo.png".into(), "part-4.bin".into(), "Fw_d.eml".into()])
    );
    let logo = message.attachment("<l@x>").unwrap();
    assert!(logo.inline && logo.content == b"hi".as_slice() && logo.content_id.as_deref() == Some("l@x"));
    assert_eq!(message.original.map(|original| original.subject).as_deref(), Some("Fw/d"));
}

#[test]
fn attachment_names_are_clean_and_unique() {
    let part = |name: &str| format!("Content-Disposition: attachment; filename=\"{name}\"\n\nx");
    let parts: Vec<String> =
        ["r.pdf", "r.pdf", "../x", "CON", "message.eml", ""].iter().map(|name| part(name)).collect();
    let raw = multipart("mixed", &parts.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(names(&parse(&raw)), ["r.pdf", "r-2.pdf", "_x", "_CON", "message-2.eml", "part-6.txt"]);
}

#[test]
fn charsets_are_decoded_declared_or_not() {
    let latin =
        b"From: a@b.c\nSubject: Gr\xfc\xdfe\n\nSch\xf6ne Gr\xfc\xdfe aus M\xfcnchen, sp\xe4testens \xfcbermorgen.\n";
    let message = Message::parse(latin).unwrap();
    assert_eq!(message.body, "Schöne Grüße aus München, spätestens übermorgen.");
    assert_eq!((message.subject.as_str(), message.warnings.len()), ("Grüße", 1));
    let html = b"From: a@b.c\nContent-Type: text/html\n\n<meta charset=koi8-r><p>\xf0\xd2\xc9\xd7\xc5\xd4</p>";
    assert_eq!(Message::parse(html).unwrap().body, "Привет");
    let japanese = "Subject: =?iso-2022-jp?b?GyRCRnxLXA==?= =?iso-2022-jp?b?OGwbKEI=?=\n\nx";
    assert_eq!(parse(japanese).subject, "日本語");
}

#[test]
fn controls_and_overrides_are_dropped_from_the_body() {
    assert_eq!(parse("From: a@b.c\n\n  a\0b\u{202e}\tc\r\nd\x1b[0m  \n\n").body, "  ab\tc\nd[0m");
}

#[test]
fn an_encoded_type_of_report_brings_no_controls() {
    let message = parse("Content-Type: multipart/report; report-type=\"=?utf-8?q?A=1B=0Ab?=\"; boundary=b\n\n--b\n\nx");
    assert_eq!(message.report_type, "a b");
}

#[test]
fn a_message_without_id_has_the_same_one_by_another_way() {
    let one = parse("Received: x\nFrom: a@b.c\nSubject: s\n\nText\n");
    let two = parse("Return-Path: <z@y>\r\nFrom: a@b.c\r\nSubject: s\r\n\r\nText\r\n");
    assert!(one.id_missing && one.message_id == two.message_id && one.body_digest == two.body_digest);
}

#[test]
fn two_hundred_levels_are_read_and_five_thousand_are_kept_whole() {
    let nested = |depth: usize| {
        let levels: String =
            (1..depth).map(|n| format!("--b{}\nContent-Type: multipart/mixed; boundary=b{n}\n\n", n - 1)).collect();
        format!("From: a@b.c\nContent-Type: multipart/mixed; boundary=b0\n\n{levels}--b{}\n\nDeep words.\n", depth - 1)
    };
    assert_eq!(parse(&nested(200)).body, "Deep words.");
    let raw = nested(5000);
    let message = parse(&raw);
    assert!(message.attachments.len() == 1 && message.attachments[0].content.ends_with(b"Deep words.\n"));
    assert_eq!(message.warnings.len(), 1);
}

#[test]
fn a_long_text_is_shown_in_part_and_attached_whole() {
    let raw = format!("From: a@b.c\n\n{}", "words ".repeat(400_000));
    let message = parse(&raw);
    assert!(message.body.len() <= body::MAX_TEXT && message.attachments[0].content.len() == 2_400_000);
}

#[test]
fn a_forwarded_mail_without_a_subject_has_a_name() {
    let raw = multipart("mixed", &["\nText", "Content-Type: message/rfc822\n\nFrom: d@e.f\n\nx"]);
    assert_eq!(names(&parse(&raw)), ["forwarded.eml"]);
}

#[test]
fn enriched_text_is_read_in_linear_time() {
    let shown = |text: &str| parse(&format!("From: a@b.c\nContent-Type: text/enriched\n\n{text}")).body;
    assert_eq!(shown("<bold>Now</bold> <<b> <x><param>Arial</param>is</x> <param>the time"), "Now <b> is the time");
    for piece in ["<>", "<a", "<param>", "<<"] {
        assert!(shown(&piece.repeat(500_000)).len() <= 1_000_000, "{piece}");
    }
}

/// Everything there is to ask of a message.
fn ask(raw: &[u8]) {
    for entry in Mbox::new(raw, 4096).flatten() {
        let _ = Message::parse(&entry.raw);
    }
    let Ok(message) = Message::parse(raw) else { return };
    let _ = (classify::classify(&message, &["a@b.c".into()], Some("x")), bounce::read(&message));
    let _ = (authentic::verdict(&message, "mx"), subjects::bare(&message.subject), subjects::token(&message.subject));
    assert!(
        !message.message_id.is_empty()
            && !message.body.contains(['\0', '\r'])
            && !message.subject.contains(char::is_control)
    );
    let mut names: Vec<_> = message.attachments.iter().map(|attachment| attachment.name.to_lowercase()).collect();
    assert!(names.iter().all(|name| !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])));
    names.sort();
    names.dedup();
    assert_eq!(names.len(), message.attachments.len());
}

/// Pieces from which messages are thrown together.
const PIECES: [&str; 40] = [
    "From: ",
    "a@b.c",
    "<",
    ">",
    "\n",
    "\r\n",
    "\n\n",
    " ",
    ":",
    ";",
    "=?utf-8?q?",
    "=?gb18030?b?",
    "?=",
    "=C3",
    "=",
    "Content-Type: ",
    "multipart/mixed; boundary=b",
    "multipart/report; report-type=delivery-status; boundary=b",
    "text/html",
    "\n--b\n",
    "\n--b--\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Disposition: attachment; filename=\"",
    "filename*0*=utf-8''%",
    "\"",
    "(",
    "\\",
    "Authentication-Results: mx; dkim=pass header.d=",
    "message/rfc822\n\n",
    "message/delivery-status\n\n",
    "Final-Recipient: rfc822; ",
    "Status: 5.1.1\n",
    "<table><tr><th>",
    "<a href=\"http:",
    "<!--",
    "</",
    "From x Sun Nov 22 09:00:00 2026\n",
    ">From ",
    "Subject: [#261122-7k2q] Re: ",
    "é\u{202e}",
];

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
        ask(&raw);
    }

    #[test]
    fn arbitrary_messages_never_panic(picks in proptest::collection::vec((0..PIECES.len(), any::<Option<u8>>()), 0..150)) {
        let raw: Vec<u8> = picks.iter().flat_map(|(at, byte)| PIECES[*at].bytes().chain(*byte)).collect();
        ask(&raw);
    }
}

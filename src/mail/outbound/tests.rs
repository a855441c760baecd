use super::*;
use mail_parser::{Message, MessageParser, MimeHeaders};
use proptest::prelude::*;

const EVIL: &str = "Hi\r\nBcc: evil@evil.example\r\n\r\nBody\0\u{85}\u{2028}x";

fn mailbox(name: &str, email: &str) -> Mailbox {
    Mailbox { name: name.into(), email: email.into() }
}

fn letter() -> Letter {
    Letter {
        from: mailbox("Acme Support", "support@acme.example"),
        to: vec![mailbox("Ann", "ann@example.com")],
        subject: "Re: Cannot log in [#261122-7k2q]".into(),
        message_id: "261122-7k2q.1.abc@acme.example".into(),
        date: 1_795_338_000,
        text: "Please restart it.\n".into(),
        html: "<p>Please restart it.</p>\n".into(),
        ..Letter::default()
    }
}

fn lines(raw: &[u8]) -> Vec<&[u8]> {
    let text = raw.strip_suffix(b"\r\n").expect("a line end at the end");
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    lines[..lines.len() - 1].iter().for_each(|line| assert!(line.ends_with(b"\r"), "a bare LF"));
    lines.into_iter().map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect()
}

fn head(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw).into_owned();
    text.split_once("\r\n\r\n").expect("a header").0.to_string()
}

/// The field names of the top header, in order.
fn names(raw: &[u8]) -> Vec<String> {
    let head = head(raw);
    let fields = head.split("\r\n").filter(|line| !line.starts_with(' '));
    fields.map(|line| line.split_once(':').expect("a field").0.to_string()).collect()
}

fn parsed(raw: &[u8]) -> Message<'_> {
    MessageParser::default().parse(raw).expect("a message")
}

fn canonical(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

#[test]
fn a_letter_is_legible_as_it_stands() {
    let raw = String::from_utf8(letter().render()).expect("text");
    let expected = "From: Acme Support <support@acme.example>\r\nTo: Ann <ann@example.com>\r\nSubject: Re: Cannot log in [#261122-7k2q]\r\n\
                    Date: Sun, 22 Nov 2026 09:00:00 +0000\r\nMessage-ID: <261122-7k2q.1.abc@acme.example>\r\nMIME-Version: 1.0\r\n\
                    Content-Type: multipart/alternative; boundary=\"=_";
    assert!(raw.starts_with(expected), "{raw}");
    assert!(
        raw.contains("charset=\"utf-8\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\nPlease restart it.\r\n\r\n--=_"),
        "{raw}"
    );
}

#[test]
fn files_make_it_mixed() {
    let attachments = vec![
        ("manual.txt".to_string(), b"Turn it on.\r\n".to_vec()),
        ("Übersicht №1 \"%41\".pdf".into(), vec![0, 255, 10]),
    ];
    let raw = Letter { attachments: attachments.clone(), ..letter() }.render();
    let message = parsed(&raw);
    let found: Vec<_> = message
        .attachments()
        .map(|a| (a.attachment_name().expect("a name").to_string(), a.contents().to_vec()))
        .collect();
    assert_eq!(found, attachments);
    assert!(
        head(&raw).contains("multipart/mixed") && message.body_text(0).is_some_and(|t| t == "Please restart it.\r\n")
    );
}

#[test]
fn long_file_names_are_continued() {
    let name = "é".repeat(90) + ".png";
    let raw = Letter { attachments: vec![(name.clone(), vec![1])], ..letter() }.render();
    assert_eq!(parsed(&raw).attachments().next().and_then(|a| a.attachment_name()), Some(name.as_str()));
    assert!(lines(&raw).iter().all(|line| line.len() <= 78));
}

#[test]
fn nothing_hostile_becomes_a_header_or_a_recipient() {
    let evil = mailbox(EVIL, "bob@example.com\r\nBcc: evil@evil.example");
    let raw = Letter {
        from: mailbox(EVIL, "support@acme.example"),
        to: vec![evil.clone(), mailbox(EVIL, "ann@example.com"), mailbox("", "x> <evil@evil.example")],
        cc: vec![evil.clone()],
        reply_to: Some(evil),
        subject: EVIL.into(),
        message_id: EVIL.into(),
        in_reply_to: Some(EVIL.into()),
        references: vec![EVIL.into(), "a@b".into(), "a> <c".into(), "".into()],
        attachments: vec![(EVIL.into(), b"x".to_vec())],
        headers: vec![("X-Evil", EVIL.into()), ("X-Bad\r\nBcc", "evil@evil.example".into()), ("", "x".into())],
        ..letter()
    }
    .render();
    let expected =
        ["From", "To", "Subject", "Date", "Message-ID", "References", "X-Evil", "MIME-Version", "Content-Type"];
    assert_eq!(names(&raw), expected);
    assert!(!head(&raw).contains("\r\nBcc") && head(&raw).contains("References: <a@b>\r\n"), "{}", head(&raw));
    assert_eq!(parsed(&raw).subject(), Some("Hi  Bcc: evil@evil.example    Body   x"));
    assert_eq!(
        parsed(&raw).attachments().next().and_then(|a| a.attachment_name()),
        Some("Hi  Bcc: evil@evil.example    Body   x")
    );
    let to = parsed(&raw).to().and_then(|to| to.as_list()).map(|list| list.len());
    assert_eq!(to, Some(1));
}

#[test]
fn only_what_needs_it_is_encoded() {
    let raw = Letter { subject: "Re: Drücker ist kaputt [#261122-7k2q]".into(), ..letter() }.render();
    assert!(head(&raw).contains("Subject: Re: =?utf-8?B?RHLDvGNrZXI=?= ist kaputt [#261122-7k2q]"), "{}", head(&raw));
}

#[test]
fn spaces_are_kept_inside_and_dropped_outside() {
    for (subject, expected) in [
        ("", "Subject:"),
        (" \n", "Subject:"),
        ("x\r\n", "Subject: x"),
        ("a b  c d", "Subject: a =?utf-8?B?YiAgYw==?= d"),
    ] {
        let raw = Letter { subject: subject.into(), ..letter() }.render();
        assert!(head(&raw).contains(&format!("\r\n{expected}\r\nDate:")), "{}", head(&raw));
    }
}

#[test]
fn addresses_beyond_ascii_have_their_domain_in_ascii() {
    let raw = Letter { to: vec![mailbox("", "ann@bücher.example"), mailbox("J", "jö@b.example")], ..letter() }.render();
    assert!(head(&raw).contains("To: ann@xn--bcher-kva.example, J <jö@b.example>"), "{}", head(&raw));
}

#[test]
fn lines_that_servers_mangle_are_encoded() {
    for text in [
        ".\n",
        "..two\n",
        "From me\n",
        "trailing \n",
        "tab\t\n",
        "a\n.\nb",
        "é",
        &"x".repeat(3000),
        &format!("{} .x", "x".repeat(74)),
    ] {
        let raw = Letter { text: text.into(), ..letter() }.render();
        assert_eq!(parsed(&raw).body_text(0).as_deref(), Some(canonical(text).as_str()));
        let bad = |line: &&[u8]| {
            line.starts_with(b".") || line.starts_with(b"From ") || line.ends_with(b" ") || line.len() > 78
        };
        assert_eq!(lines(&raw).into_iter().find(bad), None, "{text:?}");
    }
}

#[test]
fn a_boundary_is_in_no_part() {
    let first = letter().render();
    let boundary = head(&first).split('"').nth(1).expect("a boundary").to_string();
    let raw = Letter { text: format!("--{boundary}--\n"), ..letter() }.render();
    assert_eq!(parsed(&raw).body_text(0).as_deref(), Some(format!("--{boundary}--\r\n").as_str()));
}

#[test]
fn references_keep_both_ends() {
    let ids: Vec<String> = (0..300).map(|n| format!("{n:03}.{}@mail.example.com", "x".repeat(120))).collect();
    let kept = capped(&ids);
    assert_eq!((&kept[0], &kept[1..]), (&ids[0], &ids[280..]));
    assert_eq!(capped(&["a".into(), "b".into(), "a".into()]), ["b", "a"]);
    let raw = Letter { references: kept, ..letter() }.render();
    assert!(lines(&raw).iter().all(|line| line.len() <= 160));
}

#[test]
fn dates_are_never_out_of_range() {
    for seconds in [i64::MIN, -1, 0, i64::MAX] {
        assert!(date(seconds).ends_with("+0000"));
    }
    assert_eq!(date(0), "Thu, 01 Jan 1970 00:00:00 +0000");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_rendered_is_read_back(
        subject in "(\\PC|[ a]){0,120}", name in "(\\PC|[ a]){0,90}", text in "(\\PC|[\t\n.= ]){0,300}", html in "(\\PC|\n){0,600}",
        file in "\\PC{1,90}", data in prop::collection::vec(any::<u8>(), 0..500), header in "[ -~éß☃]{0,200}",
    ) {
        let letter = Letter {
            subject: subject.clone(), text: text.clone(), html: html.clone(), attachments: vec![(file.clone(), data.clone())],
            to: vec![mailbox(&name, "ann@example.com"), mailbox(&name, "bob@example.com")],
            headers: vec![("X-Other", header.clone())], references: vec!["a@b".into(); 3], ..letter()
        };
        let raw = letter.render();
        prop_assert_eq!(&raw, &letter.render());
        prop_assert!(raw.is_ascii() && lines(&raw).iter().all(|line| line.len() <= 160));
        let expected = ["From", "To", "Subject", "Date", "Message-ID", "References", "X-Other", "MIME-Version", "Content-Type"];
        prop_assert_eq!(names(&raw), expected);
        let message = parsed(&raw);
        prop_assert_eq!(message.subject().unwrap_or_default().to_string(), field::one_line(&subject).trim().to_string());
        let to = message.to().and_then(|to| to.as_list()).expect("a list");
        prop_assert_eq!(to.iter().map(|one| one.address().unwrap_or("")).collect::<Vec<_>>(), ["ann@example.com", "bob@example.com"]);
        for one in to {
            prop_assert_eq!(one.name().unwrap_or_default().to_string(), field::one_line(&name).trim().to_string());
        }
        prop_assert_eq!(message.text_part(0).map(|part| part.contents().to_vec()), Some(canonical(&text).into_bytes()));
        prop_assert_eq!(message.html_part(0).map(|part| part.contents().to_vec()), Some(canonical(&html).into_bytes()));
        let found = message.attachments().next().expect("a file");
        prop_assert_eq!(found.attachment_name().map(str::to_string), Some(field::one_line(&file)));
        prop_assert_eq!(found.contents(), data.as_slice());
    }

    #[test]
    fn an_address_is_never_more_than_one(text in "[a-z@<>,; \r\n\\PC\"\\\\\\[\\]]{0,40}") {
        if is_address(&text) {
            prop_assert!(text.matches('@').count() == 1 && !text.contains(['<', '>', ',', ';', ' ', '\r', '\n', '"']));
        }
    }
}

#![expect(clippy::disallowed_methods, reason = "tests make files and read the environment as a user does")]

mod commands;
mod real;
mod scripted;
mod server;

use super::*;

fn envelope(to: &[&str]) -> Envelope {
    Envelope { from: Some("support@acme.example".into()), to: to.iter().map(|to| to.to_string()).collect() }
}

const RAW: &[u8] = b"Subject: x\r\n\r\nOne.\r\n.\r\n..two\r\nThree.\r\nFour.\r\n";

#[test]
fn a_password_is_not_shown() {
    let credentials = Credentials { user: "ann".into(), password: "hunter2".into() };
    assert!(!format!("{credentials:?}").contains("hunter2"));
}

#[test]
fn what_was_said_is_one_line() {
    assert_eq!(one_line("550 5.1.1\r\n\u{1b}[31mno\t such\0 one"), "550 5.1.1 [31mno such one");
    assert_eq!(one_line(&"é".repeat(2000)).chars().count(), MAX_SAID);
}

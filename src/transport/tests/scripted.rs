//! What happens when a server does not do as it should.
use super::{
    server::{Fault, Server, Taken},
    *,
};

fn open(server: &Server) -> Result<Connection, Trouble> {
    Connection::open(&Route::parse_smtp(&server.url).expect("a route"), None)
}

/// What sending a message to Ann says, and then another one over the same connection, which must be taken.
fn first_of_two(faults: &'static [Fault]) -> (Result<Delivered, Trouble>, Server) {
    let server = Server::start(faults);
    let mut connection = open(&server).expect("a connection");
    let first = connection.send(&envelope(&["ann@example.com"]), RAW);
    assert_eq!(connection.send(&envelope(&["bob@example.com"]), RAW), Ok(Delivered::default()));
    assert_eq!(server.taken().last().map(|taken| taken.to.clone()), Some(vec!["bob@example.com".to_string()]));
    (first, server)
}

fn temporary(said: &str) -> Result<Delivered, Trouble> {
    Err(Trouble::Temporary(said.into()))
}

fn permanent(said: &str) -> Result<Delivered, Trouble> {
    Err(Trouble::Permanent(said.into()))
}

#[test]
fn many_messages_go_over_one_connection_and_arrive_as_they_are() {
    let server = Server::start(&[]);
    let mut connection = open(&server).expect("a connection");
    let ann = envelope(&["ann@example.com", "bob@example.com"]);
    assert_eq!(connection.send(&ann, RAW), Ok(Delivered::default()));
    assert_eq!(
        connection.send(&Envelope { from: None, ..ann.clone() }, b"Subject: y\n\nbare\n.\nends"),
        Ok(Delivered::default())
    );
    drop(connection);
    let taken = |from: &str, text: &str| Taken { from: from.into(), to: ann.to.clone(), text: text.into() };
    let expected = [
        taken("support@acme.example", std::str::from_utf8(RAW).expect("text")),
        taken("", "Subject: y\r\n\r\nbare\r\n.\r\nends\r\n"),
    ];
    assert_eq!(server.taken(), expected);
    assert_eq!((server.count("HELLO"), server.count("QUIT"), server.count("RSET")), (1, 1, 0));
}

#[test]
fn a_refused_message_leaves_the_connection_usable() {
    let cases: [(&'static [Fault], _); 7] = [
        (&[("RCPT", 1, Some("451 4.3.0 later"))], temporary("451 4.3.0 later")),
        (&[("RCPT", 1, Some("550-5.1.1 no such\r\n550 5.1.1 one"))], permanent("550 5.1.1 no such one")),
        (&[("MAIL", 1, Some("452 4.3.1 full"))], temporary("452 4.3.1 full")),
        (&[("DATA", 1, Some("451 4.3.0 later"))], temporary("451 4.3.0 later")),
        (&[("DATA", 1, Some("554 5.7.1 no"))], permanent("554 5.7.1 no")),
        (&[("END", 1, Some("452 4.2.2 full"))], temporary("452 4.2.2 full")),
        (&[("END", 1, Some("554 5.7.1 spam"))], permanent("554 5.7.1 spam")),
    ];
    for (faults, expected) in cases {
        let (first, server) = first_of_two(faults);
        assert_eq!(first, expected);
        assert_eq!((server.taken().len(), server.count("HELLO"), server.count("RSET")), (1, 1, 1), "{faults:?}");
    }
}

#[test]
fn a_lost_connection_is_opened_again_for_the_next_message() {
    let cases: [&'static [Fault]; 6] = [
        &[("RCPT", 1, None)],
        &[("RCPT", 1, Some("421 4.3.2 going down"))],
        &[("DATA", 1, None)],
        &[("BODY", 1, None)],
        &[("END", 1, None)],
        &[("RCPT", 1, Some("451 later")), ("RSET", 1, None)],
    ];
    for faults in cases {
        let (first, server) = first_of_two(faults);
        assert!(matches!(first, Err(Trouble::Temporary(_))), "{faults:?} {first:?}");
        assert_eq!((server.taken().len(), server.count("HELLO")), (1, 2), "{faults:?}");
    }
}

#[test]
fn a_connection_closed_between_messages_is_opened_again_once() {
    let cases: [(&'static [Fault], usize); 3] =
        [(&[("NEXT", 1, None)], 2), (&[("MAIL", 2, Some("421 4.4.2 idle"))], 2), (&[("MAIL", 1, None)], 2)];
    for (faults, connections) in cases {
        let (first, server) = first_of_two(faults);
        assert_eq!(
            (first, server.taken().len(), server.count("HELLO")),
            (Ok(Delivered::default()), 2, connections),
            "{faults:?}"
        );
    }
    let server = Server::start(&[("MAIL", 1, None), ("MAIL", 2, None)]);
    let mut connection = open(&server).expect("a connection");
    assert!(matches!(connection.send(&envelope(&["ann@example.com"]), RAW), Err(Trouble::Temporary(_))));
    assert_eq!(server.count("HELLO"), 2);
}

#[test]
fn one_bad_recipient_does_not_lose_the_others() {
    let server = Server::start(&[("RCPT", 1, Some("550 5.1.1 unknown")), ("RCPT", 3, Some("451 4.2.1 greylisted"))]);
    let mut connection = open(&server).expect("a connection");
    let delivered = connection
        .send(&envelope(&["nobody@b.c", "ann@b.c", "later@b.c", "no address\r\nDATA"]), RAW)
        .expect("a delivery");
    let refused: Vec<_> =
        delivered.refused.iter().map(|one| (one.recipient.as_str(), one.said.as_str(), one.permanent)).collect();
    let expected = [
        ("nobody@b.c", "550 5.1.1 unknown", true),
        ("later@b.c", "451 4.2.1 greylisted", false),
        ("no address\r\nDATA", "this is no address", true),
    ];
    assert_eq!(refused, expected);
    assert_eq!(server.taken().iter().map(|taken| taken.to.clone()).collect::<Vec<_>>(), [["ann@b.c"]]);
}

#[test]
fn when_no_recipient_is_taken_there_is_no_text() {
    let server = Server::start(&[("RCPT", 1, Some("550 no")), ("RCPT", 2, Some("451 later"))]);
    let mut connection = open(&server).expect("a connection");
    let both = envelope(&["a@b.c", "d@e.f"]);
    assert_eq!(connection.send(&both, RAW), temporary("a@b.c: 550 no; d@e.f: 451 later"));
    assert_eq!(connection.send(&envelope(&[]), RAW), permanent("there is no recipient"));
    assert_eq!(connection.send(&envelope(&["x"]), RAW), permanent("this is no address"));
    assert_eq!(server.count("DATA"), 0);
}

#[test]
fn a_server_that_does_not_let_us_in_says_why() {
    let trouble = |faults| open(&Server::start(faults)).expect_err("trouble");
    assert_eq!(
        trouble(&[("HELLO", 1, Some("554 5.7.1 go away"))]),
        Trouble::Permanent("127.0.0.1: 554 5.7.1 go away".into())
    );
    assert_eq!(trouble(&[("HELLO", 1, Some("421 busy"))]), Trouble::Temporary("127.0.0.1: 421 busy".into()));
    assert!(matches!(trouble(&[("HELLO", 1, None)]), Trouble::Temporary(_)));
    assert!(matches!(trouble(&[("EHLO", 1, None)]), Trouble::Temporary(_)));
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let route = Route::parse_smtp(&format!("smtp://{nobody}")).expect("a route");
    assert!(matches!(Connection::open(&route, None), Err(Trouble::Temporary(_))));
}

#[test]
fn a_password_is_only_sent_where_it_is_safe() {
    let credentials = || Some(Credentials { user: "ann".into(), password: "hunter2".into() });
    let server = Server::start(&[]);
    let route = Route::parse_smtp(&server.url).expect("a route");
    assert!(
        matches!(Connection::open(&route, credentials()), Err(Trouble::Permanent(said)) if said.contains("authentication"))
    );
    let away = Route::parse_smtp("smtp://mail.invalid?tls=none").expect("a route");
    assert!(
        matches!(Connection::open(&away, credentials()), Err(Trouble::Permanent(said)) if said.contains("encryption"))
    );
    let user = Route::parse_smtp("smtp://ann@127.0.0.1:1").expect("a route");
    assert!(
        matches!(Connection::open(&user, None), Err(Trouble::Permanent(said)) if said.contains("no password for ann"))
    );
    let starttls = Route::parse_smtp(&format!("{}?tls=starttls", server.url)).expect("a route");
    assert!(
        matches!(Connection::open(&starttls, credentials()), Err(Trouble::Permanent(said)) if said.contains("STARTTLS"))
    );
    assert!(!server.state().commands.iter().any(|command| command.starts_with("AUTH")));
}

#[test]
fn addresses_beyond_ascii_need_a_server_that_takes_them() {
    let jo = envelope(&["jö@bücher.example"]);
    let able = Server::start(&[]);
    assert_eq!(open(&able).expect("a connection").send(&jo, "Subject: é\r\n\r\n".as_bytes()), Ok(Delivered::default()));
    let mail = "MAIL FROM:<support@acme.example> BODY=8BITMIME SMTPUTF8".to_string();
    let recipient = "RCPT TO:<jö@xn--bcher-kva.example>".to_string();
    assert!([mail, recipient].iter().all(|command| able.state().commands.contains(command)));
    let old = Server::with(&[], "250 old");
    let mut connection = open(&old).expect("a connection");
    assert_eq!(connection.send(&jo, RAW), permanent("the server takes no addresses beyond ASCII"));
    assert_eq!(
        connection.send(&envelope(&["a@b.c"]), "A: b\r\n\r\né".as_bytes()),
        permanent("the server takes no text beyond ASCII")
    );
    assert_eq!(connection.send(&envelope(&["a@bücher.example"]), RAW), Ok(Delivered::default()));
}

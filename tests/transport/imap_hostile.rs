//! Servers that are broken or mean, played by a script.
use loket::transport::imap::{Credentials, Failure, Place, Session, Summary, Then, Tls, Trouble};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// What a server answers to most commands of a login, `{}` being the tag.
fn polite(command: &str) -> Option<String> {
    let answer = match command.split(' ').next().unwrap_or_default() {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 UIDPLUS\r\n{} OK done\r\n",
        "LOGIN" | "SELECT" => "{} OK done\r\n",
        "UID" if command.starts_with("UID SEARCH") => "* SEARCH 7 8\r\n{} OK done\r\n",
        "UID" if command.contains("RFC822.SIZE") => {
            "* 1 FETCH (UID 7 RFC822.SIZE 3)\r\n* 2 FETCH (UID 8 RFC822.SIZE 3)\r\n{} OK done\r\n"
        }
        "UID" if command.starts_with("UID STORE") => "{} OK done\r\n",
        _ => return None,
    };
    Some(answer.to_string())
}

/// Serves one connection by the script, which gets commands without their tags, and gives its place.
fn serve(greeting: &'static str, script: impl Fn(&str) -> Option<String> + Send + 'static) -> Place {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let place = Place::parse(&format!("imap://127.0.0.1:{}", listener.local_addr().unwrap().port())).unwrap();
    std::thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let _ended = played(&socket, greeting, &script);
    });
    place
}

fn played(mut socket: &TcpStream, greeting: &str, script: &dyn Fn(&str) -> Option<String>) -> std::io::Result<()> {
    socket.write_all(greeting.as_bytes())?;
    let mut tag = String::new();
    for line in BufReader::new(socket.try_clone()?).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).trim_end().to_string();
        let (first, rest) = line.split_once(' ').unwrap_or(("", &line));
        let command = if first.starts_with('L') && first.len() < 5 && first != "L" {
            tag = first.to_string();
            rest
        } else {
            &line
        };
        let answer = script(command).or_else(|| polite(command)).unwrap_or_else(|| "{} BAD what\r\n".into());
        socket.write_all(answer.replace("{}", &tag).as_bytes())?;
    }
    Ok(())
}

const GREETING: &str = "* OK hello\r\n";

fn credentials() -> Credentials {
    Credentials { user: "me".into(), password: "secret".into() }
}

fn open(place: &Place) -> Result<Session, Trouble> {
    Session::open(place, &credentials())
}

/// The trouble of opening a session.
fn refused(greeting: &'static str, script: impl Fn(&str) -> Option<String> + Send + 'static) -> Trouble {
    open(&serve(greeting, script)).err().unwrap()
}

/// Numbers and bytes of messages.
type Stored = Vec<(u32, Vec<u8>)>;

/// Fetches where bodies are answered by the script; gives also what was stored.
fn fetched(body: &'static str) -> (Result<Summary, Failure>, Stored) {
    let place = serve(GREETING, move |command| command.contains("BODY.PEEK").then(|| body.to_string()));
    let mut stored = Stored::new();
    let result = open(&place).unwrap().fetch(&Then::Seen, &mut |chunk| {
        stored.extend(chunk.iter().map(|message| (message.uid, message.raw.clone())));
        Ok(chunk.iter().map(|message| message.uid).collect())
    });
    (result, stored)
}

#[test]
fn greetings_that_are_none() {
    assert!(matches!(refused("* BYE too many\r\n", |_| None), Trouble::Temporary(text) if text.contains("too many")));
    assert!(matches!(refused("220 mail ESMTP\r\n", |_| None), Trouble::Permanent(_)));
    let long: &'static str = "x".repeat(3_000_000).leak();
    assert!(matches!(refused(long, |_| None), Trouble::Temporary(_) | Trouble::Permanent(_)));
}

#[test]
fn starttls_is_required_and_nothing_in_the_clear_is_believed() {
    for answer in ["{} NO not today\r\n", "{} BAD what\r\n", "{} OK go\r\n* CAPABILITY IMAP4rev1\r\nL2 OK done\r\n"] {
        let mut place = serve(GREETING, move |command| command.starts_with("STARTTLS").then(|| answer.to_string()));
        place.tls = Tls::StartTls;
        let trouble = Session::open(&place, &credentials()).err().unwrap();
        assert!(!trouble.text().contains("logging in"), "{trouble}");
    }
    let mut place = serve("* PREAUTH come in\r\n", |_| None);
    place.tls = Tls::StartTls;
    assert!(matches!(Session::open(&place, &credentials()).err().unwrap(), Trouble::Permanent(_)));
}

#[test]
fn preauth_needs_no_login_on_this_machine() {
    let place = serve("* PREAUTH come in\r\n", |command| command.starts_with("LOGIN").then(|| "{} BAD\r\n".into()));
    assert!(open(&place).is_ok());
}

#[test]
fn logins_are_told_apart() {
    let login = |answer: &'static str| refused(GREETING, move |c| c.starts_with("LOGIN").then(|| answer.to_string()));
    assert!(matches!(login("{} NO [AUTHENTICATIONFAILED] wröng\r\n"), Trouble::Permanent(_)));
    assert!(matches!(login("{} NO [UNAVAILABLE] later\r\n"), Trouble::Temporary(_)));
    assert!(matches!(login("X9 OK done\r\n"), Trouble::Temporary(_)));
    assert!(matches!(login("+ more\r\n"), Trouble::Temporary(_)));
    let disabled = |c: &str| (c == "CAPABILITY").then(|| "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{} OK\r\n".into());
    assert!(matches!(refused(GREETING, disabled), Trouble::Permanent(_)));
    let read_only = |c: &str| c.starts_with("SELECT").then(|| "{} OK [READ-ONLY] done\r\n".into());
    assert!(matches!(refused(GREETING, read_only), Trouble::Permanent(_)));
}

#[test]
fn a_password_that_is_not_ascii_goes_as_a_literal() {
    let place = serve(GREETING, |command| match command {
        "LOGIN me {8}" => Some("+ go on\r\n".into()),
        "pässwö" => Some("{} OK done\r\n".into()),
        _ => None,
    });
    let credentials = Credentials { user: "me".into(), password: "pässwö".into() };
    Session::open(&place, &credentials).unwrap();
}

#[test]
fn what_floods_is_cut_off() {
    let flood: &'static str = "* 1 EXISTS\r\n".repeat(200_000).leak();
    assert!(refused(GREETING, move |c| c.starts_with("SELECT").then(|| flood.to_string())).is_temporary());
    let line: &'static str = "x".repeat(2_000_000).leak();
    assert!(refused(GREETING, move |c| c.starts_with("SELECT").then(|| format!("* OK {line}"))).is_temporary());
}

#[test]
fn more_than_announced_is_cut_off() {
    let flood: &'static str = format!("* 1 FETCH (UID 7 BODY[] {{4000000000}}\r\n{}", "x".repeat(5_000_000)).leak();
    let (result, stored) = fetched(flood);
    assert!(matches!(result, Err(Failure::Mailbox(Trouble::Temporary(text))) if text.contains("more than")));
    assert!(stored.is_empty());
}

#[test]
fn what_was_not_asked_for_is_not_stored() {
    let (result, stored) = fetched("* 1 FETCH (UID 9 BODY[] {3}\r\nabc)\r\n* 2 FETCH (FLAGS ())\r\n{} OK done\r\n");
    let summary = result.unwrap();
    assert_eq!((summary.stored, stored.len()), (0, 0));
    assert_eq!(summary.left.iter().map(|left| left.uid).collect::<Vec<_>>(), [7, 8]);
}

#[test]
fn one_bad_message_does_not_hold_up_the_others() {
    let (result, stored) = fetched("* 1 FETCH (BODY[] {3}\r\nabc UID 7)\r\n{} NO [SERVERBUG] 8 is bröken\r\n");
    let summary = result.unwrap();
    assert_eq!(stored, [(7, b"abc".to_vec())]);
    assert_eq!((summary.stored, summary.left.len(), summary.left[0].uid), (1, 1, 8));
    assert!(summary.left[0].why.contains("is br?ken"), "{}", summary.left[0].why);
}

#[test]
fn nothing_is_not_a_message() {
    let (result, stored) = fetched("* 1 FETCH (UID 7 BODY[] \"\")\r\n* 2 FETCH (UID 8 BODY[] NIL)\r\n{} OK done\r\n");
    assert_eq!((result.unwrap().left.len(), stored.len()), (2, 0));
}

#[test]
fn a_line_that_ends_in_a_message_stores_nothing() {
    let (result, stored) = fetched("* 1 FETCH (UID 7 BODY[] {3}\r\nab* BYE\r\n* BYE gone\r\n");
    assert!(matches!(result, Err(Failure::Mailbox(Trouble::Temporary(_)))) && stored.is_empty());
}

#[test]
fn marking_that_fails_is_told() {
    let place = serve(GREETING, |command| match command {
        _ if command.contains("BODY.PEEK") => Some("* 1 FETCH (UID 7 BODY[] {3}\r\nabc)\r\n{} OK done\r\n".into()),
        _ if command.starts_with("UID STORE") => Some("{} NO no\r\n".into()),
        _ => None,
    });
    let result = open(&place).unwrap().fetch(&Then::Seen, &mut |_| Ok(vec![7]));
    assert!(matches!(result, Err(Failure::Mailbox(_))));
}

#[test]
fn the_password_is_never_shown() {
    assert!(!format!("{:?}", credentials()).contains("secret"));
}

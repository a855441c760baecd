//! Who vouches for a sender: `Authentication-Results` (RFC 8601) of a server that is trusted.
use super::message::Message;

/// What the trusted server says about the sender in From.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It vouches for the sender's domain; by which method.
    Pass(&'static str),
    /// It does not; why.
    Fail(&'static str),
    /// It says nothing: it has put no header on the message.
    Absent,
}

impl Verdict {
    /// Whether the sender is who it says.
    pub fn passed(&self) -> bool {
        matches!(self, Self::Pass(_))
    }
}

/// Reads the topmost header of this authserv-id: `dmarc=pass`, or a `dkim=pass` or `spf=pass` whose domain is aligned
/// with that of From (RFC 7489, 3.1, relaxed). A message with several senders is nobody's.
pub fn verdict(message: &Message, authserv: &str) -> Verdict {
    let domain = message.from.as_ref().and_then(|from| from.email.rsplit_once('@')).map(|(_, domain)| domain);
    match domain {
        Some(domain) if !message.from_ambiguous => judge(&message.authentication_results, authserv, domain),
        Some(_) => Verdict::Fail("there is more than one sender"),
        None => Verdict::Fail("there is no sender"),
    }
}

/// The same for the values of the headers, from the top, and the domain of the sender.
pub fn judge(results: &[String], authserv: &str, domain: &str) -> Verdict {
    let authserv = authserv.trim();
    if authserv.is_empty() {
        return Verdict::Absent;
    }
    let mut headers = results.iter().filter_map(|value| statements(value));
    match headers.find(|header| header.first().is_some_and(|first| names(first, authserv))) {
        Some(header) => weigh(&header[1..], domain),
        None => Verdict::Absent,
    }
}

fn names(statement: &[Token], authserv: &str) -> bool {
    matches!(statement.first(), Some(Token::Text(id)) if id.eq_ignore_ascii_case(authserv))
        && !statement.contains(&Token::Equals)
}

fn weigh(header: &[Vec<Token>], domain: &str) -> Verdict {
    let results: Vec<Outcome> = header.iter().filter_map(|statement| outcome(statement)).collect();
    let passes =
        |method: &str| results.iter().any(|one| one.method == method && one.result == "pass" && one.aligned(domain));
    if results
        .iter()
        .any(|one| one.method == "dmarc" && !matches!(one.result.as_str(), "pass" | "none" | "bestguesspass"))
    {
        return Verdict::Fail("DMARC failed");
    }
    ["dmarc", "dkim", "spf"]
        .into_iter()
        .find(|method| passes(method))
        .map_or(Verdict::Fail("nothing that passed is aligned with the sender's domain"), Verdict::Pass)
}

/// The outcome of one method (RFC 8601, 2.2: resinfo) with the properties it was found by.
struct Outcome {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

impl Outcome {
    /// Whether the domain this is about is the sender's, as the method names it.
    fn aligned(&self, domain: &str) -> bool {
        let values =
            |name: &str| self.properties.iter().filter(|(key, _)| key == name).map(|(_, v)| domain_of(v)).collect();
        let all = |found: Vec<&str>| !found.is_empty() && found.iter().all(|found| aligned(found, domain));
        let signed: Vec<&str> = values("header.d");
        match self.method.as_str() {
            "dmarc" => values("header.from").iter().all(|from| from.eq_ignore_ascii_case(domain)),
            "dkim" if signed.is_empty() => all(values("header.i")),
            "dkim" => all(signed),
            "spf" => all(values("smtp.mailfrom")),
            _ => false,
        }
    }
}

fn domain_of(value: &str) -> &str {
    value.rsplit('@').next().unwrap_or(value)
}

/// Whether two domains are the same, or one is below the other and the upper one is no public suffix.
pub fn aligned(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim_end_matches('.').to_lowercase(), other.trim_end_matches('.').to_lowercase());
    let (upper, lower) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    let below = lower.strip_suffix(upper.as_str()).is_some_and(|rest| rest.ends_with('.'));
    !one.is_empty() && (one == other || (below && !is_public(upper)))
}

/// Whether a domain looks like one under which strangers register theirs: `com`, `co.uk`.
fn is_public(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let second = [
        "co", "com", "net", "org", "gov", "gob", "gouv", "edu", "ac", "ne", "or", "go", "ltd", "plc", "me", "nom", "in",
    ];
    match labels[..] {
        [sld, tld] => tld.len() == 2 && (second.contains(&sld) || sld.len() <= 2),
        _ => labels.len() < 2,
    }
}

fn outcome(statement: &[Token]) -> Option<Outcome> {
    let mut pairs = pairs(statement).into_iter();
    let (method, result) = pairs.next()?;
    let method = method.split('/').next().unwrap_or("").trim().to_string();
    Some(Outcome { method, result: result.to_lowercase(), properties: pairs.collect() })
}

/// All `key = value` of a statement, keys in lower case. An `=` within a value, as of base64, ends it.
fn pairs(statement: &[Token]) -> Vec<(String, String)> {
    let (mut pairs, mut rest) = (Vec::new(), statement);
    while let Some(token) = rest.first() {
        rest = match (token, rest.get(1), rest.get(2)) {
            (Token::Text(key), Some(Token::Equals), Some(Token::Text(value) | Token::Quoted(value))) => {
                pairs.push((key.to_lowercase(), value.clone()));
                &rest[3..]
            }
            _ => &rest[1..],
        };
    }
    pairs
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A word without quotes.
    Text(String),
    /// A word that has quotes in it; never a key.
    Quoted(String),
    Equals,
}

/// The statements between semicolons, without comments (RFC 5322, 3.2.2); none where a comment or quote has no end.
fn statements(value: &str) -> Option<Vec<Vec<Token>>> {
    let mut all = vec![Vec::new()];
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.peek().copied() {
        match c {
            ';' => all.push(Vec::new()),
            '=' => all.last_mut()?.push(Token::Equals),
            '(' => {
                comment(&mut chars)?;
                continue;
            }
            c if c.is_whitespace() => {}
            _ => {
                all.last_mut()?.push(word(&mut chars)?);
                continue;
            }
        }
        chars.next();
    }
    Some(all)
}

type Characters<'t> = std::iter::Peekable<std::str::Chars<'t>>;

/// Skips a comment, which may hold comments.
fn comment(chars: &mut Characters) -> Option<()> {
    let mut depth = 0usize;
    loop {
        match chars.next()? {
            '(' => depth += 1,
            ')' => depth -= 1,
            '\\' => {
                chars.next()?;
            }
            _ => {}
        }
        if depth == 0 {
            return Some(());
        }
    }
}

/// A word up to white space, `;`, `=` or a comment, quoted pieces included.
fn word(chars: &mut Characters) -> Option<Token> {
    let (mut text, mut quoted) = (String::new(), false);
    while let Some(c) = chars.next_if(|c| !c.is_whitespace() && !matches!(c, ';' | '=' | '(')) {
        if c != '"' {
            text.push(c);
            continue;
        }
        quoted = true;
        loop {
            match chars.next()? {
                '"' => break,
                '\\' => text.push(chars.next()?),
                c => text.push(c),
            }
        }
    }
    Some(if quoted { Token::Quoted(text) } else { Token::Text(text) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(value: &str) -> bool {
        judge(&[value.to_string()], "mx.acme.example", "acme.example").passed()
    }

    #[test]
    fn what_passes_and_is_aligned_counts() {
        for value in [
            "mx.acme.example; dmarc=pass header.from=acme.example",
            "MX.acme.example 1; none; dkim=fail header.d=acme.example; dkim=pass (2048 bit) header.d=mail.acme.example",
            "mx.acme.example;dkim = pass header.i=@acme.example header.b=ab==",
            "mx.acme.example; (a (b) \\) ;) spf=pass smtp.mailfrom=\"x y; z\"@acme.example",
            "mx.acme.example; spf/1=pass smtp.mailfrom=bounce.acme.example; dmarc=none",
        ] {
            assert!(passes(value), "{value}");
        }
    }

    #[test]
    fn what_does_not_pass_or_is_another_domain_does_not() {
        for value in [
            "",
            "mx.acme.example",
            "mx.acme.example; none",
            "mx.acme.example; dkim=pass",
            "mx.acme.example; dkim=pass header.d=evil.example",
            "mx.acme.example; dmarc=pass header.from=evil.example",
            "mx.acme.example; dkim=pass header.d=notacme.example",
            "mx.acme.example; dmarc=fail; dkim=pass header.d=acme.example",
            "mx.acme.example; dkim=pass header.d=example",
            "mx.acme.example; dkim=pass header.d=acme.example header.d=evil.example",
            "mx.acme.example; spf=pass smtp.helo=acme.example",
            "mx.acme.example; spf=softfail smtp.mailfrom=acme.example",
        ] {
            assert!(!passes(value), "{value}");
        }
    }

    #[test]
    fn comments_and_quotes_fool_nobody() {
        for value in [
            "mx.acme.example; dkim=fail (dmarc=pass; dmarc=pass) header.d=acme.example",
            "mx.acme.example; spf=fail smtp.mailfrom=\"x; dmarc=pass\"@evil.example",
            "mx.acme.example; spf=pass reason=\"smtp.mailfrom=acme.example\" smtp.mailfrom=evil.example",
            "mx.acme.example; \"dmarc\"=pass",
            "mx.acme.example; dmarc=pass (never ends",
            "(mx.acme.example;) evil.example; dmarc=pass",
            "evil.example (mx.acme.example); dmarc=pass",
            "evil.example; x=\"\\\"; mx.acme.example; dmarc=pass",
            "mx.acme.example=x; dmarc=pass",
        ] {
            assert!(!passes(value), "{value}");
        }
    }

    #[test]
    fn only_the_topmost_header_of_the_server_counts() {
        let header = |text: &str| text.to_string();
        let (good, bad) = (header("mx.acme.example; dmarc=pass"), header("mx.acme.example; dmarc=fail"));
        let other = header("mx.evil.example; dmarc=pass");
        let ask = |headers: &[&String]| {
            judge(&headers.iter().map(|h| h.to_string()).collect::<Vec<_>>(), "mx.acme.example", "acme.example")
        };
        assert_eq!(ask(&[&other, &good, &bad]), Verdict::Pass("dmarc"));
        assert_eq!(ask(&[&bad, &good]), Verdict::Fail("DMARC failed"));
        assert_eq!(ask(&[&other]), Verdict::Absent);
        assert_eq!(judge(&[good], "", "acme.example"), Verdict::Absent);
    }

    #[test]
    fn public_suffixes_are_aligned_with_nothing() {
        assert!(
            aligned("a.b.com", "b.com")
                && aligned("b.com", "B.com.")
                && !aligned("co.uk", "a.co.uk")
                && !aligned("com", "b.com")
        );
        assert!(!aligned("", "") && !aligned("xb.com", "b.com"));
    }

    #[test]
    fn a_second_sender_is_nobodys() {
        let raw = b"From: jo@acme.example, eve@evil.example\nAuthentication-Results: mx.acme.example; dmarc=pass\n\nx";
        let message = Message::parse(raw).unwrap();
        assert_eq!(verdict(&message, "mx.acme.example"), Verdict::Fail("there is more than one sender"));
    }
}

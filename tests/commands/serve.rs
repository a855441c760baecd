//! `serve`: the portal over HTTP, as browsers and programs use it.

use insta::assert_snapshot;

use crate::support::{Answer, Desk, Portal};

const MARK: &str = "ZEBRA-ONLY-FOR-US";

const SETTINGS: &str = "mail: {address: support@acme.example, sendmail: \"sh -c 'cat >> $HOME/sent; echo ---- >> $HOME/sent' --\"}
portal: {url: \"https://help.acme.example\", types: [question, incident], fill-time: 0s, upload: 100K, files: 3, limit-address: {1m: 1000}, limit-email: {1m: 1000}}
";

/// A desk with a few articles and a form with one public field.
pub fn desk() -> Desk {
    desk_with(SETTINGS)
}

fn desk_with(more: &str) -> Desk {
    let desk = Desk::acme();
    let settings = desk.read("loket.yaml").replace("values: [portal, app]", "values: [portal, app], public: true");
    desk.write("loket.yaml", format!("{settings}{more}"));
    let article = |path: &str, keys: &str, body: &str| {
        desk.write(&format!("kb/{path}.md"), format!("---\n{keys}\n---\n{body}"));
    };
    article(
        "network/vpn",
        "title: Use the VPN\nvisibility: public\naliases: [/help/vpn]",
        &format!("Connect.\n\n<!-- internal -->{MARK}<!-- /internal -->\n"),
    );
    article("network/vpn.nl", "title: De VPN gebruiken\nvisibility: public\nlanguage: nl", "Verbind.\n");
    article("inside", &format!("title: {MARK}\nvisibility: internal"), MARK);
    desk.commit("articles");
    desk
}

const FORM: [(&str, &str); 7] = [
    ("name", "Ann Lee"),
    ("email", "Ann@example.com"),
    ("subject", "The VPN says denied"),
    ("type", "incident"),
    ("field.product", "app"),
    ("text", "Since *this* morning.\r\nWhy?"),
    ("website", ""),
];

fn filled<'a>(token: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<(&str, &str)> = FORM.to_vec();
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields.push(("token", token));
    fields
}

/// Sends the form in English; gives the page it leads to.
fn submit(portal: &Portal, changes: &[(&str, &str)]) -> String {
    let token = portal.get("/en/new?subject=vpn").token();
    led_to(&portal.upload("/en/new", &filled(&token, changes), &[]))
}

#[track_caller]
fn led_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").unwrap().to_owned()
}

/// The page of a ticket without what was told once.
fn bare(page: &str) -> &str {
    page.split('?').next().unwrap()
}

fn id_of(page: &str) -> String {
    bare(page).strip_prefix("/t/").unwrap().rsplit_once('-').unwrap().0.to_owned()
}

#[test]
fn the_site_is_shown_in_the_readers_language() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let home = |accept: &str| led_to(&portal.ask("GET", "/", &[("Accept-Language", accept)], b""));
    assert_eq!(home("nl-BE,en;q=0.5"), "/nl/");
    assert_eq!(home("fr,nl;q=0.4,en;q=0.9"), "/en/");
    assert_eq!(home(""), "/en/");
    let page = portal.get("/en/network/vpn.html");
    assert!(page.text().contains("<h1>Use the VPN</h1>") && page.text().contains("href=\"/nl/network/vpn.html\""));
    let tag = page.header("etag").unwrap();
    assert_eq!(portal.ask("GET", "/en/network/vpn.html", &[("If-None-Match", tag)], b"").status, 304);
    assert_eq!(portal.ask("HEAD", "/en/network/vpn.html", &[], b"").body, b"");
    assert_eq!(portal.get("/help/vpn").header("location"), Some("/en/network/vpn.html"));
    assert!(portal.get("/nl/search?q=vpn").text().contains("De VPN gebruiken"));
    assert!(portal.get("/nl/suggest?q=gebr").text().contains("/nl/network/vpn.html"));
    for (path, status) in [
        ("/en/", 200),
        ("/nl/network/", 200),
        ("/en/feed.xml", 200),
        ("/sitemap.xml", 200),
        ("/healthz", 200),
        ("/en/inside.html", 404),
        ("/en/network", 308),
        ("/en/nothing/", 404),
        ("/fr/search?q=x", 404),
        ("/../../etc/passwd", 404),
        ("/%2e%2e/%2e%2e/loket.yaml", 404),
        ("/en/%00", 404),
        ("/files/../people/jo.md", 404),
        ("/t/261122-00000-00000000000000000000000000000000", 404),
    ] {
        let answer = portal.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert!(answer.header("content-security-policy").unwrap().contains("default-src 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert!(!answer.text().contains(MARK), "{path}");
    }
    assert_eq!(portal.ask("DELETE", "/en/", &[], b"").status, 405);
    assert_eq!(portal.post("/en/network/vpn.html", &[]).status, 405);
    // What is new in the desk is seen without a restart.
    desk.write("kb/network/mail.md", "---\ntitle: Read mail\nvisibility: public\n---\nText.\n");
    desk.commit("one more");
    let sees = |_| {
        portal.get("/en/network/mail.html").status == 200 || {
            std::thread::yield_now();
            false
        }
    };
    assert!((0..200_000).any(sees));
}

#[test]
fn a_request_is_a_commit_before_it_is_answered() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let first = portal.get("/en/new").text();
    assert!(first.contains("What is it about") && !first.contains("name=\"token\""), "{first}");
    let form = portal.get("/en/new?subject=the+vpn+does+not+work");
    assert!(form.text().contains("This may answer it") && form.text().contains("/en/network/vpn.html"));
    assert!(!form.text().contains("name=\"field.room\""));
    let token = form.token();
    let page = led_to(&portal.upload("/en/new", &filled(&token, &[]), &[("../../x.html", b"<script>")]));
    let id = id_of(&page);
    let (ticket, head) = (desk.read(&desk.path_of(&id)), desk.git("log -1 --format=%an|%ae|%s"));
    assert_eq!(head.trim(), format!("Ann Lee|ann@example.com|{id}: new by ann@example.com"));
    let ticket = ticket.lines().filter(|line| !line.starts_with("message-id")).collect::<Vec<_>>().join("\n");
    assert_snapshot!(ticket, @r"
    ---
    title: The VPN says denied
    status: new
    type: incident
    requester: ann@example.com
    channel: web
    language: en
    created: 2026-11-22T09:00:00Z
    fields:
      product: app
    attachments: [x.html]
    unsent: [acknowledgement]
    ---
    Since *this* morning.
    Why?
    ");
    assert_snapshot!(desk.read("customers/ann-example.com.md"), @r"
    ---
    name: Ann Lee
    emails: [ann@example.com]
    language: en
    ---
    ");
    let shown = portal.get(&page).text();
    for part in [
        "Your request has been received",
        "Since <em>this</em> morning.",
        &format!("https://help.acme.example{}", bare(&page)),
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // The file is saved, not shown, and is no page of ours.
    let file = portal.get(&format!("{}/files/x.html", bare(&page)));
    assert_eq!((file.status, file.body.as_slice()), (200, b"<script>".as_slice()));
    assert_eq!(file.header("content-type"), Some("application/octet-stream"));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename*=UTF-8''x.html"));
    assert!(file.header("content-security-policy").unwrap().contains("sandbox"));
    // Sent again it is the same request; with another text it is another.
    assert_eq!(
        bare(&led_to(&portal.upload("/en/new", &filled(&token, &[]), &[("../../x.html", b"<script>")]))),
        bare(&page)
    );
    let other = led_to(&portal.upload("/en/new", &filled(&token, &[("text", "Something else.")]), &[]));
    assert_ne!(bare(&other), bare(&page));
    assert_eq!(desk.ok("list channel:web --count").text(), "2");
    desk.is_clean();
}

#[test]
fn a_kill_loses_nothing_that_was_answered() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let form = portal.get("/en/new?subject=vpn");
    let token = form.token();
    let cookie = form.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let page = led_to(&portal.upload("/en/new", &filled(&token, &[]), &[]));
    portal.kill();
    let portal = Portal::of(&desk);
    assert_eq!(portal.get(&page).status, 200);
    portal.forget_cookie();
    // Who did not hear the answer sends it again, and is known.
    let mut fields = url::form_urlencoded::Serializer::new(String::new());
    fields.extend_pairs(filled(&token, &[]));
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let again = portal.ask("POST", "/en/new", &[kind, ("Cookie", &cookie)], fields.finish().as_bytes());
    assert_eq!(bare(&led_to(&again)), bare(&page));
    assert_eq!(desk.ok("list channel:web --count").text(), "1");
}

#[test]
fn the_page_of_a_ticket_is_what_show_public_shows() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let page = submit(&portal, &[]);
    let id = id_of(&page);
    desk.write("../inner.txt", MARK);
    desk.ok(format!("note {id} -m {MARK} --attach ../inner.txt"));
    desk.ok(format!("set {id} assignee=jo team=first-line tags+={MARK} field.room={MARK}"));
    desk.ok(format!(
        "reply {id} -m '<!-- internal -->{MARK}<!-- /internal -->Which network? <script>x()</script> [a](javascript:x()) ![b](https://x.example/b.png)' --wait"
    ));
    let shown = portal.get(&page).text();
    assert!(
        shown.contains("Which network?")
            && shown.contains("Jo Janssen")
            && shown.contains("We are waiting for your answer"),
        "{shown}"
    );
    let public = desk.json(format!("show {id} --public"));
    assert_eq!(shown.matches("<li class=\"message").count(), 1 + public["thread"].as_array().unwrap().len());
    for gone in [MARK, "<script>x", "javascript:x", "<img src", "first-line", "inner.txt"] {
        assert!(!shown.contains(gone), "{gone}: {shown}");
    }
    assert_eq!(portal.get(&format!("{}/files/inner.txt", bare(&page))).status, 404);
    assert!(portal.get(&format!("{}?lang=nl", bare(&page))).text().contains("We wachten op uw antwoord"));
    assert_eq!(portal.get(&page).header("cache-control"), Some("no-store"));
}

#[test]
fn a_link_is_for_one_ticket_until_it_is_taken_back() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let (one, two) = (submit(&portal, &[]), submit(&portal, &[("email", "bob@example.com"), ("subject", "Bob's own")]));
    let signature = |page: &str| bare(page).rsplit_once('-').unwrap().1.to_owned();
    for forged in [
        format!("/t/{}-{}", id_of(&one), signature(&two)),
        format!("/t/{}-{}", id_of(&one), "0".repeat(32)),
        format!("/t/{}", id_of(&one)),
        format!("/t/{}-", id_of(&one)),
        format!("{}0", bare(&one)),
        bare(&one).to_uppercase(),
    ] {
        assert_eq!(portal.get(&forged).status, 404, "{forged}");
    }
    let link = desk.ok(format!("portal link {}", id_of(&one))).text().to_owned();
    assert_eq!(link, format!("https://help.acme.example{}", bare(&one)));
    let new = desk.ok(format!("portal link {} --revoke", id_of(&one))).text().to_owned();
    assert_ne!(new, link);
    assert_eq!(portal.get(&one).status, 404);
    assert_eq!(portal.get(new.strip_prefix("https://help.acme.example").unwrap()).status, 200);
    // What was merged into somebody else's ticket does not show theirs.
    desk.ok(format!("merge {} {}", id_of(&two), id_of(&one)));
    let shown = portal.get(&two).text();
    assert!(shown.contains("Bob&#39;s own") && !shown.contains("The VPN says denied"), "{shown}");
}

#[test]
fn requesters_answer_close_reopen_and_rate() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let page = submit(&portal, &[]);
    let (id, base) = (id_of(&page), bare(&page).to_owned());
    desk.ok(format!("assign {id} jo"));
    desk.ok(format!("reply {id} -m 'Try again.' --wait"));
    let act = |act: &str, fields: &[(&str, &str)]| {
        let token = portal.get(&base).token();
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("token", token.as_str())]).collect();
        portal.post(&format!("{base}/{act}"), &fields)
    };
    assert!(led_to(&act("answer", &[("text", "Still denied.")])).ends_with("done=answer"));
    assert_eq!(desk.value(&id, "status"), "open");
    let comment = desk.json(format!("show {id}"))["thread"][1].clone();
    assert_eq!(
        (&comment["author"], &comment["channel"], &comment["role"]),
        (&"ann@example.com".into(), &"web".into(), &"requester".into())
    );
    assert_eq!(act("answer", &[("text", "  ")]).status, 422);
    assert_eq!(act("rate", &[("score", "5")]).status, 409);
    desk.ok(format!("solve {id} -m 'Done.'"));
    // A scanner that follows links votes for nobody.
    assert!(matches!(portal.get(&format!("{base}/rate?score=1")).status, 404 | 405));
    assert_eq!(act("rate", &[("score", "9")]).status, 422);
    assert!(led_to(&act("rate", &[("score", "4"), ("comment", "Quick")])).ends_with("done=rate"));
    assert_eq!(desk.value(&id, "satisfaction")["score"], 4);
    assert_eq!(act("rate", &[("score", "1")]).status, 409);
    assert!(portal.get(&base).text().contains("You gave 4 out of 5"));
    led_to(&act("reopen", &[]));
    assert_eq!(desk.value(&id, "status"), "open");
    led_to(&act("close", &[]));
    assert_eq!(desk.value(&id, "state"), "closed");
    assert_eq!(act("close", &[]).status, 409);
    // The desk's rule for answers to closed tickets: a new one, linked to the old.
    let next = led_to(&act("answer", &[("text", "Once more.")]));
    assert_ne!(bare(&next), base);
    assert_eq!(desk.value(&id_of(&next), "links")[0]["id"], id.as_str());
    assert_eq!(act("answer", &[]).status, 422);
    assert_eq!(act("nothing", &[]).status, 404);
    let log = desk.git("log --format=%s");
    for said in
        ["answer by ann@example.com", "rated by ann@example.com", "closed by ann@example.com", "opened again by"]
    {
        assert!(log.contains(said), "{said}: {log}");
    }
}

#[test]
fn forms_are_signed_and_bounded() {
    let desk = desk_with(&SETTINGS.replace("fill-time: 0s", "fill-time: 3s"));
    let portal = Portal::of(&desk);
    let head = desk.head();
    let token = portal.get("/en/new?subject=vpn").token();
    let quick = portal.post("/en/new", &filled(&token, &[]));
    assert_eq!(quick.status, 422);
    assert!(
        quick.text().contains("That was very quick") && quick.text().contains("Why?</textarea>"),
        "{}",
        quick.text()
    );
    for (path, fields) in [
        ("/en/new", filled("", &[])),
        ("/en/new", filled("1.2.3", &[])),
        ("/en/new", filled(&token.replace('1', "2"), &[])),
    ] {
        let answer = portal.post(path, &fields);
        assert!(answer.status == 422 && answer.text().contains("open for long"), "{}", answer.text());
    }
    // A program that fills in what nobody sees hears that all is well.
    assert_eq!(portal.post("/en/new", &filled(&token, &[("website", "x")])).header("location"), Some("/en/"));
    portal.forget_cookie();
    assert_eq!(portal.post("/en/new", &filled(&token, &[])).status, 422);
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    for foreign in [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")] {
        assert_eq!(portal.ask("POST", "/en/new", &[form, foreign], b"name=x").status, 403, "{foreign:?}");
    }
    assert_eq!(portal.ask("POST", "/en/new", &[("Content-Type", "text/xml")], b"<x/>").status, 415);
    assert_eq!(portal.ask("POST", "/en/new", &[form], &vec![b'a'; 300_000]).status, 413);
    assert_eq!(
        portal.ask("POST", "/en/new", &[("Content-Type", "multipart/form-data; boundary=x")], b"nonsense").status,
        400
    );
    assert_eq!(desk.head(), head);
}

#[test]
fn what_is_wrong_is_told_and_what_was_written_is_kept() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let token = portal.get("/en/new?subject=vpn").token();
    let wrong = [
        ("email", "nonsense"),
        ("name", " "),
        ("type", "complaint"),
        ("field.product", "<other>"),
        ("subject", "Kept <b>"),
    ];
    let answer = portal.upload("/en/new", &filled(&token, &wrong), &[]);
    assert_eq!(answer.status, 422);
    let text = answer.text();
    for part in [
        "role=\"alert\"",
        "href=\"#p-email\"",
        "href=\"#p-name\"",
        "href=\"#p-type\"",
        "href=\"#p-field.product\"",
        "value=\"Kept &lt;b&gt;\"",
        "Why?</textarea>",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let own = portal.upload("/en/new", &filled(&token, &[("email", "support@acme.example")]), &[]);
    assert!(own.text().contains("href=\"#p-email\""));
    for files in [vec![("a", vec![0u8; 200_000])], vec![("a", vec![1]), ("b", vec![2]), ("c", vec![3]), ("d", vec![4])]]
    {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, content)| (*name, content.as_slice())).collect();
        let answer = portal.upload("/en/new", &filled(&token, &[]), &files);
        assert!(answer.status == 422 && answer.text().contains("href=\"#p-files\""), "{}", answer.text());
    }
    // An agent's address makes no agent.
    let page = submit(&portal, &[("email", "sam@acme.example")]);
    assert_eq!(desk.git("log -1 --format=%ae").trim(), "support@acme.example");
    assert!(!desk.has("customers/sam-acme.example.md"));
    assert_eq!(desk.value(&id_of(&page), "requester"), "sam@acme.example");
}

#[test]
fn what_strangers_write_hides_nothing() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let page = submit(&portal, &[("text", "Before.\r\n<!-- quoted -->\r\nAfter. <!-- internal --> Still there.")]);
    let (shown, id) = (portal.get(&page).text(), id_of(&page));
    assert!(shown.contains("Before.") && shown.contains("After.") && shown.contains("Still there."), "{shown}");
    assert!(desk.ok(format!("show {id}")).stdout.contains("After."));
}

#[test]
fn a_form_in_a_frame_is_answered_in_it() {
    let desk = desk_with(&SETTINGS.replace("files: 3", "files: 3, embed: [\"https://www.acme.example\"]"));
    let portal = Portal::of(&desk);
    let form = portal.get("/nl/embed");
    assert!(form.header("content-security-policy").unwrap().ends_with("frame-ancestors https://www.acme.example"));
    assert!(form.header("x-frame-options").is_none() && form.header("set-cookie").is_none());
    let answer = portal.upload("/nl/embed", &filled(&form.token(), &[]), &[]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text();
    assert!(text.contains("https://help.acme.example/t/") && text.contains("target=\"_blank\""), "{text}");
    assert!(answer.header("x-frame-options").is_none());
    // A token of the frame is of no use elsewhere.
    let stray = portal.post("/nl/new", &filled(&form.token(), &[("text", "Other.")]));
    assert_eq!(stray.status, 422);
    assert_eq!(portal.get("/nl/new").header("x-frame-options"), Some("DENY"));
}

#[test]
fn new_limits_count_without_a_restart() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let token = portal.get("/en/new?subject=vpn").token();
    let settings = desk.read("loket.yaml").replace("limit-email: {1m: 1000}", "limit-email: {1h: 1}");
    desk.write("loket.yaml", settings);
    desk.commit("fewer");
    let refused =
        |number: usize| portal.post("/en/new", &filled(&token, &[("text", &number.to_string())])).status == 429;
    assert!((0..900).any(refused));
    for wrong in ["limit-email: {1m: 0}", "types: [nonsense]", "url: 'ftp://x'", "embed: ['https://x.example/path']"] {
        desk.write("loket.yaml", format!("desk: X\nportal: {{{wrong}}}\n"));
        desk.commit("wrong");
        assert!(desk.refused("list", 1).stderr.contains("loket.yaml:2"), "{wrong}");
    }
}

#[test]
fn nobody_writes_too_often() {
    let desk = desk_with(
        &SETTINGS
            .replace("limit-email: {1m: 1000}", "limit-email: {1h: 2}")
            .replace("limit-address: {1m: 1000}", "limit-address: {1h: 5}, trusted-proxies: [127.0.0.1]"),
    );
    let portal = Portal::of(&desk);
    let token = portal.get("/en/new?subject=vpn").token();
    let send = |email: &str, from: &str, text: &str| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(filled(&token, &[("email", email), ("text", text)]));
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Forwarded-For", from)];
        portal.ask("POST", "/en/new", &headers, form.finish().as_bytes()).status
    };
    assert_eq!(
        [
            send("a@x.example", "192.0.2.1", "1"),
            send("A@x.example", "192.0.2.2", "2"),
            send("a@x.example", "192.0.2.3", "3")
        ],
        [303, 303, 429]
    );
    let many: Vec<u16> =
        (0..6).map(|number| send(&format!("b{number}@x.example"), "1.1.1.1, 192.0.2.9", "x")).collect();
    assert_eq!(many, [303, 303, 303, 303, 303, 429]);
}

#[test]
fn a_desk_that_cannot_write_says_so_and_keeps_the_text() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let token = portal.get("/en/new?subject=vpn").token();
    desk.write("loket.yaml", "desk: [\n");
    desk.git("add -A");
    desk.git("commit -q -m broken");
    let answer = portal.upload("/en/new", &filled(&token, &[]), &[]);
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some() && answer.text().contains("Why?</textarea>"), "{}", answer.text());
    desk.git("revert --no-edit HEAD");
    let token = answer.token();
    led_to(&portal.upload("/en/new", &filled(&token, &[]), &[]));
}

#[test]
fn mail_tells_strangers_nothing_of_what_strangers_wrote() {
    let desk = desk();
    let portal = Portal::of(&desk);
    desk.write(
        "policy/rules.yaml",
        "- name: echo\n  on: [created]\n  then:\n    - reply: {text: 'You wrote: {{ ticket.title }}'}\n",
    );
    desk.commit("a rule that repeats");
    let page = submit(&portal, &[("subject", "BUY NOW"), ("text", "http://spam.example")]);
    desk.ok("mail send");
    let sent = std::fs::read_to_string(desk.home().join("sent")).unwrap();
    assert!(sent.contains(&format!("https://help.acme.example{}", bare(&page))), "{sent}");
    assert!(!sent.contains("BUY NOW") && !sent.contains("spam.example") && !sent.contains("Ann Lee"), "{sent}");
    std::fs::write(desk.home().join("sent"), "").unwrap();
    let ask = |email: &str| {
        let token = portal.get("/en/mine").token();
        let answer = portal.post("/en/mine", &[("email", email), ("token", &token), ("website", "")]);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let text = answer.text();
        text.replace(&answer.token_or_empty(), "")
    };
    assert_eq!(ask("nobody@example.com"), ask("ANN@example.com"));
    let sent = || std::fs::read_to_string(desk.home().join("sent")).unwrap();
    assert!((0..2_000_000).any(|_| sent().contains("----")), "no mail was sent");
    let plain = sent().replace("=\r\n", "").replace("=\n", "");
    assert!(
        plain.contains(bare(&page)) && !sent().contains("BUY NOW") && sent().contains("To: ann@example.com"),
        "{}",
        sent()
    );
}

#[test]
fn nothing_internal_comes_out_whatever_is_asked() {
    let desk = desk();
    let portal = Portal::of(&desk);
    let page = submit(&portal, &[]);
    desk.ok(format!("note {} -m {MARK}", id_of(&page)));
    let token = desk.ok("api-token new fuzz").text().to_owned();
    let mut dice = fastrand::Rng::with_seed(7);
    let parts = [
        "en",
        "nl",
        "network",
        "vpn.html",
        "..",
        "%2e%2e",
        "t",
        "files",
        "search",
        "suggest?q=",
        "new",
        "api",
        "v1",
        "tickets",
        "messages",
        "",
        "%00",
        "%ff",
        "ü",
        "inside.html",
        "kb",
        "loket.yaml",
        ".git",
        "assets",
        "index-2.html",
        "?lang=nl",
        "a b",
        "mine",
        "embed",
        "rate",
        "answer",
    ];
    let bodies = [
        "",
        "{}",
        "[]",
        "null",
        "{\"subject\":1}",
        "token=x&text=y",
        "--x\r\n",
        "{\"ticket\":\"261122-00000\",\"text\":\"x\"}",
        "\u{0}\u{1}",
    ];
    let kinds =
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""];
    for _ in 0..2_000 {
        let mut path = if dice.bool() { String::new() } else { bare(&page).to_owned() };
        for _ in 0..dice.usize(1..5) {
            path += &format!("/{}", parts[dice.usize(..parts.len())]);
        }
        let method = ["GET", "POST", "HEAD", "PUT", "OPTIONS", "X"][dice.usize(..6)];
        let bearer = format!("Bearer {}", if dice.bool() { &token } else { "x" });
        let headers = [
            ("Content-Type", kinds[dice.usize(..kinds.len())]),
            ("Authorization", bearer.as_str()),
            ("X-Forwarded-For", "1.2.3.4"),
            ("Accept-Language", "nl;q=x,,;"),
        ];
        let path = path.replace(' ', "%20");
        let answer = portal.ask(method, &path, &headers, bodies[dice.usize(..bodies.len())].as_bytes());
        assert!(answer.status < 500, "{method} {path}: {}", answer.text());
        assert!(!answer.text().contains(MARK) && !answer.head.contains(MARK), "{method} {path}");
    }
    for request in [
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /\u{1b}[31m HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    ] {
        assert!(portal.raw(request.as_bytes()).status < 500, "{request:?}");
    }
    assert_eq!(portal.get("/healthz").status, 200);
}

#[test]
fn two_servers_on_two_clones_are_kept_in_step() {
    let desk = desk();
    let hub = desk.publish();
    let other = Desk::cloned(&hub, "sam", 100);
    std::fs::copy(desk.path().join(".git/loket/key"), other.path().join(".git/loket/key")).ok();
    let key = [("LOKET_KEY", "one key for both")];
    let start = |desk: &Desk| Portal::with(desk, "serve --listen 127.0.0.1:0", &key);
    let (one, two) = (start(&desk), start(&other));
    let page = submit(&one, &[]);
    assert_eq!(two.get(&page).status, 404);
    let second = submit(&two, &[("email", "bob@example.com")]);
    desk.ok("sync");
    other.ok("sync");
    desk.ok("sync");
    assert_eq!((two.get(&page).status, one.get(&second).status), (200, 200));
    assert_eq!(desk.ok("list channel:web --count").text(), "2");
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_stops() {
    let desk = desk();
    let portal = Portal::start(&desk, "serve --listen 127.0.0.1:0 --metrics 127.0.0.1:0");
    submit(&portal, &[]);
    assert!(portal.end().success());
    assert_eq!(desk.ok("list channel:web --count").text(), "1");
    desk.refused("serve --listen nowhere", 2);
    desk.refused("serve --at HEAD~1", 2);
}

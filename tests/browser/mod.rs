//! The portal as people use it, in a real browser.

mod driver;
mod pages;
mod place;

use driver::{Browser, ENTER, ESCAPE, Options, SPACE, TAB};
use place::{Files, Place, furnished, is_clean, refused_with, tells_nothing_internal, visit};

use crate::support::Portal;

/// Fills in the form on the page and sends it.
#[track_caller]
fn fill_in(browser: &Browser, text: &str) {
    browser.fill("#p-name", "Ann Lee");
    browser.fill("#p-email", "ann@example.com");
    browser.fill("#p-text", text);
    browser.follow("main form[method=post] button[type=submit]", "/t/");
}

/// A new request; its page is then shown.
#[track_caller]
fn submit(place: &Place, text: &str) {
    place.go("/en/new?subject=The+VPN+says+denied");
    fill_in(&place.browser, text);
}

/// The id of the ticket whose page is shown.
#[track_caller]
fn id_of(browser: &Browser) -> String {
    let url = browser.url();
    let (_, token) = url.split_once("/t/").unwrap();
    token.split('-').take(2).collect::<Vec<_>>().join("-")
}

/// Writes an answer as the one who asks.
#[track_caller]
fn answer(browser: &Browser, text: &str) {
    browser.fill("#p-text", text);
    browser.follow("form[action*='/answer'] button[type=submit]", "done=answer");
}

#[test]
fn articles_are_found_by_their_categories() {
    visit(Options::default(), |place| {
        let browser = &place.browser;
        place.go("/");
        browser.until_at("/en/");
        assert_eq!(browser.text("h1"), "How can we help?");
        browser.follow(".card h2 a[href$='network/']", "/en/network/");
        assert_eq!(browser.text("h1"), "Network");
        browser.follow(".articles a[href$='vpn.html']", "/en/network/vpn.html");
        assert_eq!((browser.text("h1"), browser.title()), ("Use the VPN".into(), "Use the VPN - Acme Support".into()));
        assert!(browser.holds("document.querySelector('article img').naturalWidth"), "the picture is not shown");
        browser.click("nav.contents a[href='#disconnect']");
        browser.until_at("#disconnect");
        let is_near = "Math.abs(document.getElementById('disconnect').getBoundingClientRect().top) < innerHeight";
        browser.until("the heading", || browser.holds(is_near).then_some(()));
        browser.follow(".translations a[lang=nl]", "/nl/network/vpn.html");
        assert_eq!((browser.text("h1"), browser.attribute("html", "lang")), ("De VPN gebruiken".into(), "nl".into()));
        browser.follow(".languages a[lang=en]", "/en/network/vpn.html");
        browser.follow(".crumbs a[href$='network/']", "/en/network/");
        browser.follow(".brand", "/en/");
    });
}

#[test]
fn a_question_is_answered_while_it_is_typed() {
    visit(Options::default(), |place| {
        let browser = &place.browser;
        place.go("/en/");
        browser.fill(".big input", "how to use vpn");
        browser.until_text(".big .suggestions", "Use the VPN");
        assert_eq!(browser.text(".big .suggestions h2"), "This may answer it");
        browser.keys(ESCAPE);
        browser
            .until("no suggestions", || browser.holds("document.querySelector('.suggestions').hidden").then_some(()));
        browser.follow(".big button", "/en/search?q=");
        browser.until_text(".articles", "Use the VPN");
        assert_eq!(browser.value("#p-q"), "how to use vpn");
        place.go("/en/search?q=quagga");
        browser.until_text("p[role=status]", "Nothing was found");
        place.go("/en/new");
        browser.fill("#p-subject", "password");
        browser.until_text(".suggestions", "Change your password");
        browser.follow(".suggestions a", "/en/accounts/password.html");
    });
}

#[test]
fn a_site_of_files_is_searched_in_the_browser() {
    let Some(browser) = Browser::start(Options::default()) else { return };
    let desk = furnished("");
    desk.ok("portal build --out ../site");
    let files = Files::of(desk.home().join("site"));
    let origin = format!("http://127.0.0.1:{}", files.port);
    let at_home = || {
        let all = browser.run("return performance.getEntries().map((entry) => entry.name)");
        let names = all.as_array().unwrap().iter().filter_map(|name| name.as_str());
        let fetched: Vec<&str> = names.filter(|name| name.contains("://")).collect();
        assert!(fetched.len() > 1 && fetched.iter().all(|name| name.starts_with(&origin)), "{fetched:?}");
    };
    browser.go(&format!("{origin}/"));
    browser.until_at("/en/index.html");
    browser.fill(".big input", "connect gateway");
    browser.follow(".big button", "/en/search.html?q=connect");
    browser.until_text("#p-results", "Use the VPN");
    at_home();
    browser.clear("#p-q");
    browser.fill("#p-q", "mailbox");
    browser.until_text("#p-results", "Read mail on a phone");
    browser.clear("#p-q");
    browser.fill("#p-q", "zebr");
    browser.until_text("#p-results", "Nothing was found");
    browser.clear("#p-q");
    browser.fill("#p-q", "passwords");
    browser.until_text("#p-results", "Change your password");
    browser.follow("#p-results a[href*='password']", "/en/accounts/password.html");
    at_home();
    is_clean(&browser);
}

#[test]
fn a_request_is_followed_to_its_end() {
    visit(Options::default(), |place| {
        let (browser, desk) = (&place.browser, &place.desk);
        desk.write("../log of today.txt", "denied\n");
        desk.write("../inside.txt", place::MARK);
        place.go("/en/");
        browser.follow(".top a.new", "/en/new");
        browser.fill("#p-subject", "The VPN says denied");
        browser.follow("main form button", "subject=");
        browser.until_text(".suggestions", "Use the VPN");
        browser.click("#p-type option[value=incident]");
        browser.fill("#p-files", desk.home().join("log of today.txt").to_str().unwrap());
        fill_in(browser, "Since *this* morning.");
        browser.until_text(".done", "Your request has been received");
        let id = id_of(browser);
        browser.follow(".done .link a", "/t/");
        assert_eq!(browser.text("h1"), "The VPN says denied");
        browser.until_text(".message.mine", "Since this morning.");
        browser.until_text(".message .files a", "log");
        assert_eq!((desk.value(&id, "type"), desk.value(&id, "channel")), ("incident".into(), "web".into()));
        desk.ok(format!("assign {id} me"));
        desk.ok(format!("note {id} -m {} --attach ../inside.txt", place::MARK));
        desk.ok(format!("set {id} tags+={} field.room={}", place::MARK, place::MARK));
        desk.ok(format!("reply {id} --wait -m 'Which network? <!-- internal -->{}<!-- /internal -->'", place::MARK));
        browser.reload();
        browser.until_text(".pill", "We are waiting for your answer");
        browser.until_text(".message:not(.mine)", "Which network?");
        answer(browser, "The one at home.");
        browser.until_text(".done", "Your answer has been received.");
        desk.ok(format!("reply {id} --solve -m 'Try again now.'"));
        browser.reload();
        browser.until_text(".pill", "Solved");
        browser.click("input[name=score][value='4']");
        browser.fill("#p-comment", "Quick");
        browser.follow("form[action*='/rate'] button", "done=rate");
        browser.until_text("main", "You gave 4 out of 5. Thank you.");
        browser.follow("form[action*='/reopen'] button", "done=reopen");
        browser.until_text(".pill", "We are on it");
        browser.follow("form[action*='/close'] button", "done=close");
        browser.until_text(".pill", "Closed");
        assert_eq!(
            (desk.value(&id, "state"), desk.value(&id, "satisfaction")["score"].clone()),
            ("closed".into(), 4.into())
        );
    });
}

#[test]
fn a_request_is_made_in_dutch() {
    visit(Options { languages: "nl", ..Options::default() }, |place| {
        let (browser, desk) = (&place.browser, &place.desk);
        place.go("/");
        browser.until_at("/nl/");
        assert_eq!(browser.text("h1"), "Waarmee kunnen we helpen?");
        browser.follow(".top a.new", "/nl/new");
        browser.fill("#p-subject", "VPN gebruiken");
        browser.until_text(".suggestions", "De VPN gebruiken");
        browser.follow("main form button", "subject=");
        assert_eq!(browser.text(".suggestions h2"), "Misschien helpt dit al");
        fill_in(browser, "Sinds vanochtend.");
        browser.until_text(".done", "Uw aanvraag is ontvangen");
        let (id, page) = (id_of(browser), browser.url());
        assert_eq!(desk.value(&id, "language"), "nl");
        desk.ok(format!("assign {id} me"));
        desk.ok(format!("reply {id} --wait -m 'Welk netwerk?'"));
        // The link alone, as a mail has it: the browser says the language.
        browser.go(page.split('?').next().unwrap());
        browser.until_text(".pill", "We wachten op uw antwoord");
        assert_eq!(browser.attribute("html", "lang"), "nl");
        answer(browser, "Dat van thuis.");
        browser.until_text(".done", "Uw antwoord is ontvangen.");
        desk.ok(format!("reply {id} --solve -m 'Probeer het nog eens.'"));
        browser.reload();
        browser.until_text(".pill", "Opgelost");
        browser.click("input[name=score][value='5']");
        browser.follow("form[action*='/rate'] button", "done=rate");
        browser.until_text("main", "U gaf 5 van de 5.");
        browser.follow("form[action*='/close'] button", "done=close");
        browser.until_text(".done", "De aanvraag is gesloten.");
    });
}

#[test]
fn the_language_that_was_chosen_stays() {
    visit(Options::default(), |place| {
        let (browser, desk) = (&place.browser, &place.desk);
        place.go("/nl/new?subject=vpn");
        fill_in(browser, "Sinds vanochtend.");
        let id = id_of(browser);
        browser.until_text(".done", "Uw aanvraag is ontvangen");
        browser.follow(".done .link a", "/t/");
        assert_eq!(browser.attribute("html", "lang"), "nl", "the link that is to be kept");
        answer(browser, "Nog steeds.");
        assert_eq!(browser.attribute("html", "lang"), "nl", "after an answer");
        desk.ok(format!("assign {id} me"));
        desk.ok(format!("solve {id} -m 'Klaar.'"));
        browser.follow(".languages a[lang=en]", "lang=en");
        browser.follow(".languages a[lang=nl]", "lang=nl");
        browser.click("input[name=score][value='4']");
        browser.follow("form[action*='/rate'] button", "done=rate");
        assert_eq!(browser.attribute("html", "lang"), "nl", "after a rating");
    });
}

#[test]
fn a_request_is_made_without_scripts() {
    visit(Options { scripts: false, ..Options::default() }, |place| {
        let (browser, desk) = (&place.browser, &place.desk);
        desk.write("../log.txt", "denied\n");
        place.go("/en/");
        assert!(!browser.has(".suggestions"), "scripts run");
        browser.fill(".big input", "vpn");
        browser.follow(".big button", "/en/search?q=vpn");
        browser.until_text(".articles", "Use the VPN");
        browser.follow(".unsolved a", "/en/new");
        browser.fill("#p-subject", "The VPN says denied");
        browser.follow("main form button", "subject=");
        browser.until_text(".suggestions", "Use the VPN");
        browser.fill("#p-files", desk.home().join("log.txt").to_str().unwrap());
        fill_in(browser, "Since this morning.");
        let id = id_of(browser);
        browser.follow(".done .link a", "/t/");
        desk.ok(format!("assign {id} me"));
        desk.ok(format!("note {id} -m {}", place::MARK));
        answer(browser, "It is the network at home.");
        desk.ok(format!("reply {id} --solve -m 'Try again now.'"));
        browser.reload();
        browser.click("input[name=score][value='2']");
        browser.follow("form[action*='/rate'] button", "done=rate");
        browser.follow("form[action*='/reopen'] button", "done=reopen");
        browser.follow("form[action*='/close'] button", "done=close");
        assert_eq!(desk.value(&id, "state"), "closed");
        assert_eq!(desk.value(&id, "attachments")[0]["name"], "log.txt");
    });
}

/// What has the focus: its id, or its name, or its text.
const FOCUSED: &str = "const at = document.activeElement; return at.id || at.name || at.textContent.trim()";

/// Presses Tab until something has the focus; it is seen to have it all along.
#[track_caller]
fn tab_to(browser: &Browser, wanted: &str) {
    let mut passed = Vec::new();
    while passed.len() < 40 {
        browser.keys(TAB);
        let focused = browser.run(FOCUSED).as_str().unwrap().to_owned();
        let outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle");
        assert_ne!(outline, "none", "nobody sees the focus at {focused}");
        assert_ne!(focused, "website", "what nobody sees has the focus");
        if focused == wanted {
            return;
        }
        passed.push(focused);
    }
    panic!("{wanted} cannot be reached by Tab: {passed:?}");
}

#[test]
fn a_request_is_made_by_the_keyboard_alone() {
    visit(Options::default(), |place| {
        let (browser, desk) = (&place.browser, &place.desk);
        place.go("/en/");
        browser.keys(TAB);
        assert_eq!(browser.run(FOCUSED), "Skip to the content");
        let is_seen =
            "const box = document.activeElement.getBoundingClientRect(); return box.left >= 0 && box.top >= 0";
        assert_eq!(browser.run(is_seen), true, "the first link is not seen");
        browser.keys(ENTER);
        browser.until_at("#p-main");
        browser.keys(TAB);
        assert_eq!(browser.run(FOCUSED), "q", "the link does not skip what is above the content");
        tab_to(browser, "New request");
        browser.keys(ENTER);
        browser.until_at("/en/new");
        tab_to(browser, "p-subject");
        browser.keys("Change my password");
        browser.until_text(".suggestions", "Change your password");
        tab_to(browser, "Continue");
        browser.keys(ENTER);
        browser.until_at("subject=");
        for (field, text) in
            [("p-name", "Ann Lee"), ("p-email", "ann@example.com"), ("p-type", "i"), ("p-text", "It is\u{E006}gone.")]
        {
            tab_to(browser, field);
            browser.keys(text);
        }
        tab_to(browser, "Send");
        browser.keys(SPACE);
        browser.until_at("/t/");
        let id = id_of(browser);
        assert_eq!(
            (desk.value(&id, "type"), desk.value(&id, "title")),
            ("incident".into(), "Change my password".into())
        );
        desk.ok(format!("assign {id} me"));
        desk.ok(format!("solve {id} -m 'It is back.'"));
        browser.reload();
        tab_to(browser, "score");
        browser.keys(SPACE);
        tab_to(browser, "Send rating");
        browser.keys(ENTER);
        browser.until_at("done=rate");
        assert_eq!(desk.value(&id, "satisfaction")["score"], 1);
    });
}

#[test]
fn a_faulty_form_says_first_what_is_wrong() {
    visit(Options::default(), |place| {
        let browser = &place.browser;
        place.go("/en/new?subject=vpn");
        browser.run("document.querySelectorAll('form').forEach((form) => { form.noValidate = true })");
        browser.fill("#p-name", "Ann Lee");
        browser.fill("#p-text", "Since this morning.\nWhy?");
        browser.click("main form[method=post] button");
        browser.find("#p-problems");
        browser.until("the focus", || (browser.run(FOCUSED) == "p-problems").then_some(()));
        browser.until_text("#p-problems", "Please give an e-mail address");
        assert_eq!(
            (browser.value("#p-text"), browser.value("#p-name")),
            ("Since this morning.\nWhy?".into(), "Ann Lee".into())
        );
        assert_eq!(browser.attribute("#p-email", "aria-invalid"), "true");
        refused_with(browser, 422);
        browser.click("#p-problems a");
        assert_eq!(browser.run(FOCUSED), "p-email");
        browser.fill("#p-email", "ann@example.com");
        browser.follow("main form[method=post] button", "/t/");
        browser.until_text(".message.mine", "Why?");
    });
}

#[test]
fn the_form_stands_in_frames_of_known_sites_only() {
    let Some(browser) = Browser::start(Options::default()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let site = Files::of(folder.path().to_owned());
    // Another site to the browser than the portal's, which has the address of a number.
    let known = format!("http://localhost:{}", site.port);
    let desk = furnished(&format!("  embed: [\"{known}\"]\n"));
    let portal = Portal::of(&desk);
    let show = |from: &str, path: &str| {
        let frame =
            format!("<!doctype html><title>Acme</title><iframe src=\"http://127.0.0.1:{}{path}\">", portal.port);
        std::fs::write(folder.path().join("page.html"), frame).unwrap();
        browser.go(&format!("{from}/page.html"));
        browser.enter("iframe");
    };
    show(&known, "/en/embed");
    browser.fill("#p-subject", "From a frame");
    browser.fill("#p-name", "Ann Lee");
    browser.fill("#p-email", "ann@example.com");
    browser.fill("#p-text", "It fits.");
    browser.click("form button[type=submit]");
    browser.until_text(".done", "Your request has been received");
    assert!(browser.attribute(".done a", "href").contains("/t/"));
    assert_eq!(browser.attribute(".done a", "target"), "_blank");
    browser.leave();
    assert_eq!(desk.ok("list channel:web --count").text(), "1");
    // A site's own little picture is not what is tested here.
    let ours = |said: &String| !said.contains("favicon.ico");
    let said: Vec<String> = browser.console().into_iter().filter(ours).collect();
    assert_eq!(said, Vec::<String>::new());
    let stranger = format!("http://127.0.0.1:{}", site.port);
    for (from, path) in [(&stranger, "/en/embed"), (&known, "/en/new"), (&known, "/en/mine"), (&known, "/en/")] {
        show(from, path);
        assert!(!browser.has("#p-main"), "{path} is shown in a frame of {from}");
        browser.leave();
        let said: Vec<String> = browser.console().into_iter().filter(ours).collect();
        assert!(!said.is_empty() && said.iter().all(|line| line.contains("fram")), "{said:?}");
    }
    tells_nothing_internal(&browser);
}

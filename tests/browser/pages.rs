//! Every kind of page: whether everybody can use it, and whether it fits on a phone.

use std::path::PathBuf;

use serde_json::Value;

use super::driver::{Browser, Options};
use super::place::{Place, refused_with, visit};
use super::{answer, id_of, submit};

/// What is asked for by its address alone.
const PAGES: [(&str, &str); 11] = [
    ("home", "/en/"),
    ("home-dutch", "/nl/"),
    ("category", "/en/network/"),
    ("article", "/en/network/vpn.html"),
    ("results", "/en/search?q=use+the+vpn"),
    ("nothing-found", "/en/search?q=quagga"),
    ("subject", "/en/new"),
    ("form", "/en/new?subject=use+the+vpn"),
    ("embedded", "/en/embed"),
    ("mine", "/en/mine"),
    ("missing", "/en/nothing.html"),
];

/// Goes to every kind of page; `look` hears the name of each.
fn tour(place: &Place, look: impl Fn(&str)) {
    let (browser, desk) = (&place.browser, &place.desk);
    for (name, path) in PAGES {
        place.go(path);
        look(name);
    }
    refused_with(browser, 404);
    place.go("/en/new?subject=vpn");
    browser.run("document.querySelectorAll('form').forEach((form) => { form.noValidate = true })");
    browser.click("main form[method=post] button");
    browser.find("#p-problems");
    look("form-with-errors");
    refused_with(browser, 422);
    place.go("/en/mine");
    browser.fill("#p-email", "ann@example.com");
    browser.click("main form button");
    browser.find(".done");
    look("mine-done");
    submit(
        place,
        "Since *this* morning:\n\n    a line of a log that is as long as such lines are, and says nothing that anybody knows\n\nWhy?",
    );
    look("ticket-sent");
    let id = id_of(browser);
    desk.ok(format!("assign {id} me"));
    desk.ok(format!("reply {id} --wait -m 'Which network? See https://status.acme.example/networks/all-of-them/and-yours/today-and-yesterday?view=all.'"));
    answer(browser, "The one at home.");
    look("ticket-answered");
    desk.ok(format!("reply {id} --solve -m 'Try again now.'"));
    browser.go(browser.url().split('?').next().unwrap());
    look("ticket-solved");
    browser.click("input[name=score][value='4']");
    browser.follow("form[action*='/rate'] button", "done=rate");
    look("ticket-rated");
    browser.follow("form[action*='/close'] button", "done=close");
    look("ticket-closed");
}

#[test]
fn no_page_is_wider_than_a_phone() {
    visit(Options::default(), |place| {
        let browser = &place.browser;
        browser.size(375, 700);
        tour(place, |name| {
            for width in [320, 375] {
                browser.size(width, 700);
                let page = browser.run("return [document.documentElement.scrollWidth, innerWidth]");
                assert!(page[0].as_u64() <= page[1].as_u64(), "{name} is {} wide where {width} are seen", page[0]);
            }
            shoot(browser, name, 375);
        });
    });
}

#[test]
fn everybody_can_use_every_page() {
    let Some(axe) = axe() else { return };
    visit(Options::default(), |place| {
        let browser = &place.browser;
        tour(place, |name| {
            browser.run(&axe);
            for scheme in ["light", "dark"] {
                browser.scheme(scheme);
                let (faults, remarks) = audit(browser);
                remarks.iter().for_each(|remark| eprintln!("{name}, {scheme}: {remark}"));
                assert!(faults.is_empty(), "{name}, {scheme}:\n{}", faults.join("\n"));
            }
            shoot(browser, name, 1200);
        });
    });
}

/// Pictures of a page in light and dark, where pictures are wanted.
fn shoot(browser: &Browser, name: &str, width: u32) {
    for scheme in ["dark", "light"] {
        browser.scheme(scheme);
        browser.shoot(&format!("{name}-{width}-{scheme}"));
    }
}

/// The text of axe-core, which looks for what keeps people out; nothing where it is not there, which is said loudly.
fn axe() -> Option<String> {
    let usual = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/axe/node_modules/axe-core/axe.min.js");
    let place = std::env::var_os("LOKET_AXE").map_or_else(usual, PathBuf::from);
    let text = std::fs::read_to_string(place).ok();
    if text.is_none() {
        eprintln!("SKIPPED: axe-core is not there (npm install --prefix target/axe --no-save axe-core@4)");
    }
    text
}

const RUN: &str = "
const done = arguments[arguments.length - 1];
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const told = (rules) => rules.map(({ id, impact, tags, help, nodes }) => ({
  id, impact, help, rule: !tags.includes('best-practice'),
  at: nodes.map(({ target, any, all, none }) =>
    target.join(' ') + ': ' + [...any, ...all, ...none].map((check) => check.message).join('; ')),
}));
axe.run(document, { runOnly: tags }).then(
  (found) => done({ passed: found.passes.length, faults: told(found.violations), open: told(found.incomplete) }),
  (trouble) => done(String(trouble)));
";

/// What axe finds: what is serious, and what is only worth a remark or cannot be told by a program.
fn audit(browser: &Browser) -> (Vec<String>, Vec<String>) {
    let found = browser.run_later(RUN);
    assert!(found["passed"].as_u64() > Some(10), "axe: {found}");
    let all = |key: &str| found[key].as_array().unwrap().iter();
    let is_serious =
        |fault: &&Value| fault["rule"] == true && (fault["impact"] == "serious" || fault["impact"] == "critical");
    let told = |fault: &Value| format!("{} ({}): {} {}", fault["id"], fault["impact"], fault["help"], fault["at"]);
    let remarks = all("faults").filter(|fault| !is_serious(fault)).chain(all("open"));
    (all("faults").filter(is_serious).map(told).collect(), remarks.map(told).collect())
}

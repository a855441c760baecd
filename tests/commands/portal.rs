//! `portal build`: the public articles as a site, and nothing else of the desk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::Desk;

const MARK: &str = "ZEBRA-ONLY-FOR-US";

fn write(desk: &Desk, path: &str, keys: &str, body: &str) {
    desk.write(&format!("kb/{path}.md"), format!("---\n{keys}---\n{body}"));
}

/// A desk with articles in two languages, and a mark wherever the public may not look.
fn furnished() -> Desk {
    let desk = Desk::acme();
    write(
        &desk,
        "network/vpn",
        "title: Use the <VPN>\nvisibility: public\naliases: [tunnel, /help/vpn]\nreviewed: 2026-10-01\nowner: jo\n",
        &format!(
            "# Use the &lt;VPN>\n\nConnect from home.\n\n<!-- internal -->\n{MARK} [x](../inside/secret.md)\n<!-- /internal -->\n\n\
             ## One step\n\n[Mail](mail.md#one), [[mail]], [secret](../inside/secret.md), [[secret|words]],\n\
             [file](../../people/jo.md), ![map](map.svg) ![far](https://x.example/a.png)\n\n## Two steps\n\n<script>x()</script>\n"
        ),
    );
    write(
        &desk,
        "network/vpn.nl",
        "title: De VPN gebruiken\nvisibility: public\nlanguage: nl\n",
        "Verbind vanuit huis.\n\n[Mail](mail.md)\n",
    );
    write(&desk, "network/mail", "title: Read mail\nvisibility: public\n", "Mailboxes, see [the tunnel](/help/vpn).\n");
    write(&desk, "inside/secret", &format!("title: {MARK}\nvisibility: internal\n"), &format!("{MARK}\n"));
    write(&desk, "inside/draft", &format!("title: {MARK}\n"), &format!("{MARK}\n"));
    write(&desk, "network/mail.nl", &format!("title: {MARK}\nvisibility: draft\nlanguage: nl\n"), &format!("{MARK}\n"));
    desk.write("kb/network/map.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>");
    desk.write(&format!("kb/network/{MARK}.png"), "not shown by any article");
    desk.commit("articles");
    desk
}

/// Every file of a built site.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut next = vec![folder.to_owned()];
    while let Some(at) = next.pop() {
        for entry in std::fs::read_dir(&at).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                next.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn site(desk: &Desk) -> PathBuf {
    desk.home().join("site")
}

fn page(desk: &Desk, file: &str) -> String {
    let path = site(desk).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|trouble| panic!("{}: {trouble}", path.display()))
}

const BUILD: &str = "portal build --out ../site";

#[test]
fn articles_stand_in_their_categories_and_languages() {
    let desk = furnished();
    let built = desk.json(BUILD);
    assert_eq!((&built["articles"], &built["languages"]), (&3.into(), &serde_json::json!(["en", "nl"])));
    let vpn = page(&desk, "en/network/vpn.html");
    for part in [
        "<html lang=\"en\">",
        "<h1>Use the &lt;VPN&gt;</h1>",
        "<h2 id=\"one-step\">One step</h2>",
        "<a href=\"#two-steps\">Two steps</a>",
        "href=\"../../en/network/mail.html#one\"",
        ">Read mail</a>",
        "words",
        "src=\"../../files/network/map.svg\"",
        "<a href=\"https://x.example/a.png\"",
        "hreflang=\"nl\"",
        "Last reviewed on 1 October 2026",
        "Changed on 22 November 2026",
    ] {
        assert!(vpn.contains(part), "{part}: {vpn}");
    }
    for gone in ["<script>", "secret.md", "people/jo", "jo</", "inside"] {
        assert!(!vpn.contains(gone), "{gone}: {vpn}");
    }
    assert_eq!(vpn.matches("<h1").count(), 1);
    assert!(page(&desk, "nl/network/vpn.html").contains("Gewijzigd op 22 november 2026"));
    // A reader of Dutch finds what is not translated too, and is told so.
    let listing = page(&desk, "nl/network/index.html");
    assert!(listing.contains("De VPN gebruiken") && listing.contains("hreflang=\"en\">Read mail</a>"), "{listing}");
    assert!(page(&desk, "en/network/mail.html").contains("href=\"../../en/network/vpn.html\""));
}

#[test]
fn nothing_internal_is_in_any_file() {
    let desk = furnished();
    desk.opened(format!("'{MARK}' -m '{MARK}' --from ann@example.com"));
    desk.ok("portal build --out ../site --url https://help.acme.example");
    let all = files(&site(&desk));
    assert!(all.len() > 15, "{:?}", all.keys());
    for (name, content) in &all {
        let text = String::from_utf8_lossy(content).to_lowercase();
        assert!(!text.contains(&MARK.to_lowercase()) && !text.contains("zebra"), "{name}: {text}");
        assert!(!name.contains("secret") && !name.contains("draft") && !name.contains(MARK), "{name}");
    }
}

#[test]
fn only_what_changed_is_written_and_what_is_gone_is_removed() {
    let desk = furnished();
    desk.ok(BUILD);
    let again = desk.json(BUILD);
    assert_eq!((&again["written"], &again["removed"]), (&0.into(), &0.into()), "{again}");
    desk.write("../site/CNAME", "help.acme.example\n");
    desk.at("2026-11-23T09:00:00Z");
    write(
        &desk,
        "network/mail",
        "title: Read mail\nvisibility: public\n",
        "Mailboxes, see [the tunnel](/help/vpn). Quokka.\n",
    );
    desk.commit("a word more");
    let edited = desk.json(BUILD);
    // The page, the word's beginning in each language, the lengths of the texts in each, the listings' first words.
    assert!((2..=9).contains(&edited["written"].as_u64().unwrap()), "{edited}");
    assert_eq!(page(&desk, "search/en/qu.json"), r#"{"quokka":[0,1]}"#);
    desk.git("rm -q kb/network/mail.md");
    desk.commit("gone");
    let removed = desk.json(BUILD);
    assert!(removed["removed"].as_u64().unwrap() >= 2, "{removed}");
    assert!(!site(&desk).join("en/network/mail.html").exists() && !site(&desk).join("search/en/qu.json").exists());
    assert_eq!(page(&desk, "CNAME"), "help.acme.example\n");
    assert!(!page(&desk, "en/network/vpn.html").contains("mail.html"));
}

#[test]
fn the_same_commit_gives_the_same_bytes() {
    let desk = furnished();
    desk.ok(BUILD);
    desk.at("2026-11-24T09:00:00Z");
    desk.git("mv kb/network/mail.md kb/network/post.md");
    desk.commit("renamed");
    desk.at("2026-11-25T09:00:00Z");
    write(&desk, "network/new", "title: New\nvisibility: public\n", "New.\n");
    desk.commit("one more");
    desk.ok(BUILD);
    let step_by_step = files(&site(&desk));
    let other = Desk::cloned(desk.path(), "sam", 7);
    other.at("2026-12-24T09:00:00Z");
    other.ok("portal build --out ../site");
    let at_once = files(&site(&other));
    assert_eq!(step_by_step.keys().collect::<Vec<_>>(), at_once.keys().collect::<Vec<_>>());
    for (name, content) in &step_by_step {
        assert_eq!(String::from_utf8_lossy(content), String::from_utf8_lossy(&at_once[name]), "{name}");
    }
}

#[test]
fn former_addresses_lead_on() {
    let desk = furnished();
    let body = "Mailboxes and much more that makes it alike.\n";
    write(&desk, "network/mail", "title: Read mail\nvisibility: public\n", body);
    write(&desk, "network/hidden", "title: Hidden\nvisibility: internal\n", "One\ntwo\nthree\nfour\n");
    desk.commit("texts");
    desk.git("mv kb/network/mail.md kb/network/post.md");
    desk.git("mv kb/network/hidden.md kb/network/shown.md");
    desk.commit("renamed");
    write(&desk, "network/shown", "title: Hidden\nvisibility: public\n", "One\ntwo\nthree\nfour\n");
    desk.commit("published");
    desk.ok(BUILD);
    assert!(page(&desk, "en/network/mail.html").contains("content=\"0; url=../../en/network/post.html\""));
    assert!(page(&desk, "help/vpn/index.html").contains("url=../../en/network/vpn.html"));
    assert!(!site(&desk).join("en/network/hidden.html").exists());
    assert!(page(&desk, "index.html").contains("url=en/index.html"));
}

#[test]
fn a_feed_and_a_map_want_the_address() {
    let desk = furnished();
    desk.ok(BUILD);
    assert!(!site(&desk).join("sitemap.xml").exists());
    assert!(!page(&desk, "en/index.html").contains("feed.xml"));
    desk.ok("portal build --out ../site --url https://help.acme.example/kb/");
    let feed = page(&desk, "en/feed.xml");
    roxmltree::Document::parse(&feed).unwrap();
    roxmltree::Document::parse(&page(&desk, "sitemap.xml")).unwrap();
    assert!(feed.contains("<id>https://help.acme.example/kb/en/network/vpn.html</id>"), "{feed}");
    assert!(page(&desk, "robots.txt").contains("Sitemap: https://help.acme.example/kb/sitemap.xml"));
    let vpn = page(&desk, "en/network/vpn.html");
    assert!(
        vpn.contains("<link rel=\"canonical\" href=\"https://help.acme.example/kb/en/network/vpn.html\">"),
        "{vpn}"
    );
    desk.refused("portal build --out ../site --url 'javascript:x'", 2);
}

#[test]
fn templates_and_colors_are_the_desks_to_choose() {
    let desk = Desk::with_settings(
        "portal:\n  title: Help for all\n  color: \"#ffee00\"\n  logo: mark.svg\n  categories: {network: {en: Networking, nl: Netwerk}}",
    );
    write(&desk, "network/vpn", "title: VPN\nvisibility: public\n", "Text.\n");
    desk.write("portal/assets/mark.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    desk.write("portal/templates/error.html", "<p>{{ title }} at {{ site.title }} & {{ mark }}</p>");
    desk.commit("a look");
    desk.ok(BUILD);
    assert_eq!(
        page(&desk, "404.html"),
        "<p>This page does not exist, or is not there any more. at Help for all & </p>"
    );
    let home = page(&desk, "nl/index.html");
    assert!(home.contains("Netwerk") && home.contains("assets/mark.svg") && home.contains("Help for all"), "{home}");
    let style = files(&site(&desk)).into_iter().find(|(name, _)| name.ends_with(".css")).unwrap().1;
    assert!(String::from_utf8(style).unwrap().contains("--button: #ffee00;"));
    desk.write("portal/templates/error.html", "one\n{% if %}\n");
    desk.commit("a slip");
    let refused = desk.refused(BUILD, 1);
    assert!(refused.stderr.contains("portal/templates/error.html:2:"), "{refused}");
    desk.write("loket.yaml", "desk: X\nportal: {color: red}\n");
    desk.commit("another");
    assert!(desk.refused(BUILD, 1).stderr.contains("'red' is no color"));
}

#[test]
fn other_peoples_files_are_left_alone() {
    let desk = furnished();
    desk.write("../site/en/index.html", "theirs");
    let refused = desk.refused(BUILD, 4);
    assert!(refused.stderr.contains("en/index.html was not made by loket"), "{refused}");
    assert_eq!(page(&desk, "en/index.html"), "theirs");
    desk.ok("portal build --out ../site --force");
    assert!(page(&desk, "en/index.html").contains("<html"));
}

#[test]
fn a_build_that_was_stopped_goes_on() {
    let desk = furnished();
    desk.ok(BUILD);
    desk.write("portal/templates/search.html", "{% if %}");
    write(&desk, "network/mail", "title: Read mail\nvisibility: public\n", "Other.\n");
    desk.commit("a slip");
    desk.refused(BUILD, 1);
    desk.refused(BUILD, 1);
    desk.remove("portal/templates/search.html");
    write(&desk, "network/mail", "title: Read mail\nvisibility: public\n", "Another.\n");
    desk.commit("mended");
    desk.ok(BUILD);
    assert!(page(&desk, "en/network/mail.html").contains("Another."));
    assert!(!site(&desk).join(".loket-site.new").exists());
    // What it had written of the search is not believed, although the rest is as it was.
    let whole = page(&desk, "search/en/an.json");
    desk.write("../site/search/en/an.json", "{}");
    desk.write("../site/.loket-site.new", "search/en/an.json\n");
    desk.ok(BUILD);
    assert_eq!(page(&desk, "search/en/an.json"), whole);
    // The same on a folder that was never finished.
    desk.write("../half/en/network/vpn.html", "half");
    desk.write("../half/.loket-site.new", "en/network/vpn.html\n../../outside\n");
    desk.write("../outside", "not ours");
    desk.ok("portal build --out ../half");
    assert!(std::fs::read_to_string(desk.home().join("half/en/network/vpn.html")).unwrap().contains("<html"));
    assert!(desk.home().join("outside").exists());
}

#[test]
fn a_build_after_changes_is_what_a_first_one_is() {
    let desk = furnished();
    desk.ok(BUILD);
    for (step, words) in
        ["Quokka wombat wombat.", "Wombat.", "", "Één quokka, 日本.", "Quokka."].into_iter().enumerate()
    {
        write(&desk, "network/mail", "title: Read mail\nvisibility: public\n", &format!("{words}\n"));
        if step == 3 {
            write(&desk, "network/vpn.nl", "title: VPN\nvisibility: public\nlanguage: nl\n", "Wombat.\n");
        }
        desk.commit("other words");
        desk.ok(BUILD);
        desk.ok(format!("portal build --out ../anew-{step}"));
        let (built, anew) = (files(&site(&desk)), files(&desk.home().join(format!("anew-{step}"))));
        for (name, content) in &anew {
            assert_eq!(String::from_utf8_lossy(content), String::from_utf8_lossy(&built[name]), "{step} {name}");
        }
        assert_eq!(built.len(), anew.len(), "{step}");
        // The next one goes on from what lies there.
        desk.ok(BUILD);
    }
    // What lies there is not what was written: all is made anew.
    let main = site(&desk).join("search/en/articles.json");
    std::fs::write(&main, "[[1],").unwrap();
    write(&desk, "network/mail", "title: Read mail\nvisibility: public\n", "Numbat.\n");
    desk.commit("other words");
    desk.ok(BUILD);
    desk.ok("portal build --out ../anew");
    assert_eq!(std::fs::read(main).unwrap(), std::fs::read(desk.home().join("anew/search/en/articles.json")).unwrap());
}

#[test]
fn articles_stand_in_nobodys_way() {
    let desk = furnished();
    let keys = "title: How to search\nvisibility: public\naliases: [/en/search.html, /en/feed.xml]\n";
    write(&desk, "search", keys, "Text.\n");
    desk.commit("an article");
    desk.ok(BUILD);
    assert!(page(&desk, "en/search-article.html").contains("How to search"));
    assert!(page(&desk, "en/search.html").contains("id=\"p-q\""));
    assert!(page(&desk, "404.html").contains("href=\"/en/index.html\""));
}

#[cfg(unix)]
#[test]
fn a_link_leads_nowhere_else() {
    let desk = furnished();
    std::fs::create_dir_all(desk.home().join("elsewhere")).unwrap();
    std::fs::create_dir_all(site(&desk)).unwrap();
    std::os::unix::fs::symlink(desk.home().join("elsewhere"), site(&desk).join("en")).unwrap();
    let refused = desk.refused(BUILD, 4);
    assert!(refused.stderr.contains("in the way"), "{refused}");
    assert_eq!(std::fs::read_dir(desk.home().join("elsewhere")).unwrap().count(), 0);
}

#[test]
fn pictures_that_could_do_something_are_left_out() {
    let desk = furnished();
    desk.write("kb/network/map.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x()</script></svg>");
    desk.write("kb/network/broken.md", "---\ntitle: [\n---\n");
    desk.commit("a picture");
    let built = desk.ok(BUILD);
    assert!(built.stderr.contains("kb/network/map.svg: <script> in a picture is not published"), "{built}");
    assert!(built.stderr.contains("kb/network/broken.md:3:1:"), "{built}");
    assert!(!site(&desk).join("files/network/map.svg").exists());
}

#[test]
fn many_articles_go_on_several_pages() {
    let desk = Desk::acme();
    for number in 0..205 {
        write(
            &desk,
            &format!("many/a{number:03}"),
            &format!("title: Number {number}\nvisibility: public\n"),
            "Text.\n",
        );
    }
    write(&desk, "many/index-2", "title: Not a page\nvisibility: public\n", "Text.\n");
    desk.commit("many");
    desk.ok(BUILD);
    let (first, third) = (page(&desk, "en/many/index.html"), page(&desk, "en/many/index-3.html"));
    assert!(
        first.contains("Number 0<") && !first.contains("Number 100<") && first.contains("../../en/many/index-2.html"),
        "{first}"
    );
    assert!(third.contains("Number 204<"), "{third}");
    assert!(page(&desk, "en/many/index-2-article.html").contains("<h1>Not a page</h1>"));
    assert!(page(&desk, "search/en/articles-12.json").contains("Number 200"));
    for (name, content) in files(&site(&desk)).iter().filter(|(name, _)| name.ends_with(".html")) {
        assert!(content.len() <= 100_000, "{name}: {}", content.len());
    }
    // One more, and the words of the others are as they were kept.
    assert!(desk.has(".git/loket/portal-words"));
    write(&desk, "many/a100b", "title: Between\nvisibility: public\n", "Quokka text.\n");
    desk.commit("one more");
    desk.ok(BUILD);
    desk.remove(".git/loket/portal-words");
    desk.ok("portal build --out ../anew");
    assert!(files(&site(&desk)) == files(&desk.home().join("anew")));
}

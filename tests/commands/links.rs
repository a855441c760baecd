//! `kb links`, the links of `kb show`, articles as HTML, and what the public sees of all that.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::Desk;

const MARK: &str = "ZEBRA-FOR-US-ALONE";

fn write(desk: &Desk, path: &str, visibility: &str, title: &str, body: &str) {
    desk.write(&format!("kb/{path}.md"), format!("---\ntitle: {title}\nvisibility: {visibility}\n---\n{body}\n"));
}

/// Articles that link to each other in every way.
fn linked() -> Desk {
    let desk = Desk::acme();
    desk.ticket("261122-aaaaa").write();
    let all = "[page](../net/vpn.md#set-up) [[vpn]] [[net/vpn#set-up|shown]] #261122-aaaaa [site](/x/y)\n\
        [web](https://example.com/) ![pic](pic.png) [self](#here)\n\n# Here\n\n\
        [gone](gone.md) [no](../net/vpn.md#setup) [[vnp]] [out](../../../x.md) #261122-zzzzz";
    write(&desk, "home/start", "public", "Start", all);
    write(&desk, "net/vpn", "public", "VPN", "# Set up\n\n[back](../home/start.md)");
    desk.write("kb/home/pic.png", "not really");
    desk.commit("articles");
    desk
}

#[test]
fn every_link_of_an_article_is_listed_with_where_it_leads() {
    let desk = linked();
    let rows = desk.json("kb links start");
    let told: Vec<Value> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| json!([row["direction"], row["line"], row["column"], row["kind"], row["target"], row["to"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["out", 5, 1, "link", "../net/vpn.md#set-up", "kb/net/vpn.md"]),
            json!(["out", 5, 30, "slug", "vpn", "kb/net/vpn.md"]),
            json!(["out", 5, 38, "slug", "net/vpn#set-up", "kb/net/vpn.md"]),
            json!(["out", 5, 63, "ticket", "261122-aaaaa", "261122-aaaaa"]),
            json!(["out", 5, 77, "link", "/x/y", "/x/y"]),
            json!(["out", 6, 1, "link", "https://example.com/", "https://example.com/"]),
            json!(["out", 6, 29, "link", "pic.png", "kb/home/pic.png"]),
            json!(["out", 6, 45, "link", "#here", "kb/home/start.md"]),
            json!(["out", 10, 1, "link", "gone.md", null]),
            json!(["out", 10, 17, "link", "../net/vpn.md#setup", null]),
            json!(["out", 10, 43, "slug", "vnp", null]),
            json!(["out", 10, 51, "link", "../../../x.md", null]),
            json!(["out", 10, 72, "ticket", "261122-zzzzz", null]),
            json!(["in", 7, 1, "link", "../home/start.md", "kb/home/start.md"]),
        ]
    );
    assert_eq!(rows[13]["from"], "kb/net/vpn.md");
    let external: Vec<&Value> = rows.as_array().unwrap().iter().filter(|row| row["external"] == true).collect();
    assert_eq!(external.len(), 2);
}

#[test]
fn broken_links_alone_are_told_with_what_is_meant() {
    let desk = linked();
    assert_snapshot!(desk.ok("kb links --broken"), @"
        PLACE                   DIRECTION  LINK                 LEADS TO
        kb/home/start.md:10:1   out        gone.md              'gone.md' is no file of this desk
        kb/home/start.md:10:17  out        ../net/vpn.md#setup  '../net/vpn.md#setup': there is no heading '#setup'
        kb/home/start.md:10:43  out        vnp                  [[vnp]]: there is no such article
        kb/home/start.md:10:51  out        ../../../x.md        '../../../x.md' leads out of the desk
        kb/home/start.md:10:72  out        261122-zzzzz         #261122-zzzzz: there is no such ticket
        ");
    let hints: Vec<Value> =
        desk.json("kb links --broken").as_array().unwrap().iter().map(|row| row["hint"].clone()).collect();
    assert_eq!(
        hints,
        [json!(null), json!("did you mean '#set-up'?"), json!("did you mean 'vpn'?"), json!(null), json!(null)]
    );
    assert_eq!(desk.json("kb links vpn --broken"), json!([]));
    assert_eq!(desk.json("kb links vpn").as_array().unwrap().len(), 4);
    assert_eq!(desk.json("kb links").as_array().unwrap().len(), 14);
    desk.refused("kb links nowhere", 3);
}

#[test]
fn an_article_shows_its_links_and_who_links_to_it() {
    let desk = linked();
    let page = desk.json("kb show vpn");
    assert_eq!(page["links"].as_array().unwrap().len(), 1);
    assert_eq!(page["links"][0]["to"], "kb/home/start.md");
    let back = |line: u32, column: u32| json!({"slug": "start", "title": "Start", "path": "kb/home/start.md", "line": line, "column": column});
    assert_eq!(page["backlinks"], json!([back(5, 1), back(5, 30), back(5, 38)]));
    assert_eq!(desk.json("kb show start")["backlinks"][0]["slug"], "vpn");
}

#[test]
fn html_is_a_whole_page_with_working_links() {
    let desk = linked();
    let page = desk.ok("kb show start -o html").stdout;
    for part in [
        "<!doctype html>",
        "<html lang=\"en\">",
        "<title>Start</title>",
        "<h1>Start</h1>",
        "<h1 id=\"here\">Here</h1>",
        "href=\"../net/vpn.md#set-up\"",
        ">VPN</a>",
        ">shown</a>",
        "[[vnp]]",
        "src=\"pic.png\"",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    assert_eq!(page.matches("href=\"../net/vpn.md").count(), 4);
    desk.refused("kb list -o html", 2);
    desk.refused("kb links -o html", 2);
}

#[test]
fn hostile_markdown_does_nothing_as_html() {
    let desk = Desk::acme();
    let body = "<script>alert(1)</script> <img src=x onerror=alert(1)> <a href=\"javascript:alert(1)\" onclick=alert(1)>x</a>\n\n\
        [y](javascript:alert(1)) [z](<java\tscript:alert(1)>) [d](data:text/html,<script>x</script>) <svg/onload=alert(1)>\n\n\
        <iframe src=x></iframe><style>*{}</style><form action=x><button>b</button></form>\n\n[[two|<script>]] [[two|](javascript:x)]]\n\n\
        <noscript><p title=\"</noscript><script>alert(1)</script>\">\n\n# <script>h</script>\n";
    write(&desk, "a/one", "public", "'</title><script>t</script>'", body);
    write(&desk, "a/two", "public", "'\"><script>two</script>'", "[[one]]");
    desk.commit("articles");
    for slug in ["one", "two"] {
        for public in ["", " --public"] {
            let page = desk.ok(format!("kb show {slug} -o html{public}")).stdout;
            let lower = page.to_lowercase();
            for bad in ["<script", "<iframe", "<svg", "<form", "<noscript", "<button"] {
                assert!(!lower.contains(bad), "{bad} is in\n{page}");
            }
            // Within tags alone: as text these words do nothing.
            let tags: String = lower.split('<').filter_map(|piece| piece.split_once('>')).map(|(tag, _)| tag).collect();
            for bad in ["onclick", "onerror", "onload", "javascript:", "data:"] {
                assert!(!tags.contains(bad), "{bad} is in a tag of\n{page}");
            }
            assert_eq!(lower.matches("<style").count(), 1, "{page}");
        }
    }
}

/// Everything that is not for the public holds the mark.
fn guarded() -> Desk {
    let desk = Desk::acme();
    let body = format!(
        "Seen. [[{0}-internal]] [a](../a/{0}-internal.md) [open](two.md)\n\n<!-- internal -->\n\n{MARK} [[two]] [[{0}-draft]]\n\n\
         # {MARK}\n\n[[x{0}|{MARK}]]\n\n<!-- /internal -->\n\nAlso seen. <!-- INTERNAL -->{MARK} [x](#{MARK})<!-- /internal --> End.",
        "zz"
    );
    write(&desk, "a/one", "public", "One", &body);
    write(&desk, "a/two", "public", "Two", "[one](one.md)");
    for (slug, visibility) in [("zz-internal", "internal"), ("zz-draft", "draft")] {
        let body = format!("{MARK} [one](one.md) [two](two.md) [[one]]");
        write(&desk, &format!("a/{slug}"), visibility, MARK, &body);
    }
    write(&desk, "a/one.nl", "internal", MARK, &format!("{MARK} [[two]]"));
    desk.commit("articles");
    desk
}

#[test]
fn the_public_sees_nothing_internal_in_any_format() {
    let desk = guarded();
    for format in ["json", "jsonl", "html", "table", "md", "csv", "ids"] {
        for slug in ["one", "two"] {
            let shown = desk.ok(format!("kb show {slug} --public -o {format}"));
            assert!(!shown.to_string().contains(MARK), "{slug} -o {format}\n{shown}");
        }
        let list = desk.ok(format!("kb list --public -o {}", if format == "html" { "json" } else { format }));
        assert!(!list.to_string().contains(MARK) && !list.to_string().contains("zz-"), "{format}\n{list}");
        for hidden in ["zz-internal", "zz-draft", "a/zz-draft", "kb/a/zz-internal.md", "one.nl", "one --language nl"] {
            let refused = desk.run(format!("kb show {hidden} --public -o {format}")).exits(3);
            assert!(!refused.to_string().contains(MARK), "{refused}");
        }
        let near = desk.run(format!("kb show zz-internl --public -o {format}")).exits(3);
        assert!(!near.to_string().contains("zz-internal"), "{near}");
    }
    for format in ["json", "html", "table", "md"] {
        assert!(desk.ok(format!("kb show one -o {format}")).stdout.contains(MARK), "{format} tells an agent all");
        let seen = desk.ok(format!("kb show one --public -o {format}")).stdout;
        assert!(seen.contains("Also seen.") && seen.contains("End."), "{format}: {seen}");
    }
}

#[test]
fn what_is_hidden_is_not_told_by_a_link_that_is_seen() {
    let desk = Desk::acme();
    let near = MARK.strip_suffix("NE").unwrap();
    let body = format!(
        "[ref][r] [near](#{near}) [in](a<!--internal>{MARK}<!--/internal>.md) [[two|a <!-- internal> {MARK}]] b <!-- /internal>\n\n\
         End.\n\n<!-- internal -->\n\n[r]: {MARK}.md\n\n# {MARK}\n\n<!-- /internal -->\n"
    );
    write(&desk, "a/one", "public", "One", &body);
    write(&desk, "a/two", "public", "Two", "Text.");
    desk.commit("articles");
    let all = desk.json("kb show one")["links"].to_string();
    assert!(all.contains(MARK) && all.to_uppercase().contains(&format!("'#{MARK}'")), "an agent sees it: {all}");
    for format in ["json", "html", "table", "md"] {
        let shown = desk.ok(format!("kb show one --public -o {format}"));
        assert!(!shown.to_string().to_uppercase().contains(MARK), "-o {format}\n{shown}");
        assert!(shown.stdout.contains("End."), "-o {format}\n{shown}");
    }
}

#[test]
fn backlinks_for_the_public_name_public_pages_alone() {
    let desk = guarded();
    let slugs = |line: &str| {
        let page = desk.json(line);
        page["backlinks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["slug"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(slugs("kb show one --public"), ["two"]);
    assert_eq!(slugs("kb show two --public"), ["one"], "and not by the link in an internal part");
    let all = slugs("kb show two");
    for slug in ["zz-internal", "zz-draft"] {
        assert!(all.contains(&slug.to_owned()), "{all:?}");
    }
    assert_eq!(all.iter().filter(|slug| *slug == "one").count(), 2);
    let links = desk.json("kb show one --public")["links"].clone();
    let told: Vec<(&Value, &Value)> =
        links.as_array().unwrap().iter().map(|one| (&one["target"], &one["to"])).collect();
    let (target, null) = (json!("two.md"), Value::Null);
    assert!(told.contains(&(&target, &json!("kb/a/two.md"))), "{told:?}");
    assert!(told.iter().all(|(written, to)| **written == target || **to == null), "{told:?}");
    assert!(links.as_array().unwrap().iter().all(|one| one["hint"].is_null()), "{links}");
}

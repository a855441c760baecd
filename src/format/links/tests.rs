use super::*;
use proptest::prelude::*;

/// Kind and target of every link; checks that the target's bytes are the target's where they are written plainly.
fn links(text: &str) -> Vec<(LinkKind, String)> {
    scan(text, 0).links.into_iter().map(|link| (link.kind, link.target)).collect()
}

fn of_kind(kind: LinkKind, targets: &[&str]) -> Vec<(LinkKind, String)> {
    targets.iter().map(|target| (kind, (*target).to_owned())).collect()
}

#[test]
fn markdown_links_and_where_their_targets_stand() {
    for text in [
        "see [x](DEST) there",
        "see [x]( DEST 'a title' )",
        "see [x](<DEST>)",
        "see [x](<DEST> \"t\")",
        "![](DEST)",
        "[a `]` \\] *b [c] d*](DEST)",
        "> [a\n> b](\n> DEST)",
        "[x][r]\n\n[r]: DEST\n",
        "[X Y][]\n\n[x y]: <DEST> 'title'\n",
        "> [r]\n\n> [r]:\n> DEST\n",
        "| a |\n|---|\n| [x](DEST) |\n",
        "- [ ] [x](DEST)\n",
    ] {
        for dest in ["../a/b.md#c", "a(b)c"] {
            let text = text.replace("DEST", dest);
            let scan = scan(&text, 0);
            assert_eq!(scan.links.len(), 1, "{text}");
            let link = &scan.links[0];
            assert_eq!((link.target.as_str(), &text[link.target_range.clone()]), (dest, dest), "{text}");
            assert!(text[link.at..].starts_with(['[', '!']), "{text}");
        }
    }
}

#[test]
fn links_have_places_in_the_file() {
    let text =
        "---\ntitle: [x](no.md)\n---\nSee [a](a%20b.md),\n[[vpn#x|VPN]] and #261122-7k2qm, [r].\n\n[r]: é\\_.md\n";
    let scan = scan(text, 26);
    let found: Vec<_> = scan
        .links
        .iter()
        .map(|link| (position(text, link.at), &*link.target, &text[link.target_range.clone()]))
        .collect();
    let expected = [
        ((4, 5), "a%20b.md", "a%20b.md"),
        ((5, 1), "vpn#x", "vpn#x"),
        ((5, 19), "261122-7k2qm", "261122-7k2qm"),
        ((5, 34), "é_.md", "é\\_.md"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn links_within_links_and_uses_of_one_definition() {
    assert_eq!(links("[![alt [[no]]](i.png)](p.md)"), of_kind(LinkKind::Page, &["p.md", "i.png"]));
    assert_eq!(links("[a][r] [b][r]\n\n[r]: d.md\n[unused]: e.md\n"), of_kind(LinkKind::Page, &["d.md", "d.md"]));
    assert_eq!(links("[]() [a]()"), of_kind(LinkKind::Page, &["", ""]));
    for none in
        ["[a][nope]", "<https://example.org> https://example.org <a@b.org>", "`[a](b)`", "    [a](b)", "\\[a](b)"]
    {
        assert_eq!(links(none), [], "{none}");
    }
}

#[test]
fn slugs() {
    for (text, slugs) in [
        ("[[vpn]] and [[network/vpn#set-up]]", vec!["vpn", "network/vpn#set-up"]),
        ("[[ vpn |the *VPN* here]] [[a_b_]] [[_c_]]", vec!["vpn", "a_b_", "_c_"]),
        ("# A [[heading]]\n- [[item]]\n> [[quote]]\n", vec!["heading", "item", "quote"]),
        ("| a |\n|---|\n| [[cell]] [[two\\|shown]] |\n", vec!["cell", "two"]),
        ("[[[three]]] *[[em]]* <b>[[bold]]</b>", vec!["three", "em", "bold"]),
        ("[[é ü]]", vec!["é ü"]),
        ("`[[a]]` \\[[a]] [\\[a]] [[]] [[ ]] [[|x]] [[a\nb]] [[a] ]", vec![]),
        ("```\n[[a]]\n```\n\n    [[a]]\n\n<div>\n[[a]]\n</div>\n\n<!-- [[a]] -->\n", vec![]),
        ("[see [[a]] there](#x)", vec![]),
    ] {
        let found: Vec<_> = links(text).into_iter().filter(|(kind, _)| *kind != LinkKind::Page).collect();
        assert_eq!(found, of_kind(LinkKind::Slug, &slugs), "{text}");
    }
    assert_eq!(links(&format!("[[{}]]", "é".repeat(200))).len(), 1);
    assert_eq!(links(&format!("[[{}]]", "é".repeat(201))), []);
}

#[test]
fn tickets() {
    for (text, ids) in [
        ("#261122-7k2qm, (#261122-7K2Q) *#261322-0000*.", vec!["261122-7k2qm", "261122-7K2Q", "261322-0000"]),
        ("é #261122-7k2qm-x", vec!["261122-7k2qm"]),
        ("a#261122-7k2qm &#261122-7k2qm /#261122-7k2qm é#261122-7k2qm", vec![]),
        (
            "#261122-7k2 #261122-7k2qm0000 #261122-7k2qmé #26112-7k2qm #261122-7u2qm 261122-7k2qm \\#261122-7k2qm",
            vec![],
        ),
        ("`#261122-7k2qm` <a href=\"#261122-7k2qm\">x</a>", vec![]),
    ] {
        assert_eq!(links(text), of_kind(LinkKind::Ticket, &ids), "{text}");
    }
    assert_eq!(links("[x](#261122-7k2qm)"), of_kind(LinkKind::Page, &["#261122-7k2qm"]));
}

#[test]
fn anchors() {
    let text = "# Set up `vpn` for [me](x.md) <b>now</b> ![no](i.png)\n\nTwo\nlines\n===\n\n## Steps {#Own}\n## Steps\n\
                text <a name=\"n\"></a>\n\n<div\n  id='d'>\n</div>\n\n`<a id=\"no\">`\n\n```\n# no\n```\n";
    assert_eq!(scan(text, 0).anchors, ["set-up-vpn-for-me-now", "two-lines", "Own", "steps", "steps-1", "n", "d"]);
}

#[test]
fn hostile_bodies_are_read() {
    let links = "[a]: ".to_owned() + &"b".repeat(400_000) + "\n\n" + &"[a]".repeat(200_000);
    let pieces = [
        "[", "[[", "[[a", "]", "![", "<!--", "<a id=\"", "`", "> ", "- ", "*", "#261122-", "\\[[a]]", "[a](", "|",
        "# a\n",
    ];
    let bodies = pieces.iter().map(|piece| piece.repeat(600_000 / piece.len())).chain([links]);
    for body in bodies {
        scan(&body, 0);
        crate::format::internal::parts(&(body.clone() + "<!-- /internal -->"));
    }
}

proptest! {
    #[test]
    fn every_text_has_places(text in "(\\[|\\]|\\(|\\)|<|>|[[:space:]]|#|a|é|`|!|:|\\\\|\"|\\||\\*|261122-7k2qm){0,40}") {
        for link in scan(&text, 0).links {
            prop_assert!(text.get(link.at..).is_some() && text.get(link.target_range).is_some());
        }
    }

    #[test]
    fn what_is_planted_is_found(name in "[a-z][a-z0-9/-]{0,9}", before in "[a-z é.]{0,9}", after in "[a-z é.]{0,9}") {
        let text = format!("x{before} [[{name}]] [x]({name}.md) {after}\n");
        let scan = scan(&text, 0);
        prop_assert_eq!(scan.links.iter().map(|link| &text[link.target_range.clone()]).collect::<Vec<_>>(), [&*name, &format!("{name}.md")]);
    }
}

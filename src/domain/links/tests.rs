use super::*;
use proptest::prelude::*;

fn site() -> Site {
    let mut site = Site::new();
    let anchors = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    site.add_page("kb/network/vpn.md", "vpn", None, anchors(&["set-up", "Über", "mixed-Case"]), vec![]);
    site.add_page("kb/network/vpn.nl.md", "vpn", Some("nl"), anchors(&["instellen"]), vec![]);
    site.add_page("kb/login/reset.md", "reset", None, anchors(&[]), vec!["/help/reset/".into(), "/old".into()]);
    site.add_page("kb/login/reset.nl.md", "reset", Some("nl"), anchors(&[]), vec![]);
    site.add_page("kb/mail/reset.md", "reset", None, anchors(&[]), vec![]);
    site.add_page("kb/a b (c).md", "a b (c)", None, anchors(&[]), vec![]);
    site.add_page("kb/setup.nl.md", "setup", Some("nl"), anchors(&[]), vec![]);
    site.add_file("kb/login/a.png");
    site
}

fn page(path: &str) -> Target {
    Target::Page { path: path.into() }
}

fn file(path: &str) -> Target {
    Target::File { path: path.into() }
}

fn broken(what: Broken) -> Target {
    Target::Broken { what }
}

fn no_anchor(anchor: &str, nearest: Option<&str>) -> Target {
    broken(Broken::NoAnchor { anchor: anchor.into(), nearest: nearest.map(str::to_owned) })
}

#[test]
fn relative_links() {
    let site = site();
    for (target, expected) in [
        ("../network/vpn.md", page("kb/network/vpn.md")),
        ("../network/vpn.md?x=1#set-up", page("kb/network/vpn.md")),
        ("../network/vpn.md#SET-UP", page("kb/network/vpn.md")),
        ("../network/vpn.md#%C3%9Cber", page("kb/network/vpn.md")),
        ("../network/vpn.md#", page("kb/network/vpn.md")),
        ("../network/vpn.md#top", page("kb/network/vpn.md")),
        ("../network/vpn.md#mixed-case", no_anchor("mixed-case", Some("mixed-Case"))),
        ("../network/vpn.md#setup", no_anchor("setup", Some("set-up"))),
        ("../network/vpn.nl.md#set-up", no_anchor("set-up", None)),
        ("../a%20b%20(c).md", page("kb/a b (c).md")),
        ("./../login/./a.png", file("kb/login/a.png")),
        ("../network/", file("kb/network")),
        ("../network", file("kb/network")),
        ("../..", file("")),
        ("../network/VPN.md", broken(Broken::NoFile)),
        ("../network/vpn.md/", broken(Broken::NoFile)),
        ("../network/vpn", broken(Broken::NoFile)),
        ("../../../x.md", broken(Broken::Outside)),
        ("", page("kb/login/reset.md")),
        ("#nothing", no_anchor("nothing", None)),
        ("https://example.org/x.md", Target::External),
        ("mailto:a@example.org", Target::External),
        ("//example.org", Target::External),
    ] {
        assert_eq!(site.resolve("kb/login/reset.md", target, LinkKind::Page), expected, "{target}");
    }
}

#[test]
fn links_of_the_published_site() {
    let site = site();
    for target in ["/help/reset", "/help/reset/", "/old", "/old/#x", "/help/reset/?a", "/%6Fld"] {
        assert_eq!(site.resolve("x.md", target, LinkKind::Page), page("kb/login/reset.md"), "{target}");
    }
    for target in ["/", "/help", "/kb/network/vpn.md#nothing"] {
        assert_eq!(site.resolve("x.md", target, LinkKind::Page), Target::Site, "{target}");
    }
}

#[test]
fn slugs() {
    let site = site();
    let twice = Broken::AmbiguousSlug { candidates: vec!["login/reset".into(), "mail/reset".into()] };
    let no_slug = |nearest: Option<&str>| broken(Broken::NoSlug { nearest: nearest.map(str::to_owned) });
    for (from, target, expected) in [
        ("kb/mail/reset.md", "vpn", page("kb/network/vpn.md")),
        ("kb/mail/reset.md", "vpn.md#set-up", page("kb/network/vpn.md")),
        ("kb/mail/reset.md", "vpn#set", no_anchor("set", Some("set-up"))),
        ("kb/login/reset.nl.md", "vpn#instellen", page("kb/network/vpn.nl.md")),
        ("kb/login/reset.nl.md", "login/reset", page("kb/login/reset.nl.md")),
        ("kb/login/reset.nl.md", "mail/reset", page("kb/mail/reset.md")),
        ("kb/mail/reset.md", "setup", page("kb/setup.nl.md")),
        ("kb/mail/reset.md", "kb/setup", page("kb/setup.nl.md")),
        ("kb/mail/reset.md", "network/vpn.nl", page("kb/network/vpn.nl.md")),
        ("kb/mail/reset.md", "#x", no_anchor("x", None)),
        ("kb/mail/reset.md", "reset", broken(twice)),
        ("kb/mail/reset.md", "VPN", no_slug(Some("vpn"))),
        ("kb/mail/reset.md", "nothing", no_slug(None)),
        ("kb/mail/reset.md", "mail/vpn", no_slug(Some("network/vpn"))),
        ("kb/mail/reset.md", "network/vpm", no_slug(Some("network/vpn"))),
    ] {
        assert_eq!(site.resolve(from, target, LinkKind::Slug), expected, "{from} {target}");
    }
}

#[test]
fn tickets() {
    let resolve = |target| Site::new().resolve("x.md", target, LinkKind::Ticket);
    assert_eq!(resolve("261122-7KIQM"), Target::Ticket("261122-7k1qm".into()));
    assert_eq!(resolve("261322-7k2qm"), broken(Broken::Ticket));
}

#[test]
fn relative_targets() {
    for (from, to, expected) in [
        ("kb/a/x.md", "kb/b/y.md", "../b/y.md"),
        ("kb/a/x.md", "kb/a/y.md", "y.md"),
        ("kb/a/x.md", "kb/a/x.md", "x.md"),
        ("kb/a/x.md", "kb/a/b/y.md", "b/y.md"),
        ("x.md", "kb/y.md", "kb/y.md"),
        ("kb/a/x.md", "y.md", "../../y.md"),
        ("kb/kb/x.md", "kb/kb.md", "../kb.md"),
        ("kb/x.md", "kb/a b (c).md", "a%20b%20%28c%29.md"),
        ("kb/x.md", "kb/re:y.md", "./re:y.md"),
        ("kb/x.md", "kb/ö.md", "ö.md"),
    ] {
        assert_eq!(relative(from, to), expected, "{from} {to}");
    }
}

#[test]
fn hints_have_an_end() {
    let mut site = Site::new();
    let anchors = (0..50_000).map(|number| format!("{number:0>60}"));
    site.add_page("kb/x.md", "x", None, anchors, vec![]);
    for number in 0..50_000 {
        let target = format!("#{number:z>60}", number = format!("{number}z"));
        assert!(matches!(site.resolve("kb/x.md", &target, LinkKind::Page), Target::Broken { .. }));
    }
}

proptest! {
    #[test]
    fn a_relative_target_leads_there(
        from in "([a-c]/){0,3}f\\.md",
        to in "([a-c]/){0,3}[a-d%#?:() é\u{a0}]{1,6}\\.md",
    ) {
        let mut site = Site::new();
        site.add_page(&to, "x", None, [], vec![]);
        prop_assert_eq!(site.resolve(&from, &relative(&from, &to), LinkKind::Page), page(&to));
    }

    #[test]
    fn no_target_is_too_much(from in any::<String>(), target in any::<String>(), near in "[./#%?a-z\\[]{0,12}") {
        let site = site();
        for kind in [LinkKind::Page, LinkKind::Slug, LinkKind::Ticket] {
            site.resolve(&from, &target, kind);
            site.resolve("kb/login/reset.md", &near, kind);
        }
    }
}

use super::super::chart::tests::{UGLY, row, view};
use super::*;

fn page(title: &str, sections: Vec<Section>) -> String {
    super::page(&DashboardView { desk: title.to_owned(), title: title.to_owned(), sections })
}

fn parts() -> Vec<Section> {
    let part = |view: ReportView| Section { heading: Some(UGLY.to_owned()), view };
    vec![
        part(view("summary", None, vec![row(None, 4)])),
        part(view("volume", Some("week"), vec![row(Some("2026-W46"), 1), row(Some("2026-W47"), 2)])),
        part(view("volume", Some("team"), vec![row(Some(UGLY), 1), row(None, 2)])),
        part(view("sla", Some("team"), Vec::new())),
    ]
}

/// A page is HTML; only what has no end tag and its first line keep it from being XML.
fn as_xml(page: &str) -> String {
    let lines = page.lines().skip(1).filter(|line| !line.starts_with("<meta"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn pages_need_nothing_else() {
    let outside =
        regex::Regex::new(r#"(?i-u)(src|href|action)\s*=\s*["']?\s*(https?:)?//|url\(\s*["']?\s*(https?:)?//|@import"#)
            .unwrap();
    for parts in [parts(), Vec::new()] {
        let page = page(UGLY, parts.clone());
        assert!(page.starts_with("<!doctype html>"));
        assert!(!outside.is_match(&page) && !page.contains("<script"));
        roxmltree::Document::parse(&as_xml(&page)).unwrap();
        assert!(!page.chars().any(|c| c.is_control() && c != '\n'));
        assert_eq!(page, self::page(UGLY, parts));
    }
}

#[test]
fn pages_have_headlines_sections_and_tables() {
    let page = page("title", parts());
    let xml = as_xml(&page);
    let document = roxmltree::Document::parse(&xml).unwrap();
    let count = |name: &str| document.descendants().filter(|node| node.tag_name().name() == name).count();
    let found = ["h1", "h2", "section", "details", "caption", "dt", "style"].map(count);
    assert_eq!(found, [1, 4, 4, 3, 3, 5, 1]);
    assert!(page.contains("No data in this period.") && page.contains("all time · UTC · commit 0123456789ab"));
    assert!(document.descendants().all(|node| !node.has_attribute("id")));
}

#[test]
fn many_rows_make_a_page() {
    let rows = (0..1_000).map(|at| row(Some(&format!("team {at}")), at)).collect();
    let page = page("title", vec![Section { heading: None, view: view("volume", Some("team"), rows) }]);
    assert!(page.contains(">team 999<") && page.contains(">team 0<") && page.len() < 1_000_000, "{}", page.len());
}

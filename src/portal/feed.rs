//! What programs read of the site: an Atom feed of changes (RFC 4287), a map for search engines (sitemaps.org).

use super::address;
use super::pages::{shortened, whole_address};
use super::site::{PublicArticle, Site};
use super::words::words_in;

/// Entries of a feed.
const ENTRIES: usize = 30;
/// Addresses in one map, of which there may be 50,000.
const MOST: usize = 50_000;

/// The latest changes in a language.
pub fn atom(site: &Site, language: &str, url: &str) -> String {
    let mut articles: Vec<&PublicArticle> =
        site.articles.iter().filter(|article| article.language == language).collect();
    articles.sort_by(|a, b| b.source.changed.cmp(&a.source.changed).then_with(|| a.file.cmp(&b.file)));
    let own = whole_address(url, &format!("{language}/feed.xml"));
    let home = whole_address(url, &address::listing(language, "", 1));
    let newest = articles.iter().filter_map(|article| article.source.changed).max();
    let newest = newest.map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |at| at.to_string());
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\">\n\
         <title>{}</title>\n<subtitle>{}</subtitle>\n<id>{}</id>\n<link rel=\"self\" href=\"{}\"/>\n<link href=\"{}\"/>\n\
         <updated>{newest}</updated>\n<author><name>{}</name></author>\n",
        escape(&site.title),
        escape(words_in(language)["feed"]),
        escape(&own),
        escape(&own),
        escape(&home),
        escape(&site.title),
    );
    for article in articles.into_iter().take(ENTRIES) {
        let address = whole_address(url, &article.file);
        let changed = article.source.changed.map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |at| at.to_string());
        out += &format!(
            "<entry>\n<title>{}</title>\n<id>{address}</id>\n<link href=\"{address}\"/>\n<updated>{changed}</updated>\n\
             <summary>{}</summary>\n</entry>\n",
            escape(&article.source.title),
            escape(&shortened(&article.source.summary)),
        );
    }
    out + "</feed>\n"
}

/// All pages, with their translations.
pub fn sitemap(site: &Site, url: &str) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    for (tag, _) in &site.languages {
        out += &format!("<url><loc>{}</loc></url>\n", whole_address(url, &address::listing(tag, "", 1)));
    }
    for article in site.articles.iter().take(MOST - site.languages.len().min(MOST)) {
        let changed = article.source.changed.map_or(String::new(), |at| format!("<lastmod>{at}</lastmod>"));
        let variants: Vec<&PublicArticle> = site.variants(&article.group).collect();
        let mut others = String::new();
        for other in variants.iter().filter(|_| variants.len() > 1) {
            let address = whole_address(url, &other.file);
            others += &format!("<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"{address}\"/>", other.language);
        }
        out += &format!("<url><loc>{}</loc>{changed}{others}</url>\n", whole_address(url, &article.file));
    }
    out + "</urlset>\n"
}

/// Says where the map is.
pub fn robots(url: &str) -> String {
    format!("User-agent: *\nAllow: /\nSitemap: {}\n", whole_address(url, "sitemap.xml"))
}

/// A text within XML; what XML cannot hold is left out.
fn escape(text: &str) -> String {
    let kept = text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'));
    let mut out = String::new();
    for letter in kept {
        match letter {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::site::tests::source;
    use super::*;
    use crate::domain::settings::Settings;

    #[test]
    fn hostile_titles_stay_text() {
        let mut article = source("kb/a/b.md", "<x> & \u{1b}[31m\"y\"");
        article.changed = Some("2026-11-22T09:00:00Z".parse().unwrap());
        let site = Site::new(&Settings::default(), vec![article], Default::default(), &[]);
        for text in [atom(&site, "en", "https://help.example"), sitemap(&site, "https://help.example")] {
            let parsed = roxmltree::Document::parse(&text).expect("well-formed");
            assert!(parsed.root_element().descendants().count() > 3);
            assert!(
                text.contains("https://help.example/en/a/b.html") && text.contains("2026-11-22T09:00:00Z"),
                "{text}"
            );
            assert!(!text.contains('\u{1b}'));
        }
    }
}

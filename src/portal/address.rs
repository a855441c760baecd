//! Where pages lie on the site: addresses relative to its root, of characters that mean the same everywhere.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a path (RFC 3986, 2.3), and the `/` between its parts.
const KEPT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A path in the form of an address.
pub fn encode(path: &str) -> String {
    utf8_percent_encode(path, &KEPT).to_string()
}

/// The file of an article: `en/network/vpn.html`.
pub fn article(language: &str, category: &str, slug: &str) -> String {
    // Pages of the site's own are called so.
    let is_listing = slug == "index" || slug.strip_prefix("index-").is_some_and(|rest| rest.parse::<u32>().is_ok());
    let is_search = category.is_empty() && slug == "search";
    let slug = if is_listing || is_search { format!("{slug}-article") } else { slug.to_owned() };
    format!("{}{slug}.html", folder(language, category))
}

/// The file of a category's page, counted from 1; that of the empty category is the language's home.
pub fn listing(language: &str, category: &str, page: usize) -> String {
    let name = if page <= 1 { "index.html".to_owned() } else { format!("index-{page}.html") };
    format!("{}{name}", folder(language, category))
}

fn folder(language: &str, category: &str) -> String {
    if category.is_empty() { format!("{language}/") } else { format!("{language}/{category}/") }
}

/// The file of a picture or document that lies in the knowledge base.
pub fn file(path: &str) -> String {
    format!("files/{}", path.strip_prefix("kb/").unwrap_or(path))
}

/// How a file is linked to from a page whose way to the root is `root`: `index.html` is its folder where a server says
/// so, which it does not on a disk.
pub fn link(root: &str, file: &str) -> String {
    format!("{root}{}", encode(file))
}

/// The way from a file to the root: `../` for each folder it lies in.
pub fn to_root(file: &str) -> String {
    "../".repeat(file.matches('/').count())
}

/// The file at an address that a page once had: `/help/vpn/` is `help/vpn/index.html`. `None` where no file can lie
/// there without standing in the way of others.
pub fn of_permalink(permalink: &str) -> Option<String> {
    let path = permalink.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', '\0', ':', '%']);
    if !path.split('/').all(plain) || path.chars().any(char::is_control) || path.len() > 500 {
        return None;
    }
    Some(if path.ends_with(".html") { path.to_owned() } else { format!("{path}/index.html") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files() {
        assert_eq!(article("en", "network", "vpn"), "en/network/vpn.html");
        assert_eq!(article("en", "", "index"), "en/index-article.html");
        assert_eq!(article("en", "", "index-2"), "en/index-2-article.html");
        assert_eq!(article("en", "", "search"), "en/search-article.html");
        assert_eq!(article("en", "a", "search"), "en/a/search.html");
        assert_eq!(listing("nl", "a/b", 1), "nl/a/b/index.html");
        assert_eq!(listing("nl", "", 3), "nl/index-3.html");
        assert_eq!(to_root("en/network/vpn.html"), "../../");
        assert_eq!(link("../", "en/a b/ü.html"), "../en/a%20b/%C3%BC.html");
    }

    #[test]
    fn permalinks() {
        for (permalink, file) in [
            ("/help/vpn/", Some("help/vpn/index.html")),
            ("/help.html", Some("help.html")),
            ("/", None),
            ("/../x", None),
            ("/a//b", None),
            ("/.git/x", None),
            ("/a%2e", None),
            ("/a\\b", None),
        ] {
            assert_eq!(of_permalink(permalink).as_deref(), file, "{permalink}");
        }
    }
}

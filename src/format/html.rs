//! Markdown as HTML that may be shown to anybody: sanitised, headings with the anchors links use.

mod web;

use std::collections::HashSet;
use std::sync::LazyLock;

pub use web::{Alerts, Heading, Leads, Text, WebText, text, web};

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};

use super::links;

/// More tags of HTML than this in one text are shown as text: a tree of them costs more than any article is worth.
const TAGS: usize = 5_000;

/// What markdown has here beyond CommonMark.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES);

fn has_too_many_tags(source: &str) -> bool {
    source.matches('<').count() > TAGS
}

/// A text as a piece of HTML. Scripts, styles, frames and whatever else could do something are left out.
pub fn render(markdown: &str) -> String {
    let source = links::shallow(markdown);
    let has_too_many = has_too_many_tags(&source);
    let mut anchors = links::heading_anchors(&source).into_iter();
    let events = Parser::new_ext(&source, OPTIONS).map(|event| match event {
        Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
            Event::Start(Tag::Heading { level, id: anchors.next().map(CowStr::from), classes, attrs })
        }
        Event::Html(text) | Event::InlineHtml(text) if has_too_many => Event::Text(text),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    clean(&out)
}

/// What cleans: a table of rules that takes longer to make than most texts take to clean.
static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(cleaner);

fn cleaner() -> ammonia::Builder<'static> {
    let mut builder = ammonia::Builder::default();
    builder.add_generic_attributes(["id"]);
    builder.add_tags(["input", "section"]).add_tag_attributes("input", ["checked", "disabled"]);
    builder.add_tag_attribute_values("input", "type", ["checkbox"]);
    builder.url_schemes(HashSet::from(["http", "https", "mailto", "tel"]));
    builder
}

fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

/// A page that needs no other file.
pub fn page(title: &str, language: &str, body: &str) -> String {
    let (title, language) = (escape(title), escape(language));
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// A text as a message: no styles, which mailers have their own ideas of.
pub fn message(language: &str, markdown: &str) -> String {
    let language = escape(language);
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"></head>\n<body>\n{}</body>\n</html>\n",
        render(markdown)
    )
}

/// A text as HTML, within an element or an attribute in double quotes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = "\
:root { color-scheme: light dark }
body { font: 1rem/1.6 system-ui, sans-serif; margin: 0 }
main { max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
h1, h2, h3 { line-height: 1.25 }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886; border-radius: .25rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { border: 1px solid #8886; padding: .25rem .6rem; text-align: left }
img { max-width: 100% }
blockquote { margin: 0; padding-left: 1rem; border-left: .25rem solid #8886 }
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_do_something_is_left_out() {
        let text = "# A b\n\n## A b\n\n<script>x()</script>\n\n<a href=\"javascript:x()\" onclick=x()>y</a> <iframe src=x></iframe>\
                    <img src=x onerror=x()>\n\n<style>*{}</style>\n\n[z](javascript:x) [v](../vpn.md#a)\n";
        let html = render(text);
        for gone in ["script", "onclick", "iframe", "style", "onerror", "javascript"] {
            assert!(!html.contains(gone), "{gone}: {html}");
        }
        for kept in ["<h1 id=\"a-b\">", "<h2 id=\"a-b-1\">", "href=\"../vpn.md#a\""] {
            assert!(html.contains(kept), "{kept}: {html}");
        }
        let page = page("<b> & more", "en\"", &html);
        assert!(page.contains("<title>&lt;b&gt; &amp; more</title>") && page.contains("lang=\"en&quot;\""), "{page}");
    }

    #[test]
    fn depth_and_numbers_are_bounded() {
        for piece in ["<div>", "<b>", "<table><tr><td>", "> ", "- ", "<a href=x>", "<p><b>"] {
            render(&piece.repeat(100_000));
        }
    }
}

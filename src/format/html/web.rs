//! An article as a part of a published page: its links lead within the site, its headings stand below the page's own.

use std::borrow::Cow;
use std::sync::LazyLock;

use pulldown_cmark::{BlockQuoteKind, CowStr, Event, HeadingLevel, Parser, Tag, TagEnd, html};

use super::{OPTIONS, cleaner, has_too_many_tags};
use crate::format::links::{self, Link, LinkKind};

/// What stands before an address on the site until all is clean, so that it is told from one of a text's own HTML.
const HERE: &str = "site:";
/// What stands in place of a link's target that leads nowhere: no scheme that is kept.
const NOWHERE: &str = "nowhere:";

/// Where a link leads on the site.
pub enum Leads {
    /// To a page or file, by an address that needs no escaping; with the title of the page.
    To { address: String, title: Option<String> },
    /// Where it says.
    AsWritten,
    /// Nowhere that may be told: its words alone are shown.
    Nowhere,
}

/// A heading of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// As it is on the page, 2 to 6.
    pub level: u8,
    pub anchor: String,
    pub text: String,
}

/// A text as it stands on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebText {
    pub html: String,
    pub headings: Vec<Heading>,
}

/// What the kinds of alert are called that GitHub's markdown has: note, tip, important, warning, caution.
pub type Alerts = [&'static str; 5];

/// A text as a piece of a page that is called `title`. What could do something is left out, and so are pictures of
/// other sites: a link stands in their place.
pub fn web(title: &str, markdown: &str, alerts: &Alerts, leads: &mut dyn FnMut(&Link) -> Leads) -> WebText {
    let linked = with_links(markdown, leads);
    let source = links::shallow(&linked);
    let has_too_many = has_too_many_tags(&source);
    let anchors = links::heading_anchors(&source);
    let mut events: Vec<Event<'_>> = Parser::new_ext(&source, OPTIONS).collect();
    let mut anchors = anchors.into_iter();
    if let Some(end) = repeats(title, &events) {
        events.drain(..end);
        anchors.next();
    }
    let shift = u8::from(
        events
            .iter()
            .any(|event| matches!(event, Event::Start(Tag::Heading { level, .. }) if *level == HeadingLevel::H1)),
    );
    let mut headings: Vec<Heading> = Vec::new();
    let mut within = false;
    for event in &mut events {
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                let anchor = anchors.next().unwrap_or_default();
                *level = lowered(*level, shift);
                *id = Some(CowStr::from(anchor.clone()));
                headings.push(Heading { level: *level as u8, anchor, text: String::new() });
                within = true;
            }
            Event::End(TagEnd::Heading(level)) => {
                *level = lowered(*level, shift);
                within = false;
            }
            Event::Text(text) | Event::Code(text) if within => {
                if let Some(last) = headings.last_mut() {
                    last.text.push_str(text);
                }
            }
            Event::Html(text) | Event::InlineHtml(text) if has_too_many => {
                *event = Event::Text(std::mem::replace(text, CowStr::Borrowed("")))
            }
            _ => {}
        }
    }
    let mut out = String::new();
    html::push_html(&mut out, with_labels(without_foreign_pictures(events), alerts));
    WebText { html: scrollable(&CLEANER.clean(&out).to_string()), headings }
}

/// What an alert is called stands above it: no class of its element is kept by which it could be told otherwise.
fn with_labels<'a>(events: Vec<Event<'a>>, alerts: &Alerts) -> impl Iterator<Item = Event<'a>> {
    events.into_iter().flat_map(|event| {
        let label = match event {
            Event::Start(Tag::BlockQuote(Some(kind))) => Some(match kind {
                BlockQuoteKind::Note => alerts[0],
                BlockQuoteKind::Tip => alerts[1],
                BlockQuoteKind::Important => alerts[2],
                BlockQuoteKind::Warning => alerts[3],
                BlockQuoteKind::Caution => alerts[4],
            }),
            _ => None,
        };
        let labelled = label.map(|label| {
            [
                Event::Start(Tag::Paragraph),
                Event::Start(Tag::Strong),
                Event::Text(label.into()),
                Event::End(TagEnd::Strong),
                Event::End(TagEnd::Paragraph),
            ]
        });
        std::iter::once(event).chain(labelled.into_iter().flatten())
    })
}

/// As [`super::CLEANER`], and no picture comes from another site. What HTML within a text links to by a path is not
/// known to be public, and leads nowhere.
static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = cleaner();
    builder.add_url_schemes([HERE.trim_end_matches(':')]);
    builder.attribute_filter(|element, attribute, value| match (element, attribute, value.strip_prefix(HERE)) {
        (_, "href" | "src" | "cite", Some(own)) => (!own.contains(':')).then_some(Cow::Borrowed(own)),
        ("img", "src", None) if is_foreign(value) => None,
        (_, "href" | "src" | "cite", None) => may_lead(value).then_some(Cow::Borrowed(value)),
        _ => Some(Cow::Borrowed(value)),
    });
    builder
});

/// Whether an address is one of another place, of this page, or of the site's root.
fn may_lead(address: &str) -> bool {
    address.starts_with(['#', '/']) || address.contains(':')
}

fn is_foreign(address: &str) -> bool {
    address.contains("://") || address.starts_with("//")
}

/// What may be wider than a phone can be scrolled by itself, with the keyboard too. In clean HTML a `<` begins a tag.
fn scrollable(html: &str) -> String {
    html.replace("<pre>", "<pre tabindex=\"0\">")
        .replace("<table", "<div class=\"wide\" tabindex=\"0\"><table")
        .replace("</table>", "</table></div>")
}

/// A text's words without its marks: those of its headings, and all others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    pub headings: String,
    pub body: String,
    /// The first paragraph.
    pub summary: String,
}

/// The words of a text.
pub fn text(markdown: &str) -> Text {
    let source = links::shallow(markdown);
    let mut text = Text::default();
    let (mut heading, mut paragraph) = (false, false);
    let mut has_summary = false;
    for event in Parser::new_ext(&source, OPTIONS) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = true,
            Event::End(TagEnd::Heading(_)) => {
                heading = false;
                text.headings.push('\n');
            }
            Event::Start(Tag::Paragraph) => paragraph = !has_summary,
            Event::End(TagEnd::Paragraph) => {
                has_summary |= paragraph && !text.summary.trim().is_empty();
                paragraph = false;
                text.body.push('\n');
            }
            Event::Text(words) | Event::Code(words) => {
                if heading {
                    text.headings.push_str(&words)
                } else {
                    text.body.push_str(&words)
                }
                if paragraph {
                    text.summary.push_str(&words);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                text.body.push(' ');
                if paragraph {
                    text.summary.push(' ');
                }
            }
            Event::End(_) => text.body.push(' '),
            _ => {}
        }
    }
    text
}

/// The text with its links as the site has them.
fn with_links(markdown: &str, leads: &mut dyn FnMut(&Link) -> Leads) -> String {
    let mut out = markdown.to_owned();
    let mut links = links::scan(markdown, 0).links;
    links.sort_by_key(|link| (link.target_range.start, link.at));
    links.dedup_by_key(|link| link.target_range.start);
    // From the end, so that the places of what is yet to come stay right.
    for link in links.iter().rev() {
        if link.kind == LinkKind::Ticket {
            continue;
        }
        let (address, title) = match leads(link) {
            Leads::AsWritten => continue,
            Leads::To { address, title } => (Some(format!("{HERE}{address}")), title),
            Leads::Nowhere => (None, None),
        };
        if link.kind == LinkKind::Slug {
            write_slug(&mut out, link, address.as_deref(), title.as_deref());
        } else {
            out.replace_range(link.target_range.clone(), address.as_deref().unwrap_or(NOWHERE));
        }
    }
    out
}

/// Writes `[[slug|shown]]` as a link of markdown, or as its words where it leads nowhere.
fn write_slug(out: &mut String, link: &Link, address: Option<&str>, title: Option<&str>) {
    let Some(close) = out[link.target_range.end..].find("]]") else { return };
    let end = link.target_range.end + close;
    let shown = out[link.target_range.end..end].split_once('|').map(|(_, shown)| shown.trim());
    let shown = shown.or(title).unwrap_or(link.target.as_str()).replace(['[', ']', '\\', '`', '<'], " ");
    let written = match address {
        Some(address) => format!("[{shown}]({address})"),
        None => shown,
    };
    out.replace_range(link.at..end + 2, &written);
}

/// Where the first heading ends, if it only says the title again.
fn repeats(title: &str, events: &[Event<'_>]) -> Option<usize> {
    let Some(Event::Start(Tag::Heading { level: HeadingLevel::H1, .. })) = events.first() else { return None };
    let end = events.iter().position(|event| matches!(event, Event::End(TagEnd::Heading(_))))?;
    let said: String = events[1..end]
        .iter()
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect();
    (said.trim().to_lowercase() == title.trim().to_lowercase()).then_some(end + 1)
}

fn lowered(level: HeadingLevel, by: u8) -> HeadingLevel {
    HeadingLevel::try_from(usize::from(level as u8 + by).min(6)).unwrap_or(HeadingLevel::H6)
}

/// Pictures that lie elsewhere become links to them.
fn without_foreign_pictures(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut foreign = Vec::new();
    let mut links = 0usize;
    let mut out = Vec::with_capacity(events.len());
    for event in events {
        match event {
            Event::Start(Tag::Image { link_type, dest_url, title, id }) if is_foreign(&dest_url) => {
                foreign.push(true);
                // Links do not nest.
                if links == 0 {
                    out.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
                }
            }
            Event::Start(Tag::Image { .. }) => {
                foreign.push(false);
                out.push(event);
            }
            Event::End(TagEnd::Image) => match foreign.pop() {
                Some(true) if links == 0 => out.push(Event::End(TagEnd::Link)),
                Some(true) => {}
                _ => out.push(event),
            },
            Event::Start(Tag::Link { .. }) => {
                links += 1;
                out.push(event);
            }
            Event::End(TagEnd::Link) => {
                links = links.saturating_sub(1);
                out.push(event);
            }
            _ => out.push(event),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALERTS: Alerts = ["Note", "Tip", "Important", "Warning", "Caution"];

    fn at_home(link: &Link) -> Leads {
        match link.target.as_str() {
            "vpn.md" | "vpn" => Leads::To { address: "../vpn.html".into(), title: Some("The VPN".into()) },
            "secret.md" | "secret" => Leads::Nowhere,
            _ => Leads::AsWritten,
        }
    }

    fn html_of(markdown: &str) -> String {
        web("Title", markdown, &ALERTS, &mut at_home).html
    }

    #[test]
    fn links_lead_within_the_site() {
        for (markdown, html) in [
            ("[a](vpn.md)", "<p><a href=\"../vpn.html\" rel=\"noopener noreferrer\">a</a></p>\n"),
            (
                "[[vpn]] and [[vpn|this]]",
                "<p><a href=\"../vpn.html\" rel=\"noopener noreferrer\">The VPN</a> and <a href=\"../vpn.html\" rel=\"noopener noreferrer\">this</a></p>\n",
            ),
            ("[a](secret.md)", "<p><a rel=\"noopener noreferrer\">a</a></p>\n"),
            ("[[secret|words]]", "<p>words</p>\n"),
            (
                "> [!WARNING]\n> Hot.\n\n> x",
                "<blockquote>\n<p><strong>Warning</strong></p>\n<p>Hot.</p>\n</blockquote>\n<blockquote>\n<p>x</p>\n</blockquote>\n",
            ),
            (
                "[a][r] [b][r]\n\n[r]: vpn.md",
                "<p><a href=\"../vpn.html\" rel=\"noopener noreferrer\">a</a> <a href=\"../vpn.html\" rel=\"noopener noreferrer\">b</a></p>\n",
            ),
            ("<a href=\"site:javascript:x()\">x</a>", "<p><a rel=\"noopener noreferrer\">x</a></p>\n"),
            ("<a href=\"#one\">x</a>", "<p><a href=\"#one\" rel=\"noopener noreferrer\">x</a></p>\n"),
            ("<a href=\"secret.md\">x</a>", "<p><a rel=\"noopener noreferrer\">x</a></p>\n"),
            ("<img src=\"https://x.example/a.png\" alt=\"A\">", "<img alt=\"A\">"),
            (
                "![A](https://x.example/a.png)",
                "<p><a href=\"https://x.example/a.png\" rel=\"noopener noreferrer\">A</a></p>\n",
            ),
            (
                "[![A](https://x.example/a.png)](vpn.md)",
                "<p><a href=\"../vpn.html\" rel=\"noopener noreferrer\">A</a></p>\n",
            ),
            ("![A](//x.example/a.png)", "<p><a href=\"//x.example/a.png\" rel=\"noopener noreferrer\">A</a></p>\n"),
        ] {
            assert_eq!(html_of(markdown), html, "{markdown}");
        }
    }

    #[test]
    fn headings_stand_below_the_title() {
        let text = web("Title", "# title\n\n## One *and* two\n\nx\n\n### Three", &ALERTS, &mut at_home);
        assert!(!text.html.contains("<h1"), "{}", text.html);
        let levels: Vec<(u8, &str, &str)> =
            text.headings.iter().map(|one| (one.level, one.anchor.as_str(), one.text.as_str())).collect();
        assert_eq!(levels, [(2, "one-and-two", "One and two"), (3, "three", "Three")]);
        let text = web("Title", "# One\n\n###### Six", &ALERTS, &mut at_home);
        assert_eq!(text.html, "<h2 id=\"one\">One</h2>\n<h6 id=\"six\">Six</h6>\n");
    }

    #[test]
    fn words_are_told_apart() {
        let text = text("# Head `code`\n\n![pic](a.png)\n\nFirst *line*\nof it.\n\n- item\n\n```\nmore\n```\n");
        assert_eq!(text.headings, "Head code\n");
        assert_eq!(text.summary, "pic");
        assert!(text.body.contains("First line  of it.") || text.body.contains("First line of it."), "{:?}", text.body);
        assert!(text.body.contains("item") && text.body.contains("more"));
    }
}

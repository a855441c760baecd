//! What the markdown parser says: links, anchors, and the text in which slugs and tickets are looked for.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::anchors::Anchors;
use super::{Link, LinkKind, destination, html};

/// The parser, with what GitHub adds to markdown.
pub(super) fn events(source: &str) -> OffsetIter<'_> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    Parser::new_ext(source, options).into_offset_iter()
}

/// A link that is not at its end yet.
struct Open<'a> {
    kind: LinkType,
    dest: CowStr<'a>,
    label: CowStr<'a>,
    at: usize,
    /// Where its text ends, as far as that is known.
    text_end: usize,
    image: bool,
}

/// One reading of a markdown body.
pub(super) struct Reading<'a> {
    source: &'a str,
    open: Vec<Open<'a>>,
    /// How many of the open ones are images.
    images: usize,
    /// Text of the heading that is not at its end yet.
    heading: Option<String>,
    in_code: bool,
    links: Vec<Link>,
    runs: Vec<Range<usize>>,
    anchors: Anchors,
    /// Those that the headings made, in their order.
    headings: Vec<String>,
    /// Where the destinations of definitions are, by the definitions' places.
    definitions: HashMap<usize, Option<Range<usize>>>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(source: &'a str) -> Reading<'a> {
        Reading {
            source,
            open: Vec::new(),
            images: 0,
            heading: None,
            in_code: false,
            links: Vec::new(),
            runs: Vec::new(),
            anchors: Anchors::default(),
            headings: Vec::new(),
            definitions: HashMap::new(),
        }
    }

    /// Links, ranges of plain text that is outside of links, and anchors.
    pub(super) fn into_parts(self) -> (Vec<Link>, Vec<Range<usize>>, Vec<String>) {
        (self.links, self.runs, self.anchors.into_names())
    }

    pub(super) fn into_heading_anchors(self) -> Vec<String> {
        self.headings
    }

    pub(super) fn read(&mut self) {
        let mut events = events(self.source);
        while let Some((event, range)) = events.next() {
            if matches!(event, Event::End(TagEnd::Link | TagEnd::Image)) {
                self.close(&events);
            }
            if let Some(open) = self.open.last_mut() {
                open.text_end = open.text_end.max(range.end);
            }
            self.take(event, range);
        }
    }

    fn take(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(TagEnd::Heading(_)) => {
                if let Some(text) = self.heading.take() {
                    let name = self.anchors.add_heading(&text);
                    self.headings.push(name);
                }
            }
            Event::End(TagEnd::CodeBlock) => self.in_code = false,
            Event::Text(text) => {
                self.say(&text);
                if !self.in_code && self.open.is_empty() {
                    self.runs.push(range);
                }
            }
            Event::Code(text) => self.say(&text),
            Event::SoftBreak | Event::HardBreak => self.say(" "),
            Event::InlineHtml(tag) => html::each_anchor(&tag, |name| self.anchors.add(name)),
            _ => {}
        }
    }

    /// Text of a heading; an image's is not its.
    fn say(&mut self, text: &str) {
        if let Some(heading) = self.heading.as_mut().filter(|_| self.images == 0) {
            heading.push_str(text);
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Heading { .. } => self.heading = Some(String::new()),
            Tag::CodeBlock(_) => self.in_code = true,
            Tag::HtmlBlock => {
                let block = self.source.get(range).unwrap_or_default();
                html::each_anchor(block, |name| self.anchors.add(name));
            }
            Tag::Link { link_type, dest_url, id, .. } => self.open(link_type, dest_url, id, range.start, false),
            Tag::Image { link_type, dest_url, id, .. } => self.open(link_type, dest_url, id, range.start, true),
            _ => {}
        }
    }

    fn open(&mut self, kind: LinkType, dest: CowStr<'a>, label: CowStr<'a>, at: usize, image: bool) {
        self.images += usize::from(image);
        let text_end = at + 1 + usize::from(image);
        self.open.push(Open { kind, dest, label, at, text_end, image });
    }

    /// The innermost open link is at its end.
    fn close(&mut self, events: &OffsetIter<'a>) {
        let Some(open) = self.open.pop() else { return };
        self.images -= usize::from(open.image);
        if matches!(open.kind, LinkType::Autolink | LinkType::Email) {
            return;
        }
        let place = match open.kind {
            LinkType::Inline => destination::find_inline(self.source, open.text_end, self.source.len()),
            _ => self.find_definition(&open.label, events),
        };
        let target_range = place.unwrap_or(open.at..open.text_end);
        self.links.push(Link {
            kind: LinkKind::Page,
            image: open.image,
            at: open.at,
            target: open.dest.into_string(),
            target_range,
        });
    }

    fn find_definition(&mut self, label: &str, events: &OffsetIter<'a>) -> Option<Range<usize>> {
        let span = events.reference_definitions().get(label)?.span.clone();
        let source = self.source;
        let find = || destination::find_definition(source, &span);
        self.definitions.entry(span.start).or_insert_with(find).clone()
    }
}

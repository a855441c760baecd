//! The HTML of a mail, made tame for a parser that recurses: balanced, shallow, few tags, hardly an attribute.
use super::markup::{attribute, is_data, known, name_of, plain, table_end};
use memchr::{memchr, memmem, memrchr};

/// How deep elements may nest; those below lose their tags, not their text.
const MAX_DEPTH: usize = 60;
/// How deep lists and quotes may nest, each of which is indented in markdown.
const MAX_INDENT: usize = 12;

/// Elements that are dropped with all that is in them.
const DROPPED: [&str; 20] = [
    "script", "style", "title", "noscript", "template", "svg", "math", "textarea", "select", "iframe", "object",
    "noembed", "noframes", "xmp", "audio", "video", "canvas", "map", "xml", "datalist",
];

/// Rewrites HTML with the tags alone that mean something in markdown, every one closed in its turn.
pub fn tamed(html: &str) -> String {
    let bytes = html.as_bytes();
    let mut tamer =
        Tamer { html, last: memrchr(b'>', bytes), out: String::with_capacity(html.len()), ..Tamer::default() };
    let mut at = 0;
    while let Some(open) = memchr(b'<', &bytes[at..]).map(|found| at + found) {
        tamer.text(&html[at..open]);
        at = tamer.markup(open);
    }
    tamer.text(&html[at..]);
    tamer.close_to(0);
    tamer.out
}

#[derive(Default)]
struct Tamer<'h> {
    html: &'h str,
    /// Where the last `>` stands: after that nothing is a tag.
    last: Option<usize>,
    out: String,
    open: Vec<&'static str>,
    /// Where the table ends that becomes one in markdown; others are mere layout.
    data_table: usize,
}

impl Tamer<'_> {
    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Reads what starts with `<` here; gives where it ends.
    fn markup(&mut self, at: usize) -> usize {
        let rest = &self.html[at + 1..];
        if self.last.is_none_or(|last| last <= at) {
            return self.literal(at);
        }
        match rest.as_bytes().first() {
            Some(b'!') if rest.starts_with("!--") => self.after(at + 2, "-->"),
            Some(b'!' | b'?') => self.after(at, ">"),
            Some(b'/') if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => {
                self.end(&name_of(&rest[1..]));
                self.after(at, ">")
            }
            Some(byte) if byte.is_ascii_alphabetic() => self.start(at),
            _ => self.literal(at),
        }
    }

    fn literal(&mut self, at: usize) -> usize {
        self.out.push_str("&lt;");
        at + 1
    }

    /// Where this text ends next; the end of all where it never does.
    fn after(&self, at: usize, text: &str) -> usize {
        memmem::find(&self.html.as_bytes()[at..], text.as_bytes()).map_or(self.html.len(), |end| at + end + text.len())
    }

    fn start(&mut self, at: usize) -> usize {
        let end = self.tag_end(at);
        let inside = self.html[at + 1..end].trim_end_matches('>');
        let name = name_of(inside);
        if DROPPED.contains(&name.as_str()) {
            return if inside.ends_with('/') { end } else { self.after_element(end, &name) };
        }
        match (name.as_str(), known(&name)) {
            ("br", _) => self.out.push_str("<br>"),
            ("dt" | "dd", _) => self.void("<br>"),
            ("hr", _) => self.void("<hr>"),
            ("img", _) => self.image(inside),
            ("a", _) => self.link(inside),
            ("table", _) => self.table(end),
            (_, Some(tag)) => self.element(tag),
            _ => {}
        }
        end
    }

    /// Where a tag ends, its quoted attributes skipped when their quotes are closed.
    fn tag_end(&self, at: usize) -> usize {
        let bytes = self.html.as_bytes();
        let mut from = at;
        while let Some(found) = bytes[from..].iter().position(|b| matches!(b, b'>' | b'=')).map(|found| from + found) {
            if bytes[found] == b'>' {
                return found + 1;
            }
            let value = found + 1 + bytes[found + 1..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            let quote = bytes.get(value).filter(|b| matches!(b, b'"' | b'\'')).copied();
            let window = bytes.get(value + 1..(value + 8192).min(bytes.len())).unwrap_or(&[]);
            from = quote.and_then(|quote| memchr(quote, window)).map_or(found + 1, |end| value + end + 2);
        }
        self.html.len()
    }

    /// Where an element ends whose content is dropped.
    fn after_element(&self, at: usize, name: &str) -> usize {
        let bytes = self.html.as_bytes();
        let mut from = at;
        while let Some(found) = memmem::find(&bytes[from..], b"</").map(|found| from + found + 2) {
            let end = found + name.len();
            if bytes.get(found..end).is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes())) {
                return self.after(end, ">");
            }
            from = found;
        }
        self.html.len()
    }

    fn void(&mut self, tag: &str) {
        self.close_paragraph();
        self.out.push_str(tag);
    }

    fn element(&mut self, tag: &'static str) {
        let in_table = self.data_table > 0;
        match tag {
            "li" => self.close_within("li", &["ul", "ol"]),
            "tr" | "td" | "th" | "thead" if !in_table => return self.cell(tag),
            "td" | "th" => self.close_cell(),
            "tr" | "thead" => self.close_within("tr", &["table"]),
            "strong" | "em" | "code" => {}
            _ => self.close_paragraph(),
        }
        let indents = self.open.iter().filter(|open| matches!(**open, "ul" | "ol" | "blockquote")).count();
        let room = self.open.len() < MAX_DEPTH && (indents < MAX_INDENT || !matches!(tag, "ul" | "ol" | "blockquote"));
        if room && !(matches!(tag, "strong" | "em" | "code") && self.open.contains(&tag)) {
            self.open(tag, "");
        }
    }

    /// Cells and rows of a table that is mere layout.
    fn cell(&mut self, tag: &str) {
        match tag {
            "tr" => self.void("<br>"),
            _ => self.out.push(' '),
        }
    }

    fn close_cell(&mut self) {
        for cell in ["td", "th"] {
            self.close_within(cell, &["tr", "table"]);
        }
    }

    fn open(&mut self, tag: &'static str, attributes: &str) {
        let before = format!("</{tag}>");
        match self.out.strip_suffix(&before).map(str::len) {
            Some(length) if matches!(tag, "strong" | "em" | "code") => self.out.truncate(length),
            _ => self.out.push_str(&format!("<{tag}{attributes}>")),
        }
        self.open.push(tag);
    }

    fn end(&mut self, name: &str) {
        let barriers: &[&str] = match name {
            "table" => &[],
            "li" => &["ul", "ol"],
            _ => &["table", "td", "th"],
        };
        match known(name) {
            Some(tag) => self.close_within(tag, if matches!(tag, "tr" | "td" | "th") { &["table"] } else { barriers }),
            None if name == "a" => self.close_within("a", barriers),
            None if name == "table" => self.end_table(),
            None => {}
        }
    }

    /// Closes the innermost element of this name, and all within it, unless it stands outside of a barrier.
    fn close_within(&mut self, tag: &str, barriers: &[&str]) {
        let inner = self.open.iter().rev().take_while(|open| !barriers.contains(*open));
        if let Some(back) = inner.clone().position(|open| *open == tag) {
            self.close_to(self.open.len() - 1 - back);
        }
    }

    /// A block ends the paragraph or heading it starts in.
    fn close_paragraph(&mut self) {
        self.close_within("p", &["table", "td", "th", "div", "li", "blockquote", "ul", "ol"]);
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some(tag) = self.open.pop() {
                self.out.push_str(&format!("</{tag}>"));
            }
        }
    }

    /// An image in the message itself keeps its content id, one from elsewhere its text alone.
    fn image(&mut self, inside: &str) {
        let alt = attribute(inside, "alt").unwrap_or("").replace(['"', '<', '>'], "");
        match attribute(inside, "src") {
            Some(src) if src.to_ascii_lowercase().starts_with("cid:") && plain(src) => {
                self.out.push_str(&format!("<img src=\"{src}\" alt=\"{alt}\">"));
            }
            _ => self.out.push_str(&alt),
        }
    }

    /// A link that leads to the web, a mail or a telephone; of others the text alone is kept.
    fn link(&mut self, inside: &str) {
        self.close_within("a", &["table", "td", "th"]);
        let Some(href) = attribute(inside, "href") else { return };
        let lower = href.trim().to_ascii_lowercase();
        let led = ["http://", "https://", "mailto:", "tel:", "ftp://"].iter().any(|scheme| lower.starts_with(scheme));
        if led && plain(href) && self.open.len() < MAX_DEPTH {
            self.open("a", &format!(" href=\"{}\"", href.trim()));
        }
    }

    /// A table with head cells and short cells becomes one in markdown, any other is layout.
    fn table(&mut self, at: usize) {
        self.close_paragraph();
        let room = self.data_table == 0 && self.open.len() + 4 < MAX_DEPTH;
        match table_end(&self.html.as_bytes()[at..]).filter(|end| room && is_data(&self.html[at..at + end])) {
            Some(end) => {
                self.data_table = at + end;
                self.open("table", "");
            }
            None => self.out.push_str("<br>"),
        }
    }

    fn end_table(&mut self) {
        self.close_within("table", &[]);
        self.data_table = 0;
        self.out.push_str("<br>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_closed_in_their_turn() {
        assert_eq!(tamed("<p>a<b>b<p>c</i></b>"), "<p>a<strong>b</strong></p><p>c</p>");
        assert_eq!(tamed("<ul><li>a<li>b</ul>c</div>"), "<ul><li>a</li><li>b</li></ul>c");
        assert_eq!(tamed("<b>a</b><strong>b</strong>"), "<strong>ab</strong>");
    }

    #[test]
    fn what_is_not_text_is_dropped() {
        assert_eq!(tamed("a<script>x</b></script><!-- <p> --><?x y?><STYLE>z</style >b"), "ab");
        assert_eq!(tamed("a < b <c@d.e> <3"), "a &lt; b  &lt;3");
    }

    #[test]
    fn links_and_images_lead_nowhere_odd() {
        assert_eq!(tamed("<a href='javascript:x'>a</a>"), "a");
        assert_eq!(tamed("<a class=x href=\"https://a.b/?c=d>e\">f</a>"), "f");
        assert_eq!(tamed("<a HREF=https://a.b target=x>f</a>"), "<a href=\"https://a.b\">f</a>");
        assert_eq!(tamed("<img src='https://t.r/k.gif' alt=x><img src=cid:a@b>"), "x<img src=\"cid:a@b\" alt=\"\">");
    }

    #[test]
    fn depth_is_bounded() {
        let deep = tamed(&"<div>".repeat(100_000));
        assert_eq!(deep.matches("<div>").count(), MAX_DEPTH);
        assert_eq!(tamed(&"<ul><li>".repeat(100)).matches("<ul>").count(), MAX_INDENT);
    }
}

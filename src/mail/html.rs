//! HTML turned into markdown.
use super::{charset, tags::tamed};
use htmd::{
    HtmlToMarkdown,
    options::{BulletListMarker, HrStyle, Options},
};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Turns the HTML of a mail into markdown, in time and memory that do not depend on how it is nested. Scripts, styles,
/// comments and pictures from elsewhere are left out; those in the message are links to `cid:`.
pub fn to_markdown(html: &str) -> String {
    let tame = tamed(html);
    let options = Options {
        bullet_list_marker: BulletListMarker::Dash,
        hr_style: HrStyle::Dashes,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        ..Options::default()
    };
    let convert = || HtmlToMarkdown::builder().options(options).build().convert(&tame).ok();
    let markdown = catch_unwind(AssertUnwindSafe(convert)).ok().flatten().unwrap_or_else(|| stripped(&tame));
    tidied(&charset::cleaned(&markdown))
}

/// The text alone, should the converter fail.
fn stripped(tame: &str) -> String {
    let pieces = tame.split('<').enumerate().map(|(at, piece)| match at {
        0 => piece.to_string(),
        _ => {
            let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
            let inline =
                ["strong", "em", "code", "a"].contains(&tag.trim_start_matches('/').split(' ').next().unwrap_or(""));
            format!("{}{text}", if inline { "" } else { "\n" })
        }
    });
    let text = pieces.collect::<String>();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Lines without blanks at their end, at most one blank line in a row, plain spaces, and no needless escapes.
fn tidied(markdown: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in markdown.lines() {
        let line: String =
            line.chars().filter(|c| !is_filler(*c)).map(|c| if c == '\u{a0}' { ' ' } else { c }).collect();
        let line = unescaped(line.trim_end());
        let blank = |line: &str| line.trim_matches(['>', ' ']).is_empty();
        if !(blank(&line) && lines.last().is_none_or(|last| blank(last))) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_string()
}

/// Characters that newsletters fill their previews with.
fn is_filler(c: char) -> bool {
    matches!(c, '\u{34f}' | '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{2007}')
}

/// An underscore within a word needs no escape, and a backslash in an address spoils it.
fn unescaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("\\_") {
        out.push_str(&rest[..at]);
        let within = out.ends_with(char::is_alphanumeric) && rest[at + 2..].starts_with(char::is_alphanumeric);
        out.push_str(if within { "_" } else { "\\_" });
        rest = &rest[at + 2..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_markdown() {
        let html = "<p>Dear <b>team</b>, see <a href=\"https://example.com/p\">the page</a>.</p><ul><li>one<li>two</ul>\
                    <script>alert(1)</script><blockquote>said<br>so</blockquote>";
        let want = "Dear **team**, see [the page](https://example.com/p).\n\n- one\n- two\n\n> said\n> so";
        assert_eq!(to_markdown(html), want);
    }

    #[test]
    fn tables_with_heads_are_tables_and_others_are_lines() {
        let table = "<table><tr><th>A<th>B<tr><td>1<td><p>2</table>x";
        assert_eq!(to_markdown(table), "| A | B |\n| - | - |\n| 1 | 2 |\n\nx");
        let layout = to_markdown("<table><tr><td>Hello<td>you<tr><td><table><tr><td>there</table></table>");
        assert_eq!(layout.split_whitespace().collect::<Vec<_>>(), ["Hello", "you", "there"]);
    }

    #[test]
    fn tables_whose_cells_markdown_cannot_show_are_lines() {
        for table in [
            "<table><tr><th>Name<td>Ann<tr><th>Room<td>12</table>",
            "<table><thead><tr><th>Name<td>Ann</thead><tr><td>Room<td>12</table>",
            "<table><thead><tr><td>Name<tr><td>Ann</thead><tr><td>Room<td>12</table>",
            "<table><thead><tr><th>Name<th>Ann<tbody><tr><td>Room<td>12</table>",
        ] {
            let text = to_markdown(table);
            assert!(["Name", "Ann", "Room", "12"].iter().all(|word| text.contains(word)), "{table} gave {text}");
        }
    }

    #[test]
    fn entities_bring_no_controls_and_overrides() {
        assert_eq!(to_markdown("a&#27;b&#x202e;c<br>d&#7;"), "abc\nd");
    }

    #[test]
    fn escapes_and_fillers_are_few() {
        assert_eq!(
            to_markdown("a_b *c* 1 &lt; 2&nbsp;&zwnj;\u{34f}<p>&nbsp;</p><p>&nbsp;</p>x"),
            "a_b \\*c\\* 1 < 2 \u{200c}\n\nx"
        );
    }

    /// HTML that makes parsers and converters slow, deep or large.
    fn bombs(size: usize) -> Vec<String> {
        let rows = "<tr><td>y</td></tr>".repeat(3000);
        let wide = format!("<table><tr><th>{}</th></tr>{rows}</table>", "x".repeat(499));
        let pieces = [
            "<div>",
            "<b><p>",
            "<b id=1><i id=2><p>",
            "<",
            "<a",
            "<!--",
            "<a href=\"",
            "<b>x</b>",
            "<b>x</b><i>y</i>",
            "</p>",
            "<p>",
            "<table><tr><th>",
            "<ul><li>a",
            "<svg>",
            "<blockquote>a<br>",
            "<font a=1>x</font>",
            "<span>x</span>",
            "<table>",
            "<ol><li>",
            "<a href=https://a.b>",
            "<table>x</table>",
            "<code>`</code>",
            "<pre>x",
            "<h1>x",
            "<img src=cid:x>",
            "&nbsp;",
            "\\_",
            "* ",
        ];
        let sparse =
            format!("<table><tr>{}{}</table>", format!("<th>{}", "x".repeat(490)).repeat(30), "<tr><td>".repeat(5000));
        let pieces = pieces.into_iter().chain([wide.as_str(), sparse.as_str()]);
        pieces.map(|piece| piece.repeat(size.div_ceil(piece.len())) + ">").collect()
    }

    #[test]
    fn hostile_html_is_bounded() {
        for bomb in bombs(100_000) {
            let markdown = to_markdown(&bomb);
            let name: String = bomb.chars().take(30).collect();
            assert!(markdown.len() < 30 * bomb.len(), "{name}");
        }
    }
}

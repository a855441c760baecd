//! What single tags and tables of HTML are.

/// The longest cell, the most cells in a row and the longest table that become a table in markdown.
const MAX_TABLE: (usize, usize, usize) = (500, 30, 64 * 1024);
/// How many times longer a table in markdown is at most, where all cells of a column are as wide as its widest one.
const MAX_GROWTH: usize = 12;

/// How far it is to the end tag of a table that is not too long to be shown as one and has no table in it.
pub fn table_end(rest: &[u8]) -> Option<usize> {
    let rest = &rest[..rest.len().min(MAX_TABLE.2)];
    let is = |at: usize, tag: &[u8]| rest.get(at..at + tag.len()).is_some_and(|name| name.eq_ignore_ascii_case(tag));
    let next = memchr::memchr_iter(b'<', rest).find(|at| is(at + 1, b"table") || is(at + 1, b"/table"))?;
    is(next + 1, b"/table").then_some(next)
}

/// Whether the text of a table, up to its end tag, is data that markdown can show as a table.
pub fn is_data(table: &str) -> bool {
    let (longest, columns, _) = MAX_TABLE;
    let lower = table.to_ascii_lowercase();
    let cells = |row: &str| row.matches("<td").count() + row.matches("<th").count() - row.matches("<thead").count();
    let mut rows = lower.split("<tr").skip(1);
    let cell_of_any_kind = lower.replace("<th", "<td");
    let short = cell_of_any_kind.split("<td").all(|cell| cell.len() <= longest);
    let shown = lower.contains("<th") && short && rows.all(|row| (1..=columns).contains(&cells(row)));
    shown && has_one_head(&lower) && padded(&cell_of_any_kind) <= MAX_GROWTH * table.len()
}

/// Whether the first row alone is the head, and all of it is: markdown has no cells for any other head.
fn has_one_head(lower: &str) -> bool {
    let heads = |row: &str| row.matches("<th").count() - row.matches("<thead").count();
    let mut rows = lower.split("<tr");
    let (before, first) = (rows.next().unwrap_or(""), rows.next().unwrap_or(""));
    let outside = before.contains("<td") || heads(before) > 0 || first.contains("<thead");
    let ended = first.contains("</thead") || !before.contains("<thead");
    let mixed = heads(first) > 0 && first.contains("<td");
    !outside && ended && !mixed && rows.all(|row| !row.contains("<th"))
}

/// About how long a table is whose columns are as wide as their widest cells.
fn padded(lower: &str) -> usize {
    let (mut widths, mut count) = (Vec::new(), 0);
    for row in lower.split("<tr").skip(1) {
        count += 1;
        for (at, cell) in row.split("<td").skip(1).enumerate() {
            widths.resize(widths.len().max(at + 1), 0);
            widths[at] = widths[at].max(cell.len());
        }
    }
    (count + 1) * widths.iter().map(|width| width + 3).sum::<usize>()
}

pub fn name_of(text: &str) -> String {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != ':' && c != '-').unwrap_or(text.len());
    text[..end.min(40)].to_ascii_lowercase()
}

/// The tag that stands for an element; none where only its text is kept.
pub fn known(name: &str) -> Option<&'static str> {
    let tag = match name {
        "b" | "strong" => "strong",
        "i" | "em" => "em",
        "code" | "tt" | "kbd" | "samp" => "code",
        "p" => "p",
        "h1" => "h1",
        "h2" => "h2",
        "h3" => "h3",
        "h4" => "h4",
        "h5" => "h5",
        "h6" => "h6",
        "ul" | "menu" | "dir" => "ul",
        "ol" => "ol",
        "li" => "li",
        "blockquote" => "blockquote",
        "pre" | "listing" => "pre",
        "thead" => "thead",
        "tr" => "tr",
        "td" => "td",
        "th" => "th",
        "div" | "section" | "article" | "header" | "footer" | "main" | "nav" | "aside" | "center" | "address"
        | "figure" | "figcaption" | "dl" | "form" | "fieldset" | "caption" | "details" | "summary" => "div",
        _ => return None,
    };
    Some(tag)
}

/// The value of an attribute in the text of a tag.
pub fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let lower = tag.to_ascii_lowercase();
    for (at, _) in lower.match_indices(name).take(20) {
        let (before, after) = (&lower[..at], tag[at + name.len()..].trim_start());
        let starts = before.ends_with(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\''));
        let Some(value) = after.strip_prefix('=').filter(|_| starts).map(str::trim_start) else { continue };
        return match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
            _ => value.split(|c: char| c.is_ascii_whitespace()).next(),
        };
    }
    None
}

/// Whether an attribute's value may stand in quotes as it is.
pub fn plain(value: &str) -> bool {
    value.len() <= 4096 && !value.contains(['"', '<', '>', '\n', '\r'])
}

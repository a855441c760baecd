//! The anchors that HTML sets.

/// Tells every `id`, and every `name` of an `<a>`, of the tags in a piece of HTML.
pub(super) fn each_anchor(html: &str, mut tell: impl FnMut(&str)) {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
        } else if rest.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            rest = read_tag(rest, &mut tell);
        }
    }
}

/// Reads a tag from its name on; what follows it.
fn read_tag<'a>(tag: &'a str, tell: &mut impl FnMut(&str)) -> &'a str {
    let ends = |letter: char| letter.is_ascii_whitespace() || matches!(letter, '>' | '/');
    let (name, mut rest) = split(tag, ends);
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return rest;
        }
        let (key, after) = split(rest, |letter| ends(letter) || letter == '=');
        let (value, after) = read_value(after);
        let sets =
            key.eq_ignore_ascii_case("id") || (key.eq_ignore_ascii_case("name") && name.eq_ignore_ascii_case("a"));
        if sets {
            tell(value.trim());
        }
        // A stray `=` is no key and must not stop the loop.
        rest = if after.len() < rest.len() { after } else { skip_letter(rest) };
    }
}

/// The value of an attribute, if it has one, from the `=` on; what follows it.
fn read_value(text: &str) -> (&str, &str) {
    let Some(value) = text.trim_start().strip_prefix('=') else { return ("", text) };
    let value = value.trim_start();
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or(("", ""));
        }
    }
    split(value, |letter| letter.is_ascii_whitespace() || letter == '>')
}

fn split(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

fn skip_letter(text: &str) -> &str {
    let mut letters = text.chars();
    letters.next();
    letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names() {
        let html = "<a id=\"one\"></a><A NAME='two'>x</A> <p class=\"id=no\" id=three>\n<br/><input name=\"no\">\
                    <!-- <a id=\"no\"> --><h2\n  data-id=no id = \"fo ur\" disabled></h2> a < b id=\"no\" <a =x id=five>";
        let mut found = Vec::new();
        each_anchor(html, |name| found.push(name.to_owned()));
        assert_eq!(found, ["one", "two", "three", "fo ur", "five"]);
    }
}

//! Whether a picture in SVG is only a picture: opened by itself it is a document, and could run what is in it.

use roxmltree::{Document, ParsingOptions};

/// The largest picture that is looked into, in bytes.
const LARGEST: usize = 4 << 20;

/// Elements that do something, or bring something from elsewhere.
const ACTIVE: [&str; 8] = ["script", "foreignObject", "iframe", "embed", "object", "handler", "listener", "link"];

/// Says what is not harmless in a picture.
pub fn harmless(bytes: &[u8]) -> Result<(), String> {
    if bytes.len() > LARGEST {
        return Err("the picture is larger than 4 MB".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "the picture is not UTF-8".to_owned())?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: 200_000, ..ParsingOptions::default() };
    let document =
        Document::parse_with_options(text, options).map_err(|trouble| format!("no SVG that can be read: {trouble}"))?;
    if document.descendants().any(|node| node.is_pi()) {
        return Err("the picture asks for a style sheet".to_owned());
    }
    for element in document.descendants().filter(roxmltree::Node::is_element) {
        let name = element.tag_name().name();
        if ACTIVE.iter().any(|active| active.eq_ignore_ascii_case(name)) {
            return Err(format!("<{}> in a picture is not published", name.escape_debug()));
        }
        for attribute in element.attributes() {
            let (name, value) = (attribute.name(), attribute.value().trim_start());
            let is_handler = name.len() > 2 && name[..2.min(name.len())].eq_ignore_ascii_case("on");
            let leads = matches!(name, "href" | "src") && !value.starts_with('#') && !value.starts_with("data:image/");
            let brings = value.to_ascii_lowercase().replace(char::is_whitespace, "");
            if is_handler || leads || (brings.contains("url(") && !brings.contains("url(#")) {
                return Err(format!("{}=\"…\" in a picture is not published", name.escape_debug()));
            }
        }
        let style = element.text().filter(|_| element.tag_name().name().eq_ignore_ascii_case("style"));
        if style.is_some_and(|style| style.contains("@import") || style.to_ascii_lowercase().contains("url(")) {
            return Err("a style of the picture brings something from elsewhere".to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_are_harmless() {
        let svg = |inner: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">{inner}</svg>"
            )
        };
        for good in [
            "<path d=\"M0 0\" fill=\"url(#a)\"/>",
            "<style>.a { fill: red }</style>",
            "<use href=\"#a\"/>",
            "<image href=\"data:image/png;base64,x\"/>",
        ] {
            assert_eq!(harmless(svg(good).as_bytes()), Ok(()), "{good}");
        }
        for bad in [
            "<script>x()</script>",
            "<SCRIPT>x()</SCRIPT>",
            "<path onload=\"x()\"/>",
            "<path ONCLICK=\"x()\"/>",
            "<a href=\"javascript:x()\"><text>y</text></a>",
            "<image xlink:href=\"https://x.example/a.png\"/>",
            "<foreignObject><p/></foreignObject>",
            "<style>@import 'https://x.example';</style>",
            "<path style=\"fill: url( https://x.example )\"/>",
        ] {
            assert!(harmless(svg(bad).as_bytes()).is_err(), "{bad}");
        }
        for wrong in
            ["", "<svg", "<!DOCTYPE x [<!ENTITY a \"b\">]><svg>&a;</svg>", "<?xml-stylesheet href=\"x\"?><svg/>"]
        {
            assert!(harmless(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(harmless(b"\xff\xfe<svg/>").is_err());
    }
}

//! The header block of a message or MIME part: where its fields are, without copying them.
use super::charset;
use memchr::memchr;

/// The most fields that are looked at in one header block.
pub const MAX_FIELDS: usize = 5_000;
/// The most bytes of one field that are decoded.
pub const MAX_VALUE: usize = 256 * 1024;

/// One header field (RFC 5322, 2.2): its name, and its value as it stands, still folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// The name, as written.
    pub name: &'a str,
    /// The bytes after the colon, without the last line end.
    pub value: &'a [u8],
}

/// The fields of one header block, in order.
#[derive(Debug, Clone, Default)]
pub struct Headers<'a> {
    fields: Vec<Field<'a>>,
    cut: bool,
}

impl<'a> Headers<'a> {
    /// Splits the header block off the front; gives the fields and what follows the blank line. Lines that are no field
    /// are skipped when more of the header follows, else the body starts there.
    pub fn split(data: &'a [u8]) -> (Self, &'a [u8]) {
        let (mut headers, mut rest) = (Self::default(), envelope_skipped(data));
        while !rest.is_empty() {
            let (line, next) = first_line(rest);
            if trimmed(line).is_empty() {
                return (headers, next);
            }
            let Some(end) = headers.take(rest, line, next) else { return (headers, rest) };
            rest = &rest[end..];
        }
        (headers, rest)
    }

    /// Takes one field with its continuation lines, or skips a line that is none; gives its length, nothing where the
    /// body starts.
    fn take(&mut self, rest: &'a [u8], line: &'a [u8], next: &'a [u8]) -> Option<usize> {
        if line.starts_with(b"--") {
            return None;
        }
        let indented = line.len() - line.trim_ascii_start().len();
        match name_of(&line[if self.fields.is_empty() { indented } else { 0 }..]) {
            Some(name) => {
                let colon = memchr(b':', line)? + 1;
                let end = field_end(rest, rest.len() - next.len());
                self.push(Field { name, value: trimmed(&rest[colon..end]) });
                Some(end)
            }
            None => goes_on(next).then_some(rest.len() - next.len()),
        }
    }

    fn push(&mut self, field: Field<'a>) {
        if self.fields.len() < MAX_FIELDS {
            self.fields.push(field);
        } else {
            self.cut = true;
        }
    }

    /// Whether there was no field at all.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Whether there were more fields than are looked at.
    pub fn cut(&self) -> bool {
        self.cut
    }

    /// The fields in order.
    pub fn iter(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter()
    }

    /// The raw values of all fields of this name, from the top.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
    }

    /// The topmost value of this name, unfolded, raw 8-bit text decoded, encoded words not.
    pub fn get(&self, name: &str) -> Option<String> {
        self.all(name).next().map(unfolded)
    }

    /// Whether there is a field of this name.
    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }
}

/// The value on one line (RFC 5322, 2.2.3), decoded, without control characters and cut to what is looked at.
pub fn unfolded(value: &[u8]) -> String {
    let value = &value[..value.len().min(MAX_VALUE)];
    let text = if value.is_ascii() { String::from_utf8_lossy(value) } else { charset::undeclared(value).0.into() };
    let text: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let clean: String = text.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| !c.is_control()).collect();
    clean.trim().to_string()
}

/// What follows the envelope line of an mbox that an MTA or a client left at the top.
fn envelope_skipped(data: &[u8]) -> &[u8] {
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    let data = &data[data.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()..];
    if data.starts_with(b"From ") || data.starts_with(b">From ") { first_line(data).1 } else { data }
}

/// The first line without its end, and the rest.
pub(super) fn first_line(data: &[u8]) -> (&[u8], &[u8]) {
    match memchr(b'\n', data) {
        Some(end) => (data[..end].strip_suffix(b"\r").unwrap_or(&data[..end]), &data[end + 1..]),
        None => (data, &[]),
    }
}

/// Where a field that starts at the front and whose first line ends at `end` ends with its continuation lines. A line
/// that is no field goes on with parameters if the one before ends with a semicolon.
fn field_end(rest: &[u8], mut end: usize) -> usize {
    loop {
        let (line, next) = first_line(&rest[end..]);
        let parameter =
            || rest[..end].trim_ascii_end().ends_with(b";") && name_of(line).is_none() && !line.starts_with(b"--");
        if trimmed(line).is_empty() || !(continues(line) || parameter()) {
            return end;
        }
        end = rest.len() - next.len();
    }
}

/// Whether the header goes on at this line: with a field or with the blank line that ends it.
fn goes_on(rest: &[u8]) -> bool {
    let (line, _) = first_line(rest);
    !rest.is_empty() && (trimmed(line).is_empty() || name_of(line).is_some())
}

fn continues(line: &[u8]) -> bool {
    line.starts_with(b" ") || line.starts_with(b"\t")
}

fn trimmed(line: &[u8]) -> &[u8] {
    line.trim_ascii()
}

/// The field name a line starts with: printable characters up to the colon.
fn name_of(line: &[u8]) -> Option<&str> {
    let colon = memchr(b':', &line[..line.len().min(200)])?;
    let name = line[..colon].trim_ascii_end();
    let printable = !name.is_empty() && name.iter().all(|byte| matches!(byte, 33..=126));
    if printable { std::str::from_utf8(name).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(raw: &str) -> (Vec<String>, String) {
        let (headers, body) = Headers::split(raw.as_bytes());
        (headers.iter().map(|field| field.name.to_string()).collect(), String::from_utf8_lossy(body).into_owned())
    }

    #[test]
    fn fields_are_unfolded_and_the_body_starts_after_the_blank_line() {
        let (headers, body) = Headers::split(b"A: one\r\n two\r\nB : three\r\n\r\nText\r\n");
        assert_eq!((headers.get("a").as_deref(), headers.get("B").as_deref()), (Some("one two"), Some("three")));
        assert_eq!(body, b"Text\r\n");
    }

    #[test]
    fn a_missing_blank_line_loses_no_text() {
        assert_eq!(names("A: one\nSome words here"), (vec!["A".into()], "Some words here".into()));
        assert_eq!(names("A: one\n--b\nC: d\n\nx").1, "--b\nC: d\n\nx".to_string());
    }

    #[test]
    fn lines_that_are_no_field_are_skipped_inside_the_header() {
        assert_eq!(names("From me Mon\nA: b\njunk in it\nC: d\n\nx"), (vec!["A".into(), "C".into()], "x".into()));
        assert_eq!(names(" A: b\nC: d\n\nx").0, ["A", "C"]);
    }

    #[test]
    fn a_parameter_wrapped_without_indentation_belongs_to_its_field() {
        let (headers, _) = Headers::split(b"A: x;\nname=\"y\"\nB: c\n\n");
        assert_eq!(headers.get("A").as_deref(), Some("x;name=\"y\""));
    }

    #[test]
    fn endless_fields_are_cut() {
        let raw = "A: b\n".repeat(MAX_FIELDS + 5) + "\nx";
        let (headers, body) = Headers::split(raw.as_bytes());
        assert!(headers.cut() && headers.iter().count() == MAX_FIELDS && body == b"x");
    }
}

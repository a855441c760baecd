//! Bodies that pass through every mail server (RFC 2045, 6).
use base64::{Engine, prelude::BASE64_STANDARD};

/// How long a line of an encoded body may be (RFC 2045, 6.7 and 6.8).
const WIDTH: usize = 76;

/// A body, and how it is encoded.
#[derive(Debug)]
pub struct Body {
    /// What Content-Transfer-Encoding says.
    pub encoding: &'static str,
    /// The encoded lines, with a CRLF at the end of all but perhaps the last.
    pub lines: String,
}

/// Text with CRLF line ends as it is when it is harmless, else quoted-printable, or base64 if that is shorter.
pub fn text(text: &str) -> Body {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.split('\n').all(is_harmless) {
        return Body { encoding: "7bit", lines: text.replace('\n', "\r\n") };
    }
    let quoted = text.split('\n').map(quoted_printable).collect::<Vec<_>>().join("\r\n");
    let whole = text.replace('\n', "\r\n");
    if quoted.len() > whole.len() * 3 / 2 {
        return binary(whole.as_bytes());
    }
    Body { encoding: "quoted-printable", lines: quoted }
}

/// Any bytes in base64.
pub fn binary(data: &[u8]) -> Body {
    let lines: Vec<String> = data.chunks(WIDTH / 4 * 3).map(|chunk| BASE64_STANDARD.encode(chunk)).collect();
    Body { encoding: "base64", lines: lines.join("\r\n") }
}

/// Whether a line passes unchanged: neither long nor taken for the end of the text or the start of another message, and
/// without white space at its end.
fn is_harmless(line: &str) -> bool {
    let plain = line.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    plain && line.len() <= WIDTH && !line.ends_with(' ') && !starts_badly(line)
}

fn starts_badly(line: &str) -> bool {
    line.starts_with('.') || line.starts_with("From ")
}

/// One line in quoted-printable (RFC 2045, 6.7), with a soft break wherever the next byte might not fit.
fn quoted_printable(line: &str) -> String {
    let bytes = line.as_bytes();
    let (mut out, mut column) = (String::with_capacity(line.len() * 2), 0);
    for (at, &byte) in bytes.iter().enumerate() {
        if column + 3 >= WIDTH {
            out += "=\r\n";
            column = 0;
        }
        let safe = match byte {
            b' ' | b'\t' => at + 1 < bytes.len(),
            b'=' => false,
            b'.' => column > 0,
            b'F' => column > 0 || !bytes[at..].starts_with(b"From "),
            _ => byte.is_ascii_graphic(),
        };
        let token = if safe { char::from(byte).to_string() } else { format!("={byte:02X}") };
        out += &token;
        column += token.len();
    }
    out
}

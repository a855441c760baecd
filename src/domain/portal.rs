//! The customers' side, as `loket.yaml` sets it up.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::SignedDuration;

/// `portal:` of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalSettings {
    /// Where it is reached, without a `/` at the end: `https://help.acme.example`.
    pub url: Option<String>,
    /// What it is called; the desk's own name where it has none.
    pub title: Option<String>,
    /// The colour of links and buttons.
    pub color: Color,
    /// A file in `portal/assets`.
    pub logo: Option<String>,
    /// What categories are called: by their folder, then by language.
    pub categories: BTreeMap<String, BTreeMap<String, String>>,
    /// The types a form offers; none asks for no type.
    pub types: Vec<String>,
    /// The most bytes of files with one message.
    pub upload: u64,
    /// The most files with one message.
    pub files: usize,
    /// At most so many messages from one network address within a time.
    pub per_address: Vec<(SignedDuration, u32)>,
    /// At most so many messages in the name of one e-mail address within a time.
    pub per_email: Vec<(SignedDuration, u32)>,
    /// How long filling in a form takes a person at least.
    pub fill_time: SignedDuration,
    /// The proxies whose word is taken for where a request comes from.
    pub trusted_proxies: Vec<Network>,
    /// Sites that may show the form in a frame: `https://www.acme.example`.
    pub embed: Vec<String>,
}

impl Default for PortalSettings {
    fn default() -> Self {
        let limit = |(minutes, count): (i64, u32)| (SignedDuration::from_mins(minutes), count);
        PortalSettings {
            url: None,
            title: None,
            color: Color { red: 0x1d, green: 0x5f, blue: 0xa8 },
            logo: None,
            categories: BTreeMap::new(),
            types: Vec::new(),
            upload: 10 << 20,
            files: 5,
            per_address: [(1, 10), (60, 60)].map(limit).to_vec(),
            per_email: [(10, 5), (1440, 20)].map(limit).to_vec(),
            fill_time: SignedDuration::from_secs(3),
            trusted_proxies: Vec::new(),
            embed: Vec::new(),
        }
    }
}

/// A colour of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
}

impl Color {
    pub const WHITE: Color = Color { red: 255, green: 255, blue: 255 };
    pub const BLACK: Color = Color { red: 0, green: 0, blue: 0 };

    /// Reads `#1d5fa8` or `#15a`.
    pub fn parse(text: &str) -> Option<Color> {
        let digits = text.strip_prefix('#')?;
        let part = |text: &str| u8::from_str_radix(text, 16).ok();
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let parts: Vec<u8> = match digits.len() {
            6 if plain => (0..3).filter_map(|at| part(&digits[at * 2..at * 2 + 2])).collect(),
            3 if plain => (0..3).filter_map(|at| part(&digits[at..at + 1]).map(|half| half * 17)).collect(),
            _ => return None,
        };
        Some(Color { red: parts[0], green: parts[1], blue: parts[2] })
    }

    /// How bright it is, from 0 to 1 (WCAG 2.2, relative luminance).
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// How well text of one colour is read on the other, from 1 to 21 (WCAG 2.2, contrast ratio).
    pub fn contrast(self, other: Color) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The colour, as far as need be on its way to `towards`, at which it can be read on `ground` (4.5 to 1).
    pub fn readable(self, ground: Color, towards: Color) -> Color {
        let mixed = |step: u16| {
            let part = |own: u8, other: u8| ((u16::from(own) * (20 - step) + u16::from(other) * step) / 20) as u8;
            Color {
                red: part(self.red, towards.red),
                green: part(self.green, towards.green),
                blue: part(self.blue, towards.blue),
            }
        };
        (0..=20).map(mixed).find(|color| color.contrast(ground) >= 4.6).unwrap_or(towards)
    }
}

impl std::fmt::Display for Color {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// A part of the network: `10.0.0.0/8`, `::1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    pub fn parse(text: &str) -> Option<Network> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Network { address, bits })
    }

    pub fn contains(&self, other: IpAddr) -> bool {
        let first = |bytes: &[u8], bits: usize| -> Vec<u8> {
            let whole = bytes[..bits / 8].iter().copied();
            let rest = (!bits.is_multiple_of(8)).then(|| bytes[bits / 8] >> (8 - bits % 8));
            whole.chain(rest).collect()
        };
        let bits = usize::from(self.bits);
        match (self.address, other.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => first(&own.octets(), bits) == first(&other.octets(), bits),
            (IpAddr::V6(own), IpAddr::V6(other)) => first(&own.octets(), bits) == first(&other.octets(), bits),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors() {
        let blue = Color::parse("#15a").unwrap();
        assert_eq!((blue, blue.to_string()), (Color { red: 0x11, green: 0x55, blue: 0xaa }, "#1155aa".into()));
        for wrong in ["15a", "#", "#12345", "#gggggg", "#ééé", "red; }"] {
            assert_eq!(Color::parse(wrong), None, "{wrong}");
        }
        assert!((Color::WHITE.contrast(Color::BLACK) - 21.0).abs() < 0.01);
        let yellow = Color::parse("#ffee00").unwrap();
        assert!(yellow.readable(Color::WHITE, Color::BLACK).contrast(Color::WHITE) >= 4.5);
        assert_eq!(blue.readable(Color::WHITE, Color::BLACK), blue);
    }

    #[test]
    fn networks() {
        for (network, address, is) in [
            ("10.0.0.0/8", "10.9.8.7", true),
            ("10.0.0.0/8", "11.9.8.7", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true),
            ("192.168.1.128/25", "192.168.1.127", false),
            ("::1", "::1", true),
            ("fd00::/9", "fd7f::1", true),
            ("fd00::/9", "fd80::1", false),
            ("0.0.0.0/0", "1.2.3.4", true),
            ("0.0.0.0/0", "::1", false),
        ] {
            assert_eq!(Network::parse(network).unwrap().contains(address.parse().unwrap()), is, "{network} {address}");
        }
        for wrong in ["", "10.0.0.0/33", "::/129", "localhost", "10.0.0.0/-1"] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }
}

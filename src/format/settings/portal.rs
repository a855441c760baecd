//! `portal:` of `loket.yaml`.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_yaml::Value;

use super::super::reading::{kind, plain};
use super::{duration, limits, list};
use crate::domain::portal::{Color, Network, PortalSettings};

/// All keys of `portal`.
pub const KEYS: [&str; 13] = [
    "url",
    "title",
    "color",
    "logo",
    "categories",
    "types",
    "upload",
    "files",
    "limit-address",
    "limit-email",
    "fill-time",
    "trusted-proxies",
    "embed",
];

pub fn parse(value: &Value) -> Result<PortalSettings, String> {
    let mut portal = PortalSettings::default();
    let Value::Mapping(mapping) = value else {
        let said = || format!("'portal' wants a mapping, not {}", kind(value));
        return if value.is_null() { Ok(portal) } else { Err(said()) };
    };
    for (key, value) in mapping {
        set(&mut portal, &plain(key).unwrap_or_default(), value)?;
    }
    Ok(portal)
}

fn set(portal: &mut PortalSettings, key: &str, value: &Value) -> Result<(), String> {
    let text = || plain(value).ok_or_else(|| format!("'portal.{key}' wants a text, not {}", kind(value)));
    match key {
        "url" => portal.url = Some(address(key, &text()?)?),
        "title" => portal.title = Some(text()?),
        "color" => {
            let text = text()?;
            portal.color =
                Color::parse(&text).ok_or_else(|| format!("'{text}' is no color; one is written like \"#1d5fa8\""))?;
        }
        "logo" => {
            let name = text()?;
            if name.contains(['/', '\\']) || name.starts_with('.') {
                return Err(format!("'portal.logo' is the name of a file in portal/assets, not '{name}'"));
            }
            portal.logo = Some(name);
        }
        "categories" => portal.categories = categories(value)?,
        "types" => portal.types = list("portal.types", value)?,
        "upload" => {
            let text = text()?;
            portal.upload = bytes(&text).ok_or_else(|| format!("'{text}' is no size; one is written like 10M"))?;
        }
        "files" => {
            let files = value.as_u64().filter(|files| *files <= 50);
            portal.files = files.ok_or("'portal.files' wants a number from 0 to 50")? as usize;
        }
        "limit-address" => portal.per_address = some("portal.limit-address", limits("portal.limit-address", value)?)?,
        "limit-email" => portal.per_email = some("portal.limit-email", limits("portal.limit-email", value)?)?,
        "fill-time" => {
            let text = text()?;
            portal.fill_time =
                duration(&text).ok_or_else(|| format!("'{text}' is no duration; one reads 3s, 30m, 8h"))?;
        }
        "trusted-proxies" => {
            let read = |text: String| {
                Network::parse(&text)
                    .ok_or_else(|| format!("'{text}' is no network; one is written like 127.0.0.1 or 10.0.0.0/8"))
            };
            let all = list("portal.trusted-proxies", value)?;
            portal.trusted_proxies = all.into_iter().map(read).collect::<Result<_, _>>()?;
        }
        "embed" => {
            let all = list("portal.embed", value)?;
            portal.embed = all.iter().map(|text| origin(text)).collect::<Result<_, _>>()?;
        }
        // Another version's, or a slip that `check` tells of.
        _ => {}
    }
    Ok(())
}

/// An address of the web, without a `/` at the end.
pub fn web_address(text: &str) -> Result<String, String> {
    address("url", text)
}

fn address(key: &str, text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~:/[]".contains(letter);
    match rest {
        Some(rest) if rest.starts_with(|first: char| first != '/') && rest.chars().all(plain) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err(format!("'portal.{key}' wants an address like https://help.example.com, not '{text}'")),
    }
}

/// Limits of which none says never.
fn some(key: &str, limits: Vec<(SignedDuration, u32)>) -> Result<Vec<(SignedDuration, u32)>, String> {
    match limits.iter().all(|(_, most)| *most > 0) {
        true => Ok(limits),
        false => Err(format!("'{key}': nobody could write at all; the least is 1")),
    }
}

/// A site without a path.
fn origin(text: &str) -> Result<String, String> {
    let address = address("embed", text)?;
    match address.splitn(4, '/').nth(3) {
        None => Ok(address),
        Some(_) => Err(format!("'portal.embed' wants sites without a path, not '{text}'")),
    }
}

fn categories(value: &Value) -> Result<BTreeMap<String, BTreeMap<String, String>>, String> {
    let wrong = || "'portal.categories' wants a mapping of folder to titles, like {network: {en: Network}}".to_owned();
    let text = |value: &Value| plain(value).ok_or_else(wrong);
    let mut categories = BTreeMap::new();
    for (folder, titles) in value.as_mapping().ok_or_else(wrong)? {
        let mut named = BTreeMap::new();
        for (language, title) in titles.as_mapping().ok_or_else(wrong)? {
            named.insert(text(language)?, text(title)?);
        }
        categories.insert(text(folder)?, named);
    }
    Ok(categories)
}

/// `500K`, `10M`: a number of bytes, at most a gibibyte.
fn bytes(text: &str) -> Option<u64> {
    let (number, shift) = match text.chars().last()? {
        'K' | 'k' => (&text[..text.len() - 1], 10),
        'M' | 'm' => (&text[..text.len() - 1], 20),
        _ => (text, 0),
    };
    number.parse::<u64>().ok()?.checked_mul(1 << shift).filter(|bytes| *bytes <= 1 << 30)
}

//! A value of a file together with its place.

use serde_yaml::Value;

use crate::format::places::{Place, Spot};
use crate::format::reading::{kind, plain};

/// A value and where it stands.
#[derive(Debug, Clone, Copy)]
pub(in crate::format) struct Item<'a> {
    value: &'a Value,
    spot: Spot<'a>,
}

impl<'a> Item<'a> {
    pub fn of(value: &'a Value, spot: Spot<'a>) -> Item<'a> {
        Item { value, spot }
    }

    /// Where its text begins.
    pub fn place(self) -> Place {
        self.spot.text()
    }

    /// Where its key stands.
    pub fn key_place(self) -> Place {
        self.spot.key()
    }

    /// What it is, for people.
    pub fn kind(self) -> &'static str {
        kind(self.value)
    }

    pub fn is_null(self) -> bool {
        self.value.is_null()
    }

    pub fn as_bool(self) -> Option<bool> {
        self.value.as_bool()
    }

    /// The text of a scalar.
    pub fn text(self) -> Option<String> {
        plain(self.value)
    }

    /// The value of a key that is there and not empty.
    pub fn get(self, key: &str) -> Option<Item<'a>> {
        let value = self.value.as_mapping()?.get(key).filter(|value| !value.is_null())?;
        Some(Item { value, spot: self.spot.under(key) })
    }

    /// The keys and values of a mapping.
    pub fn entries(self) -> Option<Vec<(&'a str, Item<'a>)>> {
        let mapping = self.value.as_mapping()?;
        let named = mapping.iter().filter_map(|(key, value)| Some((key.as_str()?, value)));
        Some(named.map(|(key, value)| (key, Item { value, spot: self.spot.under(key) })).collect())
    }

    /// The items of a list.
    pub fn items(self) -> Option<Vec<Item<'a>>> {
        let items = self.value.as_sequence()?.iter().enumerate();
        Some(items.map(|(index, value)| Item { value, spot: self.spot.item(index) }).collect())
    }
}

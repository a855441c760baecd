//! The people of a desk: agents, and the customers and organisations they work for.

use serde::Serialize;

/// What an agent may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AgentRole {
    #[default]
    Agent,
    Lead,
    Admin,
}

impl AgentRole {
    pub fn name(self) -> &'static str {
        ["agent", "lead", "admin"][self as usize]
    }

    pub fn find(name: &str) -> Option<Self> {
        [AgentRole::Agent, AgentRole::Lead, AgentRole::Admin].into_iter().find(|role| role.name() == name)
    }
}

/// An agent (`people/<handle>.md`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Agent {
    pub handle: String,
    pub name: String,
    pub emails: Vec<String>,
    pub role: AgentRole,
    pub teams: Vec<String>,
    /// Level by skill; at least 1.
    pub skills: std::collections::BTreeMap<String, u32>,
    /// With so many tickets in state open nobody gives them another by itself.
    pub capacity: Option<usize>,
    /// The calendar they work by.
    pub calendar: Option<String>,
    pub away: Vec<Absence>,
}

/// A time an agent is away, both days in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Absence {
    pub from: jiff::civil::Date,
    pub to: jiff::civil::Date,
    /// The handle of who stands in.
    pub substitute: Option<String>,
}

impl Agent {
    /// The address commits of this agent carry.
    pub fn email(&self) -> String {
        self.emails.first().cloned().unwrap_or_else(|| handle_address(&self.handle))
    }

    pub fn has_email(&self, email: &str) -> bool {
        self.emails.iter().any(|own| own.eq_ignore_ascii_case(email))
    }
}

/// Stands for the address of somebody whose address nobody knows; `.invalid` never resolves (RFC 2606).
pub fn handle_address(handle: &str) -> String {
    format!("{handle}@desk.invalid")
}

/// A contact outside the desk (`customers/<key>.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Customer {
    pub key: String,
    pub name: String,
    pub emails: Vec<String>,
    pub phone: Option<String>,
    pub organisation: Option<String>,
    pub language: Option<String>,
    pub vip: bool,
    /// `DATE ADDRESS: REASON` for each address that mail does not reach.
    pub undeliverable: Vec<String>,
}

impl Customer {
    /// Somebody of whom nothing is known but that mail does not reach them.
    pub fn unreachable(key: &str, address: &str, note: &str) -> Customer {
        Customer {
            key: key.to_owned(),
            name: address.split('@').next().unwrap_or(address).to_owned(),
            emails: vec![address.to_owned()],
            phone: None,
            organisation: None,
            language: None,
            vip: false,
            undeliverable: vec![note.to_owned()],
        }
    }

    /// Whether mail to one of their addresses comes back. A note that names no address means them all.
    pub fn is_undeliverable(&self, address: &str) -> bool {
        self.undeliverable.iter().any(|note| {
            let named = note.split_once(' ').and_then(|(_, rest)| rest.split_once(": ")).map(|(named, _)| named);
            named.filter(|named| named.contains('@')).is_none_or(|named| named.eq_ignore_ascii_case(address))
        })
    }
}

/// An organisation (`orgs/<key>.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Organisation {
    pub key: String,
    pub name: String,
    pub domains: Vec<String>,
}

/// Which organisation an address belongs to: by its customer's file, else by its domain.
#[derive(Debug, Clone, Default)]
pub struct Orgs {
    /// Lower-case address to key; a customer without an organisation is not in it.
    pub by_email: std::collections::HashMap<String, String>,
    /// Lower-case domain to key.
    pub by_domain: std::collections::HashMap<String, String>,
}

impl Orgs {
    /// The key of the organisation an address belongs to.
    pub fn find(&self, address: &str) -> Option<&str> {
        let address = address.to_lowercase();
        let domain = address.rsplit_once('@').map(|(_, domain)| domain);
        let found = self.by_email.get(&address).or_else(|| self.by_domain.get(domain?));
        found.map(String::as_str)
    }
}

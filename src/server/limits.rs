//! How often a stranger may write: by network address, and by the e-mail address they name.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::DefaultClock;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use crate::domain::portal::PortalSettings;

type Limiter = RateLimiter<u64, DefaultKeyedStateStore<u64>, DefaultClock>;

/// More keys than that are forgotten, all but those that count now.
const MOST_KEYS: usize = 50_000;

/// The limits of the portal.
pub struct Limits {
    addresses: Vec<Limiter>,
    emails: Vec<Limiter>,
    /// Wrong tokens of the API.
    guesses: Vec<Limiter>,
}

impl Limits {
    pub fn new(settings: &PortalSettings) -> Limits {
        Limits {
            addresses: limiters(&settings.per_address),
            emails: limiters(&settings.per_email),
            guesses: limiters(&[(SignedDuration::from_mins(1), 10)]),
        }
    }

    /// Whether another message may come from a network address.
    pub fn allows_address(&self, address: IpAddr) -> bool {
        allows(&self.addresses, key(&network(address)))
    }

    /// Whether another message may come in the name of an e-mail address.
    pub fn allows_email(&self, email: &str) -> bool {
        allows(&self.emails, key(email.to_lowercase().as_bytes()))
    }

    /// Whether another wrong token may come from a network address.
    pub fn allows_guess(&self, address: IpAddr) -> bool {
        allows(&self.guesses, key(&network(address)))
    }
}

fn limiters(limits: &[(SignedDuration, u32)]) -> Vec<Limiter> {
    let one = |(time, most): &(SignedDuration, u32)| {
        let most = NonZeroU32::new(*most)?;
        let time = Duration::try_from(*time).ok()?;
        Some(RateLimiter::keyed(Quota::with_period(time / most.get())?.allow_burst(most)))
    };
    limits.iter().filter_map(one).collect()
}

fn allows(limiters: &[Limiter], key: u64) -> bool {
    for limiter in limiters {
        if limiter.len() > MOST_KEYS {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
    // Each counts, also where another one says no.
    limiters.iter().filter(|limiter| limiter.check_key(&key).is_err()).count() == 0
}

/// What stands for a network address: of IPv6 the network, in which one person may have any number of addresses.
fn network(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}

/// A number for a key, so that no address is kept.
fn key(bytes: &[u8]) -> u64 {
    let digest = Sha256::digest(bytes);
    u64::from_le_bytes(digest[..8].try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_limit() {
        let settings =
            PortalSettings { per_address: vec![(SignedDuration::from_hours(1), 2)], ..PortalSettings::default() };
        let limits = Limits::new(&settings);
        let allows = |address: &str| limits.allows_address(address.parse().unwrap());
        assert!(allows("10.0.0.1") && allows("10.0.0.1") && !allows("10.0.0.1"));
        assert!(allows("10.0.0.2") && !allows("::ffff:10.0.0.1"));
        assert!(allows("fd00::1") && allows("fd00::2") && !allows("fd00::3") && allows("fd00:0:0:1::1"));
    }
}

//! Where a request comes from: the other end of the connection, unless that is a proxy whose word is taken.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

use crate::domain::portal::Network;

/// The last address in `X-Forwarded-For` that no trusted proxy has (what stands before it anybody may have written).
pub fn client(headers: &HeaderMap, peer: SocketAddr, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut at = peer.ip().to_canonical();
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let said: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    for address in said.iter().rev() {
        if !is_trusted(at) {
            break;
        }
        let plain = address.trim_matches(['[', ']']).parse::<IpAddr>().ok();
        let Some(address) = plain.or_else(|| address.parse::<SocketAddr>().ok().map(|with_port| with_port.ip())) else {
            break;
        };
        at = address.to_canonical();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted = ["127.0.0.1", "10.0.0.0/8"].map(|text| Network::parse(text).unwrap());
        for (peer, said, client_is) in [
            ("127.0.0.1:1", "", "127.0.0.1"),
            ("127.0.0.1:1", "192.0.2.7", "192.0.2.7"),
            ("127.0.0.1:1", "1.1.1.1, 192.0.2.7", "192.0.2.7"),
            ("127.0.0.1:1", "1.1.1.1, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
            ("192.0.2.9:1", "1.1.1.1", "192.0.2.9"),
            ("127.0.0.1:1", "192.0.2.7:4711", "192.0.2.7"),
            ("127.0.0.1:1", "[fd00::7]:4711", "fd00::7"),
            ("127.0.0.1:1", "1.1.1.1, nonsense", "127.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            if !said.is_empty() {
                headers.insert("x-forwarded-for", said.parse().unwrap());
            }
            let found = client(&headers, peer.parse().unwrap(), &trusted);
            assert_eq!(found.to_string(), client_is, "{peer} {said}");
        }
    }
}

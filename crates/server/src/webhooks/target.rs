//! Where a webhook goes, and where it may not: this machine and the networks that only it can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::http::Uri;

/// Where webhooks may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Targets {
    /// To public addresses, by TLS.
    Public,
    /// Anywhere, also without TLS.
    Any,
}

/// An address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) is_tls: bool,
    /// A name or an address, without the brackets of IPv6.
    pub(super) host: String,
    pub(super) port: u16,
    /// Host and port as they were written.
    pub(super) authority: String,
    /// Path and query.
    pub(super) path: String,
}

impl Target {
    /// Takes an address apart, unless it says itself that it must not be called.
    ///
    /// # Errors
    /// The rule that it breaks, as the end of a sentence.
    pub(super) fn parse(url: &str, targets: Targets) -> Result<Self, String> {
        let cannot_be_read = || "must be an address such as https://example.com/alerts".to_owned();
        let uri: Uri = url.parse().map_err(|_| cannot_be_read())?;
        let authority = uri.authority().ok_or_else(cannot_be_read)?;
        let is_tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if targets == Targets::Any => false,
            Some("http") => return Err("must start with https://".to_owned()),
            _ => return Err(cannot_be_read()),
        };
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() || authority.as_str().contains('@') {
            return Err(cannot_be_read());
        }
        if targets == Targets::Public && host.parse().is_ok_and(|address: IpAddr| !is_public(address)) {
            return Err(format!("must not be in a private network: {host}"));
        }
        let port = authority.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Self { is_tls, host, port, authority: authority.as_str().to_owned(), path })
    }

    /// The addresses that its host stands for now. When one of them is not public, none is given: a name that stands
    /// for both is no mistake.
    pub(super) async fn addresses(&self, targets: Targets) -> Result<Vec<SocketAddr>, String> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        let found: Vec<SocketAddr> =
            found.map_err(|error| format!("{} could not be found: {error}.", self.host))?.collect();
        match found.iter().find(|address| targets == Targets::Public && !is_public(address.ip())) {
            Some(_) => Err(format!("{} is in a private network.", self.host)),
            None if found.is_empty() => Err(format!("{} could not be found.", self.host)),
            None => Ok(found),
        }
    }
}

/// Whether an address is one that everybody on the internet can reach: by the registries of special addresses of IANA.
/// Those of IPv6 that stand for one of IPv4 are not taken at all.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|(net, bits)| starts_with_v4(address, *net, *bits)),
        IpAddr::V6(address) => {
            // Only this eighth is given out; the rest is loopback, mapped, NAT64, unique-local, link-local, multicast.
            starts_with_v6(address, Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)
                && !SPECIAL_V6.iter().any(|(net, bits)| starts_with_v6(address, *net, *bits))
        }
    }
}

/// Nets of IPv4 that are not public, and how many bits name them.
const SPECIAL_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, and all that follows.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// The same of the public eighth of IPv6: tunnels, protocols and examples.
const SPECIAL_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

fn starts_with_v4(address: Ipv4Addr, net: Ipv4Addr, bits: u32) -> bool {
    (address.to_bits() ^ net.to_bits()) >> (32 - bits) == 0
}

fn starts_with_v6(address: Ipv6Addr, net: Ipv6Addr, bits: u32) -> bool {
    (address.to_bits() ^ net.to_bits()) >> (128 - bits) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_everybody_can_reach_is_public() {
        for (address, public) in [
            ("8.8.8.8", true),
            ("172.15.255.255", true),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("172.32.0.1", true),
            ("127.0.0.1", false),
            ("127.255.255.254", false),
            ("0.0.0.0", false),
            ("10.1.2.3", false),
            ("100.64.0.1", false),
            ("169.254.169.254", false),
            ("192.168.1.1", false),
            ("198.19.0.1", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("::1", false),
            ("::", false),
            ("::ffff:8.8.8.8", false),
            ("::ffff:127.0.0.1", false),
            ("64:ff9b::a00:1", false),
            ("64:ff9b:1::1", false),
            ("fc00::1", false),
            ("fd12::1", false),
            ("fe80::1", false),
            ("ff02::1", false),
            ("2002:7f00:1::", false),
            ("2001::1", false),
            ("2001:db8::1", false),
            ("2001:4860::1", true),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }

    #[test]
    fn an_address_is_taken_apart() {
        let target = Target::parse("https://example.com:8443/alerts?to=me", Targets::Public).unwrap();
        assert_eq!((target.host.as_str(), target.port, target.is_tls), ("example.com", 8443, true));
        assert_eq!((target.authority.as_str(), target.path.as_str()), ("example.com:8443", "/alerts?to=me"));
        let target = Target::parse("http://[::1]/", Targets::Any).unwrap();
        assert_eq!((target.host.as_str(), target.port, target.is_tls), ("::1", 80, false));
        assert_eq!(Target::parse("https://example.com", Targets::Public).unwrap().path, "/");
    }

    #[test]
    fn what_says_itself_that_it_must_not_be_called_is_refused() {
        for url in [
            "http://example.com/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://me:secret@example.com/",
            "https:///path",
            "ftp://example.com/",
            "/alerts",
        ] {
            assert!(Target::parse(url, Targets::Public).is_err(), "{url}");
        }
        assert!(Target::parse("ftp://example.com/", Targets::Any).is_err());
    }

    #[tokio::test]
    async fn a_name_that_stands_for_this_machine_is_not_called() {
        // The forms that a resolver takes for an address of this machine.
        for host in ["localhost", "2130706433", "127.1", "0x7f.1"] {
            let target = Target::parse(&format!("https://{host}/"), Targets::Public).unwrap();
            assert!(target.addresses(Targets::Public).await.is_err(), "{host}");
        }
        let target = Target::parse("http://localhost/", Targets::Any).unwrap();
        assert!(target.addresses(Targets::Any).await.is_ok());
    }
}

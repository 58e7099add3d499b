//! Who asks: the address a request comes from, past proxies that are trusted and no others, and whose bucket counts it.

use std::net::{AddrParseError, IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;
use rocket::Request;

use super::Settings;
use super::context::Context;

/// Whom the limits take for one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Client {
    /// Nobody who is signed in: an address of IPv4, or the network of one of IPv6.
    Address(IpAddr),
    /// Somebody who is signed in, from wherever.
    User(i64),
}

impl Client {
    /// The client of a request.
    pub fn of(context: &Context) -> Self {
        context.user.get().map_or_else(|| Self::Address(household(context.address)), |id| Self::User(*id))
    }
}

/// One provider gives one household (or one machine) a whole /64 of IPv6, so that counts as one.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(whole) => Ipv6Addr::from_bits(whole.to_bits() & (u128::MAX << 64)).into(),
    }
}

/// Whether a request comes from the machine itself, and no proxy on it passed it on for somebody else.
pub fn is_this_machine(request: &Request<'_>) -> bool {
    let is_passed_on =
        ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"].iter().any(|name| request.headers().contains(name));
    !is_passed_on && request.remote().is_some_and(|peer| peer.ip().to_canonical().is_loopback())
}

/// The address a request comes from. A request without a peer, as in a test, comes from 0.0.0.0.
pub fn address(request: &Request<'_>) -> IpAddr {
    let peer = request.remote().map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.ip().to_canonical());
    let proxies = request.rocket().state::<Settings>().map_or(&[][..], |settings| &settings.trusted_proxies);
    let lines = |name| request.headers().get(name).collect::<Vec<_>>();
    if proxies.is_empty() { peer } else { behind(proxies, peer, &lines("X-Forwarded-For"), &lines("Forwarded")) }
}

/// The client behind trusted proxies: seen from us, the first on the way that is none of them.
///
/// Each proxy appends whom it heard, so what is right of a trusted hop is true, and what is left of it is only as true as that hop. Where a
/// hop hides its peer (`unknown`, `_name`), the hop itself is the client. `Forwarded` (RFC 7239) counts where there is no
/// `X-Forwarded-For`: nearly all proxies write the latter, and hand on a `Forwarded` that anybody made up.
fn behind(proxies: &[IpNet], peer: IpAddr, forwarded_for: &[&str], forwarded: &[&str]) -> IpAddr {
    let (lines, node): (_, fn(&str) -> &str) =
        if forwarded_for.is_empty() { (forwarded, forwarded_node) } else { (forwarded_for, str::trim) };
    let mut told = lines.iter().flat_map(|line| line.split(',')).rev().map(|element| hop(node(element)));
    let mut client = peer;
    while proxies.iter().any(|network| network.contains(&client))
        && let Some(Ok(hop)) = told.next()
    {
        client = hop;
    }
    client
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn hop(text: &str) -> Result<IpAddr, AddrParseError> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().map(|address| address.ip());
    bare.parse::<IpAddr>().or_else(|_| with_port()).map(|address| address.to_canonical())
}

/// The `for` of one element of `Forwarded`, such as `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_node(element: &str) -> &str {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let node = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map_or("", |(_, node)| node);
    node.trim().trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// The client behind proxies in `10.0.0.0/8` and `fd00::/8`, of whom the nearest is 10.0.0.1.
    fn client(forwarded_for: &[&str], forwarded: &[&str]) -> String {
        let proxies = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
        behind(&proxies, at("10.0.0.1"), forwarded_for, forwarded).to_string()
    }

    #[test]
    fn a_peer_that_is_no_trusted_proxy_is_the_client_whatever_it_says() {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        for peer in ["203.0.113.7", "11.0.0.1", "::1", "::10.0.0.1"] {
            assert_eq!(behind(&proxies, at(peer), &["1.2.3.4"], &["for=1.2.3.4"]), at(peer));
        }
        assert_eq!(behind(&[], at("10.0.0.1"), &["1.2.3.4"], &[]), at("10.0.0.1"));
    }

    #[test]
    fn behind_proxies_the_rightmost_that_is_none_of_them_is_the_client() {
        for (lines, expected) in [
            (&["203.0.113.7"][..], "203.0.113.7"),
            (&["1.1.1.1, 2.2.2.2,203.0.113.7"], "203.0.113.7"),
            (&["1.1.1.1, 203.0.113.7, 10.9.9.9, 10.2.3.4"], "203.0.113.7"),
            (&["1.1.1.1", "203.0.113.7", "10.2.3.4"], "203.0.113.7"),
            (&["203.0.113.7:51234"], "203.0.113.7"),
            (&["2001:db8::7"], "2001:db8::7"),
            (&["[2001:db8::7]:443, fd00::1"], "2001:db8::7"),
            (&["::ffff:203.0.113.7, ::ffff:10.1.1.1"], "203.0.113.7"),
            (&["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
        ] {
            assert_eq!(client(lines, &[]), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_hop_that_names_nobody_is_the_client_itself() {
        for (lines, expected) in [
            (&["1.1.1.1, unknown"][..], "10.0.0.1"),
            (&["1.1.1.1, _hidden, 10.2.2.2"], "10.2.2.2"),
            (&["1.1.1.1, "], "10.0.0.1"),
            (&["1.1.1.1, 203.0.113.7 10.2.2.2"], "10.0.0.1"),
            (&["1.1.1.1, 0x0a.1.1.1, 010.1.1.1"], "10.0.0.1"),
            (&[""], "10.0.0.1"),
            (&[], "10.0.0.1"),
        ] {
            assert_eq!(client(lines, &[]), expected, "{lines:?}");
        }
    }

    #[test]
    fn forwarded_counts_where_there_is_no_x_forwarded_for() {
        for (lines, expected) in [
            (&["for=203.0.113.7"][..], "203.0.113.7"),
            (&["for=1.1.1.1, For=\"203.0.113.7:4711\";proto=https;by=10.0.0.1"], "203.0.113.7"),
            (&["for=\"[2001:db8::7]:4711\"", "proto=http; for=10.2.2.2"], "2001:db8::7"),
            (&["for=1.1.1.1, for=unknown"], "10.0.0.1"),
            (&["for=1.1.1.1, proto=https"], "10.0.0.1"),
        ] {
            assert_eq!(client(&[], lines), expected, "{lines:?}");
            assert_eq!(client(&["203.0.113.9"], lines), "203.0.113.9");
        }
    }

    #[test]
    fn a_household_is_one_address_of_ipv4_or_one_64_of_ipv6() {
        assert_eq!(household(at("203.0.113.7")), at("203.0.113.7"));
        assert_eq!(household(at("2001:db8:1:2:3:4:5:6")), household(at("2001:db8:1:2:ffff::1")));
        assert_ne!(household(at("2001:db8:1:2::1")), household(at("2001:db8:1:3::1")));
    }
}

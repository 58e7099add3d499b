//! How often one may guess at a password: against those who guess, and not against those who own the account.
//!
//! - Guesses from one address at one account: five, then one every three minutes.
//! - Guesses of strangers at one account, wherever they come from: thirty, then one a minute. That alone would let anybody lock the owner
//!   out, so it binds strangers only. Whoever comes from a browser that has been signed in to the account (a cookie says so), or from an
//!   address it was signed in from since the start, is none. A thief with a thousand addresses keeps out other strangers, and nobody else.
//! - A browser that is known has a count of its own, so that a thief in the same house does not use up the owner's.
//!
//! A growing delay instead would hold connections open for the thief's sake, and guesses side by side would not feel it. All of it is in
//! memory: after a restart the addresses that are known are forgotten, and so are the guesses they would be held against.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Of one address, or one browser, at one account.
const OWN: Quota = Quota { burst: 5, pause: Duration::from_secs(180) };
/// Of all strangers at one account.
const STRANGERS: Quota = Quota { burst: 30, pause: Duration::from_secs(60) };
/// For how long an address is known.
const KNOWN_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How many of each are remembered. Who wants to make us forget has to guess this often, and to wait for as many hashes.
const REMEMBERED: usize = 50_000;

/// Somebody at the door: which account, from where, and in which browser if we know that one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Guest {
    account: String,
    from: Origin,
    address: IpAddr,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Origin {
    Browser(String),
    Address,
}

impl Guest {
    /// `browser` names one that has been signed in to this very account. Of an IPv6 address the network counts, which is one household's.
    #[must_use]
    pub fn new(username: &str, address: IpAddr, browser: Option<String>) -> Self {
        let address = match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (!0 << 64))),
            v4 @ IpAddr::V4(_) => v4,
        };
        Self { account: username.to_ascii_lowercase(), from: browser.map_or(Origin::Address, Origin::Browser), address }
    }

    /// What the guesses of this guest are counted by: of a known browser wherever it is.
    fn own(&self) -> (String, Option<IpAddr>, Option<String>) {
        match &self.from {
            Origin::Browser(browser) => (self.account.clone(), None, Some(browser.clone())),
            Origin::Address => (self.account.clone(), Some(self.address), None),
        }
    }

    fn address(&self) -> (String, IpAddr) {
        (self.account.clone(), self.address)
    }
}

/// The guesses of late.
#[derive(Debug, Default)]
pub struct Attempts {
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    own: Counter<(String, Option<IpAddr>, Option<String>)>,
    strangers: Counter<String>,
    known: Counter<(String, IpAddr)>,
}

impl Attempts {
    /// Counts a guess before it is looked at, so that many side by side are as many; or says how long to wait.
    pub fn begin(&self, guest: &Guest, now: Instant) -> Result<(), Duration> {
        let counts = &mut *self.counts();
        counts.own.take(guest.own(), OWN, now)?;
        let is_stranger = guest.from == Origin::Address && !counts.known.is_remembered(&guest.address(), now);
        let taken = if is_stranger { counts.strangers.take(guest.account.clone(), STRANGERS, now) } else { Ok(()) };
        taken.inspect_err(|_| counts.own.give_back(&guest.own(), OWN))
    }

    /// It was right: what this guest guessed before is forgotten, and the address is known.
    pub fn succeed(&self, guest: &Guest, now: Instant) {
        let counts = &mut *self.counts();
        counts.own.forget(&guest.own());
        if guest.from == Origin::Address && !counts.known.is_remembered(&guest.address(), now) {
            counts.strangers.give_back(&guest.account, STRANGERS);
        }
        counts.known.remember(guest.address(), now + KNOWN_FOR, now);
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So many at once, then one a pause.
#[derive(Debug, Clone, Copy)]
struct Quota {
    burst: u32,
    pause: Duration,
}

/// Until when each key is remembered: for a quota, when the last of its guesses is forgotten.
#[derive(Debug)]
struct Counter<K>(HashMap<K, Instant>);

impl<K> Default for Counter<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Counter<K> {
    fn take(&mut self, key: K, quota: Quota, now: Instant) -> Result<(), Duration> {
        let empty = self.0.get(&key).copied().unwrap_or(now).max(now) + quota.pause;
        let wait = (empty - now).saturating_sub(quota.pause * quota.burst);
        if wait.is_zero() {
            self.remember(key, empty, now);
            return Ok(());
        }
        Err(wait)
    }

    fn give_back(&mut self, key: &K, quota: Quota) {
        if let Some(empty) = self.0.get_mut(key) {
            *empty = empty.checked_sub(quota.pause).unwrap_or(*empty);
        }
    }

    fn is_remembered(&self, key: &K, now: Instant) -> bool {
        self.0.get(key).is_some_and(|until| *until > now)
    }

    fn remember(&mut self, key: K, until: Instant, now: Instant) {
        if self.0.len() >= REMEMBERED {
            self.0.retain(|_, until| *until > now);
            if self.0.len() >= REMEMBERED {
                self.0.clear();
            }
        }
        self.0.insert(key, until);
    }

    fn forget(&mut self, key: &K) {
        self.0.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn from(address: &str) -> Guest {
        Guest::new("Mina", address.parse().unwrap(), None)
    }

    #[test]
    fn one_address_has_five_guesses_and_then_one_every_three_minutes() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        let guest = from("192.0.2.1");
        for _ in 0..5 {
            assert_eq!(attempts.begin(&guest, start), Ok(()));
        }
        assert_eq!(attempts.begin(&guest, start), Err(3 * MINUTE));
        assert_eq!(attempts.begin(&from("192.0.2.2"), start), Ok(()), "another address");
        assert_eq!(attempts.begin(&Guest::new("mo", "192.0.2.1".parse().unwrap(), None), start), Ok(()), "another account");
        assert_eq!(attempts.begin(&Guest::new("MINA", "192.0.2.1".parse().unwrap(), None), start), Err(3 * MINUTE), "the same account");
        assert_eq!(attempts.begin(&guest, start + 3 * MINUTE), Ok(()));
        assert_eq!(attempts.begin(&guest, start + 3 * MINUTE), Err(3 * MINUTE));
    }

    #[test]
    fn a_right_guess_makes_the_ones_before_it_good() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        for _ in 0..20 {
            attempts.begin(&from("192.0.2.1"), start).unwrap();
            attempts.succeed(&from("192.0.2.1"), start);
        }
    }

    #[test]
    fn a_thief_with_many_addresses_locks_out_strangers_and_not_the_owner() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        let home = from("198.51.100.7");
        attempts.begin(&home, start).unwrap();
        attempts.succeed(&home, start);
        let admitted = (0..=255).filter(|last| attempts.begin(&from(&format!("203.0.113.{last}")), start).is_ok()).count();
        assert_eq!(admitted, 30);
        assert!(attempts.begin(&from("192.0.2.1"), start).is_err(), "a stranger");
        assert_eq!(attempts.begin(&home, start), Ok(()), "an address that is known");
        let phone = Guest::new("mina", "192.0.2.1".parse().unwrap(), Some("phone".into()));
        assert_eq!(attempts.begin(&phone, start), Ok(()), "a browser that is known");
        assert!(attempts.begin(&from("192.0.2.2"), start + MINUTE).is_ok(), "a stranger, a minute later");
    }

    #[test]
    fn a_thief_in_the_same_house_does_not_use_up_the_owners_guesses() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        while attempts.begin(&from("192.0.2.1"), start).is_ok() {}
        let browser = Guest::new("mina", "192.0.2.1".parse().unwrap(), Some("laptop".into()));
        assert_eq!(attempts.begin(&browser, start), Ok(()));
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        let admitted = (0..100).filter(|last| attempts.begin(&from(&format!("2001:db8::{last:x}")), start).is_ok()).count();
        assert_eq!(admitted, 5);
        assert!(attempts.begin(&from("2001:db8:0:1::1"), start).is_ok(), "another network");
    }

    #[test]
    fn memory_is_bounded() {
        let (mut counter, start) = (Counter::default(), Instant::now());
        for key in 0..2 * REMEMBERED {
            counter.take(key, OWN, start).unwrap();
            assert!(counter.0.len() <= REMEMBERED);
        }
    }
}

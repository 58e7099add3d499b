//! What the values of settings are read as.

use std::convert::Infallible;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use log::LevelFilter;
use url::Url;

use crate::domain::flags::{Flag, Share};

/// A value that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T = String>(T);

impl<T> Secret<T> {
    /// The value itself, to be used and not to be shown.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

/// A web address that may hold a password or a key.
pub fn secret_address(text: &str) -> Result<Secret<Url>, &'static str> {
    web_address(text).map(Secret)
}

/// A level by our names or by Python's.
pub fn log_level(text: &str) -> Result<LevelFilter, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "warning" => Ok(LevelFilter::Warn),
        "critical" => Ok(LevelFilter::Error),
        level => level.parse().map_err(|_| "it should be error, warn, info, debug or trace"),
    }
}

/// A part of the program and a level, as `catatlas::store=debug`.
pub fn log_part(text: &str) -> Result<(String, LevelFilter), &'static str> {
    let (part, level) = text.split_once('=').ok_or("it should be a part and a level, such as catatlas::store=debug")?;
    let level = if level == "off" { LevelFilter::Off } else { log_level(level)? };
    Ok((part.trim().to_owned(), level))
}

/// A feature and who has it, as `ai_analysis=25%`.
pub fn flag(text: &str) -> Result<(Flag, Share), String> {
    let (name, state) = text.split_once('=').ok_or("it should be a flag and a state, such as ai_analysis=off")?;
    let known = Flag::ALL.map(|(name, _)| name).join(" and ");
    let flag = Flag::named(name.trim()).ok_or_else(|| format!("the flags are {known}"))?;
    Ok((flag, state.trim().parse()?))
}

/// A time between two things that are done again and again: a number and what it counts.
pub fn span(text: &str) -> Result<Duration, &'static str> {
    const ADVICE: &str = "it should be a number of minutes, hours or days, such as 30m, 24h or 7d";
    let text = text.trim();
    let unit_s = [('m', 60), ('h', 60 * 60), ('d', 24 * 60 * 60)].into_iter().find(|(unit, _)| text.ends_with(*unit));
    let (unit, unit_s) = unit_s.ok_or(ADVICE)?;
    let count: u32 = text.strip_suffix(unit).unwrap_or_default().parse().map_err(|_| ADVICE)?;
    if count == 0 { Err(ADVICE) } else { Ok(Duration::from_secs(u64::from(count) * unit_s)) }
}

pub fn web_address(text: &str) -> Result<Url, &'static str> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        _ => Err("it should start with http:// or https:// and name a server"),
    }
}

/// An origin as browsers write it in `Origin`, or `*`. Brackets and quotes around it are those of a list in JSON, which the predecessor took.
pub fn origin(text: &str) -> Result<String, &'static str> {
    const ADVICE: &str = "it should be a scheme, a name and maybe a port, such as https://cats.example.org, and nothing after that";
    let text = text.trim_matches(|sign: char| sign.is_whitespace() || "[]\"'".contains(sign));
    if text == "*" {
        return Ok(text.to_owned());
    }
    let url = web_address(text).map_err(|_| ADVICE)?;
    let origin = url.origin().ascii_serialization();
    // Whatever else there is (a path, a name and a password) would be lost without a word.
    if url.as_str() == format!("{origin}/") { Ok(origin) } else { Err(ADVICE) }
}

/// A network such as `10.0.0.0/8`, or one address.
pub fn network(text: &str) -> Result<IpNet, &'static str> {
    let text = text.trim();
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| address()).map_err(|_| "it should be an address such as 10.1.2.3, or a network such as 10.0.0.0/8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_kept_as_browsers_write_it() {
        for (text, kept) in [
            ("https://Cats.Example.org", "https://cats.example.org"),
            ("https://cats.example.org/", "https://cats.example.org"),
            ("https://cats.example.org:443", "https://cats.example.org"),
            (" http://localhost:5173 ", "http://localhost:5173"),
            ("[\"https://a.example\"", "https://a.example"),
            ("\"http://[::1]:3000\"]", "http://[::1]:3000"),
            ("https://kätzchen.example", "https://xn--ktzchen-5wa.example"),
            ("*", "*"),
        ] {
            assert_eq!(origin(text).as_deref(), Ok(kept), "{text}");
        }
    }

    #[test]
    fn what_is_more_or_less_than_an_origin_is_refused() {
        for text in [
            "",
            "null",
            "cats.example.org",
            "https://",
            "ftp://a.example",
            "https://a.example/page",
            "https://u@a.example",
            "https://*.a.example/*",
        ] {
            assert!(origin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn networks_and_single_addresses_are_read() {
        for (text, kept) in [("10.0.0.0/8", "10.0.0.0/8"), (" 10.1.2.3", "10.1.2.3/32"), ("::1", "::1/128"), ("fd00::/8", "fd00::/8")] {
            assert_eq!(network(text).map(|network| network.to_string()).as_deref(), Ok(kept), "{text}");
        }
        for text in ["", "*", "10.0.0.0/33", "10.0.0", "proxy.example.org", "::/129"] {
            assert!(network(text).is_err(), "{text}");
        }
    }

    #[test]
    fn spans_are_a_number_and_what_it_counts() {
        for (text, minutes) in [("1m", 1), ("24h", 24 * 60), (" 7d", 7 * 24 * 60)] {
            assert_eq!(span(text), Ok(Duration::from_secs(60 * minutes)), "{text}");
        }
        for text in ["", "h", "24", "0h", "-1d", "1.5h", "1hh", "99999999999d"] {
            assert!(span(text).is_err(), "{text}");
        }
    }

    #[test]
    fn levels_are_read_by_our_names_and_by_pythons() {
        for (text, level) in [("INFO", LevelFilter::Info), ("Warning", LevelFilter::Warn), ("CRITICAL", LevelFilter::Error)] {
            assert_eq!(log_level(text), Ok(level));
        }
        assert!(log_level("loud").is_err());
    }

    #[test]
    fn a_secret_is_not_printed() {
        let secret: Secret = "tabby-and-tom".parse().unwrap();
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)), "*** Some(\n    ***,\n)");
        assert_eq!(secret.reveal(), "tabby-and-tom");
    }
}

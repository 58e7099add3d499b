//! Byte ranges (RFC 9110, 14.2): which part of something a client asks for.

use std::ops::Range;

/// What to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Whole,
    /// Bytes, the last excluded.
    Range(Range<u32>),
    /// Nothing that is there was asked for.
    Nothing,
}

/// What the `Range` header asks for of `length` bytes. Several ranges, another unit and what cannot be read are answered with the
/// whole, which the standard allows for each of them.
pub fn asked(header: Option<&str>, length: u32) -> Part {
    header.and_then(|header| single(header, length)).unwrap_or(Part::Whole)
}

fn single(header: &str, length: u32) -> Option<Part> {
    let (unit, range) = header.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let range = match (first, last) {
        ("", suffix) => length.saturating_sub(number(suffix)?)..length,
        (first, "") => number(first)?..length,
        (first, last) if number(first)? <= number(last)? => number(first)?..number(last)?.saturating_add(1).min(length),
        _ => return None,
    };
    Some(if range.is_empty() { Part::Nothing } else { Part::Range(range) })
}

/// A number of digits alone. One that is too large for us is larger than anything we have.
fn number(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_a_part_of_what_is_there() {
        for (header, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=0-99", 0..100),
            ("bytes=90-", 90..100),
            ("bytes=99-", 99..100),
            ("bytes=-1", 99..100),
            ("bytes=-1000", 0..100),
            ("bytes=10-1000", 10..100),
            ("bytes=10-99999999999999999999", 10..100),
            ("BYTES = 5-6", 5..7),
        ] {
            assert_eq!(asked(Some(header), 100), Part::Range(part), "{header}");
        }
    }

    #[test]
    fn what_is_past_the_end_is_nothing() {
        for header in ["bytes=100-", "bytes=100-200", "bytes=99999999999999999999-", "bytes=-0"] {
            assert_eq!(asked(Some(header), 100), Part::Nothing, "{header}");
        }
    }

    #[test]
    fn what_is_no_single_range_is_the_whole() {
        for header in ["", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "bytes=a-b", "bytes=+1-2", "items=0-1", "bytes=--5"]
        {
            assert_eq!(asked(Some(header), 100), Part::Whole, "{header}");
        }
        assert_eq!(asked(None, 100), Part::Whole);
    }
}

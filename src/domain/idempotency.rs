//! Keys under which a client asks for one thing once, however often its request is sent.

use sha2::{Digest as _, Sha256};

use super::analysis::hex;

/// Whose key it is, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    account_id: i64,
    name: String,
    asked: String,
}

/// A key that is none: clients are to send 1 to 255 visible ASCII characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfit;

impl Key {
    /// `asked` is what the request says, in parts.
    pub fn new(key: &str, account_id: Option<i64>, asked: &[&[u8]]) -> Result<Self, Unfit> {
        if !(1..=255).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Unfit);
        }
        let mut digest = Sha256::new();
        for part in asked {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        let asked = hex(&digest.finalize());
        Ok(Self { account_id: account_id.unwrap_or_default(), name: key.to_owned(), asked })
    }

    /// 0 is nobody's.
    #[must_use]
    pub fn account_id(&self) -> i64 {
        self.account_id
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A SHA-256, in hexadecimal digits.
    #[must_use]
    pub fn asked(&self) -> &str {
        &self.asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii_of_bounded_length() {
        for unfit in ["", "a b", "ключ", "a\n", &"x".repeat(256)] {
            assert_eq!(Key::new(unfit, None, &[]), Err(Unfit), "{unfit}");
        }
        assert!(Key::new(&"x".repeat(255), None, &[]).is_ok());
    }

    #[test]
    fn what_was_asked_is_told_apart_to_the_last_byte_and_part() {
        let asked = |parts: &[&[u8]]| Key::new("k", None, parts).map(|key| key.asked);
        assert_eq!(asked(&[b"ab", b"c"]), asked(&[b"ab", b"c"]));
        assert_ne!(asked(&[b"ab", b"c"]), asked(&[b"a", b"bc"]));
    }
}

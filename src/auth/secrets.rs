//! Secrets that chance makes: shown once, kept as a hash. And the one that signs: what a good one looks like.

use std::collections::HashSet;
use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::domain::analysis::hex;

/// A secret of 256 random bits. Nobody can guess it, so that one fast hash of it is enough: no salt, nothing slow.
pub struct Secret(String);

/// The system has no randomness to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRandomness(getrandom::Error);

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the system has no randomness to give: {}", self.0)
    }
}

impl std::error::Error for NoRandomness {}

impl Secret {
    pub fn random() -> Result<Self, NoRandomness> {
        Self::random_with_prefix("")
    }

    /// One that tools which look for leaked secrets can tell by its beginning.
    pub fn random_with_prefix(prefix: &str) -> Result<Self, NoRandomness> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(NoRandomness)?;
        Ok(Self(format!("{prefix}{}", hex(&bytes))))
    }

    /// The secret itself, for the one who is to have it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> String {
        hash(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What is kept of a secret that somebody shows: SHA-256 in hexadecimal.
#[must_use]
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

/// Characters that a signing secret has at least: as many bytes as the hash it keys.
const SHORTEST: usize = 32;
/// Fewer different characters than this are a pattern, not chance.
const FEWEST: usize = 10;
/// What stands in examples and in secrets that were meant to be changed.
const PLACEHOLDERS: [&str; 10] =
    ["change", "secret", "password", "placeholder", "example", "default", "insecure", "replace", "your-", "your_"];

/// What is wrong with a secret that is to sign access tokens, if anything.
#[must_use]
pub fn weakness(secret: &str) -> Option<&'static str> {
    let lower = secret.to_lowercase();
    if secret.chars().count() < SHORTEST {
        return Some("it is shorter than 32 characters");
    }
    if PLACEHOLDERS.iter().any(|word| lower.contains(word)) {
        return Some("it is a placeholder");
    }
    let different: HashSet<char> = secret.chars().collect();
    (different.len() < FEWEST).then_some("it has too few different characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_told_by_accident() {
        let secret = Secret::random_with_prefix("catatlas_").unwrap();
        assert_eq!(format!("{secret:?}"), "***");
        assert_eq!((secret.expose().len(), secret.hash().len()), (73, 64));
        assert_ne!(secret.expose(), Secret::random().unwrap().expose());
    }

    #[test]
    fn placeholders_patterns_and_short_secrets_are_weak() {
        for weak in [
            "",
            "0123456789abcdef0123456789abcde",
            "your-secret-key-change-in-production",
            "dev-secret-do-not-use-it-anywhere-else",
            "CHANGEMECHANGEMECHANGEMECHANGEME",
            "abcabcabcabcabcabcabcabcabcabcabcabc",
        ] {
            assert!(weakness(weak).is_some(), "{weak}");
        }
        assert_eq!(weakness("kV3-9wq_Zt7LmN2xYb8RcD5fGhJ1pQsU"), None);
        assert_eq!(weakness(Secret::random().unwrap().expose()), None);
    }
}

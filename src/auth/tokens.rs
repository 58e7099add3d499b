//! Access tokens: JSON web tokens signed with HMAC-SHA-256, and with nothing else there is.
//!
//! The library's own cryptography comes with RSA and elliptic curves, some of which have open advisories. Ours has one algorithm: a token
//! that names another has nobody to check it.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// What a token is for. One made for something else is refused, though we signed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// To do things in an account's name: `sub` is its id, `jti` the id of the session.
    Access,
    /// To tell a browser in which an account has been signed in before: `sub` is its id, `jti` names the browser.
    Device,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub aud: Purpose,
    pub sub: String,
    pub jti: String,
    /// Seconds since 1970.
    pub iat: i64,
    /// Seconds since 1970; from then on the token is worth nothing.
    pub exp: i64,
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unbelieved {
    Expired,
    /// Altered, signed by somebody else or not at all, made for something else, or no token.
    Invalid,
}

/// Signs and checks tokens with one secret.
#[derive(Clone)]
pub struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(***)")
    }
}

impl Signer {
    #[must_use]
    pub fn new(secret: &str) -> Self {
        // Fails where it has been done before, which is as good.
        let _ = HS256_ALONE.install_default();
        let mut validation = Validation::new(Algorithm::HS256);
        // Times are ours to check, by a clock that comes in as an argument: the library reads numbers in a way that our exact JSON
        // numbers do not have. `Claims` has each of these fields, so that a token without one is refused.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let key = secret.as_bytes();
        Self { encoding: EncodingKey::from_secret(key), decoding: DecodingKey::from_secret(key), validation }
    }

    /// A token that is good for so many seconds.
    pub fn sign(&self, aud: Purpose, sub: i64, jti: String, now: Timestamp, seconds: i64) -> Result<String, Error> {
        let iat = now.as_second();
        let claims = Claims { aud, sub: sub.to_string(), jti, iat, exp: iat + seconds };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
    }

    /// What a token says, if we signed it for this purpose and its time is not over.
    pub fn check(&self, token: &str, purpose: Purpose, now: Timestamp) -> Result<Claims, Unbelieved> {
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation);
        let claims = decoded.map_err(|_| Unbelieved::Invalid)?.claims;
        if claims.aud != purpose {
            return Err(Unbelieved::Invalid);
        }
        if claims.exp <= now.as_second() { Err(Unbelieved::Expired) } else { Ok(claims) }
    }
}

static HS256_ALONE: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| Ok(Box::new(Hs256::new(*algorithm, key.as_bytes())?)),
    verifier_factory: |algorithm, key| Ok(Box::new(Hs256::new(*algorithm, key.try_get_as_bytes()?)?)),
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(algorithm: Algorithm, key: &[u8]) -> Result<Self, Error> {
        match Hmac::new_from_slice(key) {
            Ok(keyed) if algorithm == Algorithm::HS256 => Ok(Self(keyed)),
            _ => Err(ErrorKind::InvalidAlgorithm.into()),
        }
    }
}

impl signature::Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    /// Compares in a time that does not depend on where the difference is.
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        self.0.clone().chain_update(message).verify_slice(signature).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::constant(1_770_000_000, 0);

    fn token(signer: &Signer) -> String {
        signer.sign(Purpose::Access, 7, "3".into(), NOON, 1800).unwrap()
    }

    #[test]
    fn a_token_is_what_the_standard_says() {
        // The example of <https://jwt.io>, whose signature begins with `SflKxw`.
        let hs256 = Hs256::new(Algorithm::HS256, b"your-256-bit-secret").unwrap();
        let message = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ";
        let signed = signature::Signer::try_sign(&hs256, message.as_bytes()).unwrap();
        assert_eq!(signed[..4], [0x49, 0xf9, 0x4a, 0xc7]);
    }

    #[test]
    fn a_token_is_good_until_its_time_is_over_and_not_a_second_longer() {
        let signer = Signer::new("a secret");
        let at = |second| signer.check(&token(&signer), Purpose::Access, Timestamp::from_second(NOON.as_second() + second).unwrap());
        assert_eq!(at(1799).unwrap().sub, "7");
        assert_eq!(at(1800), Err(Unbelieved::Expired));
    }

    #[test]
    fn a_token_for_one_purpose_is_worth_nothing_for_another() {
        let signer = Signer::new("a secret");
        assert_eq!(signer.check(&token(&signer), Purpose::Device, NOON), Err(Unbelieved::Invalid));
    }

    #[test]
    fn what_another_secret_signed_is_not_believed() {
        assert_eq!(Signer::new("a secret").check(&token(&Signer::new("b secret")), Purpose::Access, NOON), Err(Unbelieved::Invalid));
    }

    #[test]
    fn a_token_without_a_signature_is_not_believed() {
        let signer = Signer::new("a secret");
        let token = token(&signer);
        let (message, _) = token.rsplit_once('.').unwrap();
        for forged in [message.to_owned(), format!("{message}."), format!("{message}.AA"), String::new(), "..".to_owned()] {
            assert_eq!(signer.check(&forged, Purpose::Access, NOON), Err(Unbelieved::Invalid), "{forged}");
        }
    }
}

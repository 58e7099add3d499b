//! Photos: the bounds they keep, the name they have, and what a camera told of time and place.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::geo::Point;
use super::time;

/// The longest side of a picture, in pixels.
pub const LONGEST_SIDE: u32 = 10_000;
/// The most pixels of a picture.
pub const MOST_PIXELS: u64 = 40_000_000;
/// The most bytes of a picture once decoded: four a pixel, so that pictures with two bytes a channel may be half as large.
pub const MOST_DECODED_BYTES: u64 = 4 * MOST_PIXELS;
/// The longest side of a thumbnail, in pixels.
pub const THUMB_SIDE: u32 = 400;

/// The name of a photo: the SHA-256 of its stored bytes in 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoHash(String);

impl PhotoHash {
    fn of(bytes: &[u8]) -> Self {
        let digits = Sha256::digest(bytes).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Self(digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect())
    }

    /// A name as it stands in an address; none where no photo can have it.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let is_name = written.len() == 64 && written.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_name.then(|| Self(written.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the photo is read: a path.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/photos/{self}")
    }
}

impl fmt::Display for PhotoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The two forms in which a photo is kept, both JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rendition {
    /// As large as it was sent.
    Full,
    /// No side longer than [`THUMB_SIDE`].
    Thumb,
}

/// A picture that was decoded, turned upright and written anew: nothing is left of the file but what can be seen.
#[derive(Debug, Clone)]
pub struct NewPhoto {
    hash: PhotoHash,
    full: Vec<u8>,
    thumb: Vec<u8>,
    taken: Taken,
}

impl NewPhoto {
    #[must_use]
    pub fn new(full: Vec<u8>, thumb: Vec<u8>, taken: Taken) -> Self {
        Self { hash: PhotoHash::of(&full), full, thumb, taken }
    }

    #[must_use]
    pub fn hash(&self) -> &PhotoHash {
        &self.hash
    }

    /// The bytes of a form.
    #[must_use]
    pub fn bytes(&self, rendition: Rendition) -> &[u8] {
        match rendition {
            Rendition::Full => &self.full,
            Rendition::Thumb => &self.thumb,
        }
    }

    #[must_use]
    pub fn taken(&self) -> &Taken {
        &self.taken
    }
}

/// What the camera told. It is never stored with the photo, and told to nobody but who sent it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Taken {
    /// A camera that names no zone is taken to be set to UTC.
    pub at: Option<Timestamp>,
    pub place: Option<Point>,
}

impl Taken {
    /// When a sighting with this photo was: when the photo was taken, unless the camera's clock is ahead.
    #[must_use]
    pub fn seen_at(&self, now: Timestamp) -> Timestamp {
        self.at.filter(|at| *at <= now).unwrap_or(now)
    }
}

/// What the camera told, for who sent the photo.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PhotoOffer {
    /// In UTC, or what a camera without a zone says as if it were.
    #[serde(rename = "photo_taken_at")]
    taken_at: Option<String>,
    #[serde(rename = "photo_lat")]
    lat: Option<f64>,
    #[serde(rename = "photo_lon")]
    lon: Option<f64>,
}

impl From<&Taken> for PhotoOffer {
    fn from(taken: &Taken) -> Self {
        let Taken { at, place } = taken;
        Self { taken_at: at.map(time::format), lat: place.map(|place| place.lat), lon: place.map(|place| place.lon) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_named_by_the_hash_of_its_bytes() {
        let photo = NewPhoto::new(b"abc".to_vec(), Vec::new(), Taken::default());
        // FIPS 180-2, appendix B.1
        assert_eq!(photo.hash().as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(PhotoHash::parse(photo.hash().as_str()).as_ref(), Some(photo.hash()));
        assert_eq!(photo.hash().path(), format!("/photos/{}", photo.hash()));
    }

    #[test]
    fn what_is_no_hash_is_no_name() {
        for written in [String::new(), "a".repeat(63), "a".repeat(65), "A".repeat(64), "g".repeat(64), "é".repeat(32)] {
            assert_eq!(PhotoHash::parse(&written), None, "{written}");
        }
    }

    #[test]
    fn a_sighting_was_when_its_photo_was_taken_but_never_in_the_future() {
        let now = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(1);
        let seen = |at| Taken { at, place: None }.seen_at(now);
        assert_eq!(seen(Some(Timestamp::UNIX_EPOCH)), Timestamp::UNIX_EPOCH);
        assert_eq!(seen(Some(now + jiff::SignedDuration::from_secs(1))), now);
        assert_eq!(seen(None), now);
    }
}

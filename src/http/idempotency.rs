//! Writes that are done once: a client that heard no answer sends its request again, under the same `Idempotency-Key`.

use jiff::Timestamp;
use rocket::Request;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};

use crate::domain::accounts::Permit;
use crate::domain::entries::Entry;
use crate::domain::idempotency::Key;
use crate::store::Tx;
use crate::store::idempotency::{self, Earlier};

use super::error::{ApiError, ApiResult};

const UNFIT: ApiError = ApiError::refusal(
    Status::BadRequest,
    "IDEMPOTENCY_KEY_UNFIT",
    "An Idempotency-Key has 1 to 255 visible ASCII characters. A UUID is a good one.",
);
const REUSED: ApiError = ApiError::refusal(
    Status::Conflict,
    "IDEMPOTENCY_KEY_REUSED",
    "Something else was sent under this Idempotency-Key before. Please send this under a new one.",
);
const GONE: ApiError = ApiError::refusal(Status::Gone, "ENTRY_GONE", "This sighting was logged before, and has been deleted since.");

/// The key that a request comes under, if any.
#[derive(Debug)]
pub struct Once<'r>(Option<&'r str>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Once<'r> {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Self(request.headers().get_one("Idempotency-Key")))
    }
}

impl Once<'_> {
    /// The key for what is asked, told apart from other things by its parts.
    pub fn key(&self, permit: &Permit, asked: &[&[u8]]) -> ApiResult<Option<Key>> {
        self.0.map(|key| Key::new(key, permit.account_id(), asked).map_err(|_| UNFIT)).transpose()
    }
}

/// Logs a sighting, or finds the one that was logged under its key. Within one write: the sighting and its key are both kept, or neither.
pub fn once(tx: &Tx<'_>, key: Option<&Key>, now: Timestamp, log: impl FnOnce() -> ApiResult<Entry>) -> ApiResult<Entry> {
    let Some(key) = key else { return log() };
    match idempotency::earlier(tx, key)? {
        Some(Earlier::Logged(entry)) => entry.map(|entry| *entry).ok_or(GONE),
        Some(Earlier::Another) => Err(REUSED),
        None => {
            let entry = log()?;
            idempotency::keep(tx, key, entry.id, now)?;
            Ok(entry)
        }
    }
}

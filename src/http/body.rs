//! The body of a request: read whole, within a bound, or refused.

use std::time::Duration;

use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::http::Status;
use rocket::{Request, tokio};
use serde_json::Value;
use tokio::io::AsyncReadExt as _;

use crate::domain::invalid::{Problem, Step};

/// The largest JSON body, in bytes.
pub(super) const LARGEST: u64 = 2 * 1024 * 1024;
/// A larger body is read to its end up to this, so that the client hears why instead of seeing a broken connection.
pub(super) const DRAINED: u64 = 64 * 1024 * 1024;
/// Of a request that is refused before its body is looked at, this much is read for the same reason.
const DRAINED_UNSEEN: u64 = 8 * 1024 * 1024;
/// A body has to arrive within this time.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// A body as sent.
#[derive(Debug)]
pub struct Body {
    bytes: Vec<u8>,
    is_json: bool,
}

impl Body {
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The JSON in it; null where it is empty.
    pub fn json(&self) -> Result<Value, Box<Problem>> {
        let loc = [Step::Name("body")];
        if self.bytes.is_empty() {
            return Ok(Value::Null);
        }
        if !self.is_json {
            return Err(Problem::new("model_attributes_type", &loc, "Input should be a JSON object, sent as application/json").into());
        }
        serde_json::from_slice(&self.bytes)
            .map_err(|error| Problem::new("json_invalid", &loc, format!("JSON could not be read: {error}")).into())
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Body {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        let is_json = request.content_type().is_none_or(|kind| kind.is_json() || kind.sub().as_str().ends_with("+json"));
        match tokio::time::timeout(PATIENCE, read(data)).await {
            Ok(Ok(Some(bytes))) => Outcome::Success(Self { bytes, is_json }),
            Ok(Ok(None)) => Outcome::Error((Status::PayloadTooLarge, ())),
            Ok(Err(_)) => Outcome::Error((Status::BadRequest, ())),
            Err(_) => Outcome::Error((Status::RequestTimeout, ())),
        }
    }
}

/// The whole body, or none where it is too large.
async fn read(data: Data<'_>) -> std::io::Result<Option<Vec<u8>>> {
    let mut stream = data.open(DRAINED.bytes());
    let mut bytes = Vec::new();
    (&mut stream).take(LARGEST + 1).read_to_end(&mut bytes).await?;
    if bytes.len() as u64 <= LARGEST {
        return Ok(Some(bytes));
    }
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
    Ok(None)
}

/// Reads a body to nowhere, so that the client hears why it is refused instead of seeing a broken connection while it still writes.
pub(super) async fn drain(data: Data<'_>) {
    let mut nowhere = tokio::io::sink();
    // Whatever goes wrong here, the answer is the refusal.
    drop(tokio::time::timeout(PATIENCE, data.open(DRAINED_UNSEEN.bytes()).stream_to(&mut nowhere)).await);
}

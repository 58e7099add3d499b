//! A photo as an answer: whole or in part, kept by browsers for good, read from the database piece by piece as it is sent.

use std::io::Cursor;
use std::ops::Range;

use rocket::Request;
use rocket::futures::{Stream, stream};
use rocket::http::Status;
use rocket::response::stream::ReaderStream;
use rocket::response::{self, Responder, Response};

use crate::domain::accounts::Access;
use crate::domain::photos::{PhotoHash, Rendition};
use crate::store::photos::{self, PIECE};
use crate::store::{Db, StoreError};

use super::assets::{is_current, listed};
use super::error::ApiError;
use super::gate::Gate;
use super::ranges::{Part, asked};

/// A photo that is there.
#[derive(Debug)]
pub struct PhotoBody {
    pub db: Db,
    pub hash: PhotoHash,
    pub rendition: Rendition,
    /// In bytes.
    pub length: u32,
}

impl<'r> Responder<'r, 'static> for PhotoBody {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let tag = self.tag();
        let (status, range) = match self.part(request, &tag) {
            Part::Whole => (Status::Ok, 0..self.length),
            Part::Range(range) => (Status::PartialContent, range),
            Part::Nothing => {
                let mut response = ApiError::of(Status::RangeNotSatisfiable).respond_to(request)?;
                response.set_raw_header("Content-Range", format!("bytes */{}", self.length));
                return Ok(response);
            }
        };
        // Where it takes an account to see a photo, a cache that others share may not hand it on.
        let is_private = request.rocket().state::<Gate>().is_some_and(|gate| gate.access == Access::Private);
        let whose = if is_private { "private" } else { "public" };
        let mut response = Response::build();
        response.raw_header("ETag", tag.clone()).raw_header("Cache-Control", format!("{whose}, max-age=31536000, immutable"));
        if is_current(&listed(request, "If-None-Match"), &tag) {
            return response.status(Status::NotModified).ok();
        }
        if status == Status::PartialContent {
            response.raw_header("Content-Range", format!("bytes {}-{}/{}", range.start, range.end - 1, self.length));
        }
        response
            .status(status)
            .raw_header("Accept-Ranges", "bytes")
            .raw_header("Content-Type", "image/jpeg")
            .raw_header("Content-Length", range.len().to_string())
            .max_chunk_size(PIECE as usize)
            .streamed_body(ReaderStream::from(self.pieces(range)))
            .ok()
    }
}

impl PhotoBody {
    /// A name never means other bytes, so it is their tag.
    fn tag(&self) -> String {
        match self.rendition {
            Rendition::Full => format!("\"{}\"", self.hash),
            Rendition::Thumb => format!("\"{}-thumb\"", self.hash),
        }
    }

    /// What is asked for. With `If-Range` a range counts only of what the client has a part of; of what it has whole, none does.
    fn part(&self, request: &Request<'_>, tag: &str) -> Part {
        let headers = request.headers();
        let is_same = headers.get_one("If-Range").is_none_or(|known| known == tag);
        let is_current = is_current(&listed(request, "If-None-Match"), tag);
        asked(headers.get_one("Range").filter(|_| is_same && !is_current), self.length)
    }

    /// The bytes of a range, a piece at a time, each read when the one before is on its way. No connection waits for the client.
    fn pieces(self, range: Range<u32>) -> impl Stream<Item = Cursor<Vec<u8>>> {
        stream::unfold((self, range), async |(photo, rest)| {
            if rest.is_empty() {
                return None;
            }
            let number = rest.start / PIECE;
            // The length was promised: a stream that ends early breaks the connection, so the client knows.
            let mut bytes = photo.piece(number).await.inspect_err(|error| log::warn!("a photo broke off: {error}")).unwrap_or(None)?;
            bytes.truncate((rest.end - number * PIECE).min(PIECE) as usize);
            let mut piece = Cursor::new(bytes);
            piece.set_position(u64::from(rest.start % PIECE));
            let next = (number + 1).saturating_mul(PIECE).min(rest.end);
            Some((piece, (photo, next..rest.end)))
        })
    }

    async fn piece(&self, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let (hash, rendition) = (self.hash.clone(), self.rendition);
        self.db.read(move |session| photos::piece(session, &hash, rendition, number)).await
    }
}

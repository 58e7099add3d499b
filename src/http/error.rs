//! Every error answer: one shape, and a request id to ask about.

use rocket::http::{Header, Status};
use rocket::response::{self, Responder};
use rocket::{Request, catch};
use rocket_governor::header::Header as LimitHeader;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::passwords;
use crate::auth::secrets::NoRandomness;
use crate::domain::entries::BlankNote;
use crate::domain::invalid::{Invalid, Problem};
use crate::store::StoreError;
use crate::trace::{self, Fault};

use super::answer::Json;
use super::context::Context;
use super::{access_log, headers, limits, methods};

/// Why a request was not done.
#[derive(Debug)]
pub enum ApiError {
    /// 422 with every problem.
    Invalid(Invalid),
    /// A sentence, as the older routes say it.
    Sentence(Status, &'static str),
    /// A code and a sentence, as the newer routes say it.
    Coded { status: Status, code: &'static str, message: &'static str, retryable: bool },
    /// More than a limit allows; the next one is there in so many seconds.
    TooMany { wait_s: u64 },
    /// Ours to mend: told to the log, not to the client.
    Store(StoreError),
}

/// What a handler gives back.
pub type ApiResult<T, E = ApiError> = Result<T, E>;

impl ApiError {
    pub const ENTRY_NOT_FOUND: Self = Self::Sentence(Status::NotFound, "Entry not found");
    pub const CAT_NOT_FOUND: Self = Self::Sentence(Status::NotFound, "Cat not found");

    /// A refusal that a status says enough about.
    pub fn of(status: Status) -> Self {
        Self::Sentence(status, sentence(status))
    }

    /// Something is wrong on our side, and has been told to the log.
    pub const BROKEN: Self = Self::Sentence(Status::InternalServerError, BROKEN);

    /// A 404 of one of the newer routes.
    pub const fn missing(code: &'static str, message: &'static str) -> Self {
        Self::refusal(Status::NotFound, code, message)
    }

    /// A refusal of one of the newer routes that stays one, however often it is asked.
    pub const fn refusal(status: Status, code: &'static str, message: &'static str) -> Self {
        Self::Coded { status, code, message, retryable: false }
    }
}

impl From<Invalid> for ApiError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<BlankNote> for ApiError {
    fn from(_: BlankNote) -> Self {
        Self::Sentence(Status::BadRequest, "The note is empty. Please write what you saw.")
    }
}

impl From<passwords::Failure> for ApiError {
    fn from(failure: passwords::Failure) -> Self {
        match failure {
            passwords::Failure::Busy => Self::Store(StoreError::Busy),
            broken @ passwords::Failure::Broken(_) => {
                trace::fail("PasswordError", &broken);
                Self::BROKEN
            }
        }
    }
}

impl From<NoRandomness> for ApiError {
    fn from(failure: NoRandomness) -> Self {
        trace::fail("RandomnessError", &failure);
        Self::BROKEN
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What went wrong, in a sentence.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentenceError<'a> {
    detail: &'a str,
    /// Names the request in the log of this atlas.
    request_id: &'a str,
}

/// What went wrong, for programs and for people.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodedError<'a> {
    #[schema(inline)]
    detail: Coded<'a>,
    /// Names the request in the log of this atlas.
    request_id: &'a str,
}

#[derive(Debug, Serialize, ToSchema)]
struct Coded<'a> {
    code: &'a str,
    message: &'a str,
    /// Whether the same request may succeed later.
    retryable: bool,
}

/// Everything that is wrong with what was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvalidError<'a> {
    detail: &'a [Problem],
    /// Names the request in the log of this atlas.
    request_id: &'a str,
}

fn respond(request: &Request<'_>, status: Status, body: impl Serialize) -> response::Result<'static> {
    let mut response = Json(body).respond_to(request)?;
    response.set_status(status);
    if status == Status::Unauthorized {
        response.set_header(Header::new("WWW-Authenticate", "Bearer"));
    }
    Ok(response)
}

fn retry_later(request: &Request<'_>, status: Status, detail: Coded<'_>, wait_s: u64) -> response::Result<'static> {
    let mut response = respond(request, status, CodedError { detail, request_id: Context::of(request).request_id() })?;
    response.set_header(LimitHeader::RetryAfter(wait_s));
    Ok(response)
}

impl<'r> Responder<'r, 'static> for ApiError {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let request_id = Context::of(request).request_id();
        if let Self::Store(error) = &self {
            Context::of(request).trace.fail(Fault { error_type: error.kind(), error: error.to_string(), is_reported: false });
        }
        match self {
            Self::Invalid(invalid) => {
                respond(request, Status::UnprocessableEntity, InvalidError { detail: invalid.problems(), request_id })
            }
            Self::Sentence(status, detail) => respond(request, status, SentenceError { detail, request_id }),
            Self::Coded { status, code, message, retryable } => {
                respond(request, status, CodedError { detail: Coded { code, message, retryable }, request_id })
            }
            Self::TooMany { wait_s } => {
                let seconds = if wait_s == 1 { "second" } else { "seconds" };
                let message = &format!("That was a lot at once. Please try again in {wait_s} {seconds}.");
                retry_later(request, Status::TooManyRequests, Coded { code: "RATE_LIMITED", message, retryable: true }, wait_s)
            }
            Self::Store(StoreError::Busy) => {
                let message = "There is too much to do right now. Please try again in a moment.";
                retry_later(request, Status::ServiceUnavailable, Coded { code: "BUSY", message, retryable: true }, 1)
            }
            Self::Store(_) => {
                respond(request, Status::InternalServerError, SentenceError { detail: sentence(Status::InternalServerError), request_id })
            }
        }
    }
}

/// Whatever no handler answered: no such path, another method, a request that is no proper one.
#[catch(default)]
pub fn catch(status: Status, _: &Request<'_>) -> Caught {
    Caught(status)
}

#[derive(Debug)]
pub struct Caught(Status);

impl<'r> Responder<'r, 'static> for Caught {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response = match limits::count_uncounted(request) {
            Ok(()) => self.refusal(request)?,
            Err(refused) => refused.respond_to(request)?,
        };
        // Of a request that is no proper HTTP Rocket tells no fairing.
        headers::complete(request, &mut response);
        access_log::tell(request, &mut response);
        Ok(response)
    }
}

impl Caught {
    fn refusal(&self, request: &Request<'_>) -> response::Result<'static> {
        let allowed = if self.0 == Status::NotFound { methods::allowed(request) } else { None };
        let status = if allowed.is_some() { Status::MethodNotAllowed } else { self.0 };
        let body = SentenceError { detail: sentence(status), request_id: Context::of(request).request_id() };
        let mut response = respond(request, status, body)?;
        if let Some(allowed) = allowed {
            response.set_header(Header::new("Allow", allowed));
        }
        Ok(response)
    }
}

const BROKEN: &str = "Something went wrong on our side. Please try again; if it stays, tell whoever runs this atlas the request id.";

fn sentence(status: Status) -> &'static str {
    match status.code {
        400 => "The request could not be understood. Please check how it is written.",
        404 => "There is nothing at this address. Please check how it is written.",
        405 => "This address does not answer to this method. The Allow header names the ones it does.",
        408 => "The request took too long to arrive. Please send it again.",
        413 => "The request is too large. Please send less at once.",
        416 => "The part that was asked for is not there: it begins past the end.",
        500 => BROKEN,
        503 => "There is too much to do right now. Please try again in a moment.",
        code if code < 500 => "The request was refused.",
        _ => "The request could not be completed. Please try again.",
    }
}

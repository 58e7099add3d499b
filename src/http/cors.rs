//! Which pages of other origins may use this atlas, as browsers ask it (the Fetch standard's CORS), in the predecessor's words.

use std::convert::Infallible;
use std::io::Cursor;

use rocket::http::{ContentType, Header, Method, Status};
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest};
use rocket::response::{self, Responder};
use rocket::{Request, Response, State, options};

use super::Settings;
use super::error::ApiError;

/// The methods another page may use.
const METHODS: &str = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

/// The headers of answers that another page may read, beside those that all may.
const READABLE: &str = "Link, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-ID, X-Total-Count";

/// How many seconds a browser may remember what it was told.
const REMEMBERED_S: &str = "600";

const STRANGER: &str = "Pages of that origin may not use this atlas. Whoever runs it can name the origin in ALLOWED_ORIGINS.";
const NO_METHOD: &str = "That method is none that another page may use.";

impl Settings {
    fn lets_in_all(&self) -> bool {
        self.allowed_origins.iter().any(|allowed| allowed == "*")
    }

    /// Byte by byte: browsers write an origin in one way only. `null` is what any page can have itself called.
    fn lets_in(&self, origin: &str) -> bool {
        self.allowed_origins.iter().any(|allowed| allowed == origin) || (self.lets_in_all() && origin != "null")
    }
}

/// The page that asks, if a browser names one.
fn origin<'r>(request: &'r Request<'_>) -> Option<&'r str> {
    request.headers().get_one("Origin")
}

/// Lets a page of an allowed origin read an answer.
pub fn allow(settings: &Settings, request: &Request<'_>, response: &mut Response<'_>) {
    if settings.allowed_origins.is_empty() {
        return;
    }
    // An answer kept for one origin must not be given to another.
    if !response.headers().get("Vary").any(|varies| varies == "Origin") {
        response.adjoin_header(Header::new("Vary", "Origin"));
    }
    let Some(origin) = origin(request).filter(|origin| settings.lets_in(origin)) else { return };
    // A browser takes no * where it sends cookies, and asks before it does.
    let is_named = !settings.lets_in_all() || request.headers().contains("Cookie") || request.method() == Method::Options;
    response.set_header(Header::new("Access-Control-Allow-Origin", if is_named { origin } else { "*" }.to_owned()));
    response.set_header(Header::new("Access-Control-Allow-Credentials", "true"));
    response.set_header(Header::new("Access-Control-Expose-Headers", READABLE));
}

/// What a browser asks before it sends another page's request.
#[derive(Debug, Clone, Copy)]
pub struct Preflight<'r> {
    origin: &'r str,
    method: &'r str,
    headers: Option<&'r str>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Preflight<'r> {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Self, Infallible> {
        let header = |name| request.headers().get_one(name);
        match (origin(request), header("Access-Control-Request-Method")) {
            (Some(origin), Some(method)) => Outcome::Success(Self { origin, method, headers: header("Access-Control-Request-Headers") }),
            _ => Outcome::Forward(Status::NotFound),
        }
    }
}

/// Any path, whether there is something or not: the request that follows learns that.
#[options("/<_..>")]
pub fn preflight<'r>(asked: Preflight<'r>, settings: &State<Settings>) -> Result<Permission<'r>, ApiError> {
    if !settings.lets_in(asked.origin) {
        return Err(ApiError::Sentence(Status::BadRequest, STRANGER));
    }
    if !METHODS.split(", ").any(|method| method == asked.method) {
        return Err(ApiError::Sentence(Status::BadRequest, NO_METHOD));
    }
    Ok(Permission { headers: asked.headers })
}

/// Any header may be sent.
#[derive(Debug)]
pub struct Permission<'r> {
    headers: Option<&'r str>,
}

impl<'r> Responder<'r, 'r> for Permission<'r> {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'r> {
        let mut response = Response::build();
        response.raw_header("Access-Control-Allow-Methods", METHODS).raw_header("Access-Control-Max-Age", REMEMBERED_S);
        if let Some(headers) = self.headers {
            response.raw_header("Access-Control-Allow-Headers", headers);
        }
        response.header(ContentType::Plain).sized_body(2, Cursor::new("OK")).ok()
    }
}

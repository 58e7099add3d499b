//! The headers that every answer has.

use rocket::http::Header;
use rocket::{Request, Response};

use super::context::Context;
use super::{Settings, cors};

/// What a page of ours may load and do. There is nothing to it for answers that are no page, and one rule for all cannot miss one.
const PAGE: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; \
                    font-src 'self'; connect-src 'self'; frame-ancestors 'none';";

/// The same for photos, which are strangers' files: should one be shown as a page, that page may do nothing at all.
const PHOTO: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; \
                     font-src 'self'; connect-src 'self'; frame-ancestors 'none'; sandbox";

const EVERYWHERE: [(&str, &str); 5] = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("X-XSS-Protection", "1; mode=block"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "geolocation=(), microphone=(), camera=(), payment=()"),
];

/// Gives an answer the headers that all have. Doing it twice changes nothing.
pub fn complete(request: &Request<'_>, response: &mut Response<'_>) {
    for (name, value) in EVERYWHERE {
        response.set_header(Header::new(name, value));
    }
    let place = first_segment(request);
    response.set_header(Header::new("Content-Security-Policy", if place == Some("photos") { PHOTO } else { PAGE }));
    if matches!(place, Some("auth" | "admin")) {
        // Tokens, and what is one person's business.
        response.set_header(Header::new("Cache-Control", "no-store"));
    }
    let context = Context::of(request);
    context.end(response);
    if let Some(standing) = context.standing.get() {
        standing.tell(response);
    }
    if let Some(settings) = request.rocket().state::<Settings>() {
        if settings.hsts {
            response.set_header(Header::new("Strict-Transport-Security", "max-age=31536000; includeSubDomains"));
        }
        cors::allow(settings, request, response);
    }
}

/// Where a request goes: `photos` for all that lies under `/photos/`, which routes find past doubled slashes.
fn first_segment<'r>(request: &'r Request<'_>) -> Option<&'r str> {
    request.uri().path().raw_segments().find(|segment| !segment.is_empty()).map(rocket::http::RawStr::as_str)
}

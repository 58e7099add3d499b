//! The embedded web UI: `static/` as `build.rs` prepared it, with the answers caches want.
//!
//! Everything but the page itself lives under `/static/<fingerprint>/`, where the fingerprint covers all of `static/`. Imports inside are
//! relative, so one prefix in `index.html` names a consistent set of files without rewriting any script, and browsers keep them for
//! good. A page that was open while CatAtlas was updated asks for files of an older set: 404, never a redirect, which would run two versions
//! of one module side by side. The page then offers to reload.

use std::borrow::Cow;
use std::io::Cursor;

use rocket::http::Status;
use rocket::http::uri::Origin;
use rocket::response::{self, Responder, Response};
use rocket::{Request, get};

use embedded::Files;

#[expect(clippy::disallowed_methods, reason = "the derived lookup drops where a missing path would have stood")]
mod embedded {
    /// Files by `<coding>/<path>`: a table made at compile time, so a path that leads elsewhere is only a path that is not in it.
    #[derive(rust_embed::Embed)]
    #[folder = "$OUT_DIR/assets"]
    pub struct Files;
}

const FINGERPRINT: &str = env!("ASSETS_FINGERPRINT");

/// Content codings, ours before theirs where a client likes several equally.
const CODINGS: [&str; 3] = ["br", "gzip", "identity"];

#[get("/")]
pub fn page() -> Asset<'static> {
    index()
}

/// The one page there is: it finds out in the browser what to show.
pub fn index() -> Asset<'static> {
    Asset::at_fixed_name("index.html")
}

/// The documentation of the API, read from `/openapi.json`.
#[get("/docs")]
pub fn docs() -> Asset<'static> {
    Asset::at_fixed_name("docs.html")
}

/// What browsers ask for beside a page that names no icon, such as an answer of the API.
#[get("/favicon.ico")]
pub fn icon() -> Asset<'static> {
    Asset::at_fixed_name("icons/icon.svg")
}

#[get("/manifest.webmanifest")]
pub fn manifest() -> Asset<'static> {
    Asset::at_fixed_name("manifest.webmanifest")
}

/// Keeps the pages for times without a network. At the root, for it looks after all that lies beneath its address.
#[get("/sw.js")]
pub fn service_worker() -> Asset<'static> {
    Asset::at_fixed_name("sw.js")
}

#[get("/robots.txt")]
pub fn robots() -> Asset<'static> {
    Asset::at_fixed_name("robots.txt")
}

#[get("/static/<_..>")]
pub fn fingerprinted<'r>(uri: &'r Origin<'_>) -> Option<Asset<'r>> {
    let path = uri.path().as_str().strip_prefix("/static/")?.strip_prefix(FINGERPRINT)?.strip_prefix('/')?;
    Some(Asset { path, keeping: "public, max-age=31536000, immutable" })
}

/// A file of `static/`, and how long to keep it as `Cache-Control` says it.
pub struct Asset<'r> {
    path: &'r str,
    keeping: &'static str,
}

impl Asset<'static> {
    /// At an address that outlives the content: to be kept, and asked about each time.
    const fn at_fixed_name(path: &'static str) -> Self {
        Self { path, keeping: "no-cache" }
    }
}

impl<'r> Responder<'r, 'static> for Asset<'_> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let accepted = listed(request, "Accept-Encoding");
        let (coding, file) = by_preference(&accepted)
            .into_iter()
            .find_map(|coding| Some((coding, Files::get(&format!("{coding}/{}", self.path))?)))
            .ok_or(Status::NotFound)?;
        let tag = entity_tag(file.metadata.sha256_hash());

        let mut response = Response::build();
        response.raw_header("ETag", tag.clone()).raw_header("Cache-Control", self.keeping).raw_header("Vary", "Accept-Encoding");
        if is_current(&listed(request, "If-None-Match"), &tag) {
            return response.status(Status::NotModified).ok();
        }
        if coding != "identity" {
            response.raw_header("Content-Encoding", coding);
        }
        response.raw_header("Content-Type", content_type(self.path)).sized_body(file.data.len(), Cursor::new(file.data)).ok()
    }
}

/// All values of a header that may be sent in one line or several.
pub(super) fn listed<'r>(request: &'r Request<'_>, name: &str) -> Cow<'r, str> {
    let mut values = request.headers().get(name);
    let first = values.next().unwrap_or_default();
    values.fold(Cow::Borrowed(first), |all, value| Cow::Owned(format!("{all},{value}")))
}

/// The codings a client takes, the ones it likes best first (RFC 9110, 12.5.3). Nobody is refused: a file as it is comes last even so.
fn by_preference(accept_encoding: &str) -> Vec<&'static str> {
    let wishes: Vec<(&str, f32)> = accept_encoding.split(',').map(wish).collect();
    let weight = |name: &str| wishes.iter().find(|(coding, _)| coding.eq_ignore_ascii_case(name)).map(|(_, weight)| *weight);
    let mut codings: Vec<_> = CODINGS.map(|coding| (coding, weight(coding).or(weight("*")).unwrap_or_default())).into();
    codings.retain(|(_, weight)| *weight > 0.0);
    codings.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    codings.into_iter().map(|(coding, _)| coding).chain(["identity"]).collect()
}

/// One item of `Accept-Encoding`: a coding and its weight, 1 where none is given and 0 where it cannot be read.
fn wish(item: &str) -> (&str, f32) {
    let (coding, weight) = item.split_once(';').unwrap_or((item, "q=1"));
    let number = weight.trim().strip_prefix(['q', 'Q']).and_then(|rest| rest.trim_start().strip_prefix('='));
    (coding.trim(), number.map_or(0.0, |number| number.trim().parse().unwrap_or(0.0)))
}

/// A strong tag: it differs between the codings of one file, as their bytes do.
fn entity_tag(sha256: [u8; 32]) -> String {
    let number = sha256.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    format!("\"{number:032x}\"")
}

/// Whether the client has these bytes already. A weak tag counts: caches on the way may have weakened ours.
pub(super) fn is_current(if_none_match: &str, tag: &str) -> bool {
    if_none_match.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_chooses_the_coding_and_we_break_ties() {
        assert_eq!(by_preference("gzip, deflate, br, zstd"), ["br", "gzip", "identity"]);
        assert_eq!(by_preference("br;q=0.5, gzip;q=0.8"), ["gzip", "br", "identity"]);
        assert_eq!(by_preference("*"), ["br", "gzip", "identity", "identity"]);
        assert_eq!(by_preference("*;q=0.5, br;q=0"), ["gzip", "identity", "identity"]);
        assert_eq!(by_preference("identity, GZIP; q=0.5"), ["identity", "gzip", "identity"]);
    }

    #[test]
    fn a_client_that_names_no_coding_gets_the_file_as_it_is() {
        for accepted in ["", "deflate", "br;q=0", "br;q=0.000, gzip;q=zero", "identity;q=0", "br;level=3", ";;q=,"] {
            assert_eq!(by_preference(accepted), ["identity"], "{accepted}");
        }
    }

    #[test]
    fn known_tags_are_found_in_lists_weak_or_not() {
        for known in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(is_current(known, "\"a\""), "{known}");
        }
        for unknown in ["", "a", "\"b\"", "\"ab\""] {
            assert!(!is_current(unknown, "\"a\""), "{unknown}");
        }
    }

    #[test]
    fn every_file_has_a_type_and_a_plain_form() {
        for path in Files::iter() {
            let (coding, name) = path.split_once('/').unwrap();
            assert!(CODINGS.contains(&coding), "{path}");
            assert_ne!(content_type(name), "application/octet-stream", "{path}");
            assert!(Files::get(&format!("identity/{name}")).is_some(), "{path}");
        }
    }
}

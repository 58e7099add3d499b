//! The door: what is configured about who may come in, and what is kept in memory for it.

use rocket::Request;
use rocket::http::Method;
use url::Url;

use crate::auth::attempts::Attempts;
use crate::auth::passwords::Passwords;
use crate::auth::tokens::Signer;
use crate::domain::accounts::Access;

use super::Settings;

/// Who may come in, and how that is known.
#[derive(Debug)]
pub struct Gate {
    pub access: Access,
    /// Whether everybody may have an account; otherwise it takes an invite.
    pub registration_is_open: bool,
    pub passwords: Passwords,
    pub signer: Signer,
    pub attempts: Attempts,
    /// Where browsers find this atlas, if that is configured.
    pub public_url: Option<Url>,
}

impl Gate {
    pub fn new(access: Access, signer: Signer) -> Self {
        Self {
            access,
            registration_is_open: false,
            passwords: Passwords::default(),
            signer,
            attempts: Attempts::default(),
            public_url: None,
        }
    }

    /// Whether cookies may travel over TLS alone.
    pub fn is_behind_tls(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// Whether a page of ours, or one that is allowed, made the browser send this request. A `*` allows nobody here: it would be everybody.
    pub fn is_from_our_page(&self, request: &Request<'_>) -> bool {
        let Some(sent) = only(request, "Origin") else { return false };
        let Ok(url) = Url::parse(sent) else { return false };
        let origin = url.origin().ascii_serialization();
        let is_ours = only(request, "Host").is_some_and(|host| authority(&url).eq_ignore_ascii_case(host));
        let is_public = self.public_url.as_ref().is_some_and(|public| public.origin().ascii_serialization() == origin);
        let is_allowed = request.rocket().state::<Settings>().is_some_and(|settings| settings.allowed_origins.contains(&origin));
        matches!(url.scheme(), "http" | "https") && sent == origin && (is_ours || is_public || is_allowed)
    }

    /// Whether a cookie may not speak for who sent this: it would change something, and no page of ours asked for it.
    pub fn is_forged(&self, request: &Request<'_>) -> bool {
        !matches!(request.method(), Method::Get | Method::Head | Method::Options) && !self.is_from_our_page(request)
    }
}

/// A header that was sent exactly once.
fn only<'r>(request: &'r Request<'_>, name: &str) -> Option<&'r str> {
    let mut lines = request.headers().get(name);
    lines.next().filter(|_| lines.next().is_none())
}

/// Host and port as the `Host` header has them.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

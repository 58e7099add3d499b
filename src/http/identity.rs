//! Who sends a request: found once, and asked of the database each time, so that what is revoked is worth nothing at once.

use jiff::Timestamp;
use rocket::Request;
use rocket::request::{FromRequest, Outcome};

use crate::auth::secrets;
use crate::auth::tokens::Purpose;
use crate::domain::accounts::Account;
use crate::domain::tokens::Scope;
use crate::store::{Db, StoreError, sessions, tokens};
use crate::trace;

use super::context::Context;
use super::cookies;
use super::gate::Gate;

/// How API tokens begin.
pub const API_TOKEN: &str = "catatlas_";

/// What is known of who sends a request.
#[derive(Debug, Clone)]
pub enum Identity {
    /// Nothing was shown.
    Visitor,
    Known(Account, Means),
    /// What was shown is worth nothing, or nothing any more.
    Stale {
        is_cookie: bool,
    },
    /// The database did not say.
    Unknown,
}

/// How somebody shows who they are.
#[derive(Debug, Clone)]
pub enum Means {
    Session { id: i64, is_cookie: bool },
    Token(Vec<Scope>),
}

impl Identity {
    /// The account that is signed in.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::Known(account, _) => Some(account),
            _ => None,
        }
    }

    /// Whether something was shown that is worth nothing, or nothing any more.
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Stale { .. })
    }

    pub fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| {
            let found = find(request).unwrap_or_else(|error| {
                trace::fail(error.kind(), &format_args!("who sends it could not be looked up: {error}"));
                Self::Unknown
            });
            if let Some(account) = found.account() {
                Context::of(request).user.get_or_init(|| account.id);
            }
            found
        })
    }
}

/// Whoever asks, for handlers that answer everybody.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'r>(pub &'r Identity);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Asking<'r> {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Self(Identity::of(request)))
    }
}

/// The session that a request comes in, and its account; none for tokens and visitors.
#[derive(Debug, Clone, Copy)]
pub struct CurrentSession(pub Option<(i64, i64)>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for CurrentSession {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Self(match Identity::of(request) {
            Identity::Known(account, Means::Session { id, .. }) => Some((*id, account.id)),
            _ => None,
        }))
    }
}

fn find(request: &Request<'_>) -> Result<Identity, StoreError> {
    let (Some(gate), Some(db)) = (request.rocket().state::<Gate>(), request.rocket().state::<Db>()) else { return Ok(Identity::Unknown) };
    let now = Timestamp::now();
    let stale = |is_cookie| Identity::Stale { is_cookie };
    let (shown, is_cookie) = match (request.headers().get_one("Authorization"), request.cookies().get(cookies::ACCESS)) {
        (Some(header), _) => match bearer(header) {
            Some(shown) => (shown.to_owned(), false),
            None => return Ok(stale(false)),
        },
        (None, Some(cookie)) => (cookie.value().to_owned(), true),
        (None, None) => return Ok(Identity::Visitor),
    };
    if shown.starts_with(API_TOKEN) && !is_cookie {
        let found = db.look_up(|session| tokens::account_of(session, &secrets::hash(&shown), now))?;
        return Ok(found.map_or(stale(false), |(account, scopes)| Identity::Known(account, Means::Token(scopes))));
    }
    let Ok(claims) = gate.signer.check(&shown, Purpose::Access, now) else { return Ok(stale(is_cookie)) };
    let (Ok(account_id), Ok(id)) = (claims.sub.parse(), claims.jti.parse()) else { return Ok(stale(is_cookie)) };
    let account = db.look_up(|session| sessions::account_of(session, id, account_id, now))?;
    Ok(account.map_or(stale(is_cookie), |account| Identity::Known(account, Means::Session { id, is_cookie })))
}

/// What is shown after `Bearer`.
pub fn bearer(header: &str) -> Option<&str> {
    let (scheme, shown) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then_some(shown.trim())
}

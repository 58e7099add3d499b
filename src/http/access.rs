//! Nobody does what they may not: every route asks the table before its handler runs, and hands it the permit.

use jiff::Timestamp;
use rocket::Request;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome as Guarded};

use crate::domain::accounts::{Account, Act, Permit, Reach, Role};
use crate::domain::audit::Deed;
use crate::store::{Tx, audit};

use super::error::{ApiError, ApiResult};
use super::gate::Gate;
use super::identity::{Identity, Means};

/// Nobody is signed in, and this takes more.
pub const SIGN_IN: ApiError = ApiError::refusal(Status::Unauthorized, "SIGN_IN_NEEDED", "Please sign in to do this.");
/// What somebody is signed in with is worth nothing any more.
pub const SIGN_IN_AGAIN: ApiError =
    ApiError::refusal(Status::Unauthorized, "TOKEN_INVALID", "What you are signed in with is not valid any more. Please sign in again.");
const NOT_ALLOWED: ApiError =
    ApiError::refusal(Status::Forbidden, "NOT_ALLOWED", "Your account may not do this. An admin of this atlas can give it another role.");
const SCOPE_MISSING: ApiError =
    ApiError::refusal(Status::Forbidden, "SCOPE_MISSING", "This token was made for other things. Make one with the scope that this takes.");
/// A cookie came along with a request that no page of ours made.
pub const FORGED: ApiError = ApiError::refusal(
    Status::Forbidden,
    "ORIGIN_MISMATCH",
    "This was not sent by a page of this atlas, so your cookies do not count for it.",
);

/// Asks the table for an act, and keeps the permit for the handler. The doors ask nobody.
pub fn admit(request: &Request<'_>, act: Act) -> ApiResult<()> {
    if act != Act::Enter {
        let permit = permit(request, act)?;
        request.local_cache(|| Some(permit));
    }
    Ok(())
}

/// The permit for an act, or why there is none.
fn permit(request: &Request<'_>, act: Act) -> Result<Permit, ApiError> {
    let gate = request.rocket().state::<Gate>().ok_or(ApiError::BROKEN)?;
    let account = match Identity::of(request) {
        Identity::Visitor => None,
        // Pictures and pages stay readable while a browser renews what it is signed in with. What is written gets the right name, or none.
        Identity::Stale { is_cookie: true } if act == Act::Read && gate.access.reach(Role::Visitor, act) == Reach::Any => None,
        Identity::Stale { .. } => return Err(SIGN_IN_AGAIN),
        Identity::Unknown => return Err(ApiError::BROKEN),
        Identity::Known(_, Means::Session { is_cookie: true, .. }) if gate.is_forged(request) => return Err(FORGED),
        Identity::Known(_, Means::Token(scopes)) if !scopes.iter().any(|scope| scope.covers(act)) => return Err(SCOPE_MISSING),
        Identity::Known(account, _) => Some(account.clone()),
    };
    let refused = if account.is_some() { NOT_ALLOWED } else { SIGN_IN };
    Permit::of(gate.access, act, account).ok_or(refused)
}

/// Somebody else's: only for those who look after everybody's.
const NOT_YOURS: ApiError = ApiError::refusal(
    Status::Forbidden,
    "NOT_YOURS",
    "You may do this with what you made yourself. A caretaker of this atlas can do it for you.",
);

impl Permit {
    /// The account that a route is about which no visitor may ask.
    pub fn signed_in(&self) -> ApiResult<&Account> {
        self.account().ok_or(SIGN_IN)
    }

    /// Refuses what the permit does not cover. Asked within the write that does it, where rows are newest.
    pub fn check(&self, created_by: Option<i64>) -> ApiResult<()> {
        if self.covers(created_by) {
            Ok(())
        } else if self.account().is_some() {
            Err(NOT_YOURS)
        } else {
            Err(SIGN_IN)
        }
    }
}

/// Puts a deed on record, if it took more than coming by. Within the write that does it: both are kept, or neither.
pub fn on_record(tx: &Tx<'_>, permit: &Permit, deed: &Deed, now: Timestamp) -> ApiResult<()> {
    Ok(permit.actor().map_or(Ok(()), |actor| audit::record(tx, &actor, deed, now))?)
}

/// Handlers take the permit that their route was given.
#[rocket::async_trait]
impl<'r> FromRequest<'r> for Permit {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Guarded<Self, ()> {
        match request.local_cache(|| None::<Permit>) {
            Some(permit) => Guarded::Success(permit.clone()),
            None => Guarded::Error((Status::InternalServerError, ())),
        }
    }
}

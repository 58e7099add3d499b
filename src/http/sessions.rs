//! Where an account is signed in, over HTTP.

use jiff::Timestamp;
use rocket::http::Status;
use rocket::{State, delete, get};

use crate::domain::accounts::Permit;
use crate::domain::audit::Deed;
use crate::domain::sessions::Session;
use crate::store::{Db, sessions};

use super::access::on_record;
use super::answer::Json;
use super::error::{ApiError, ApiResult, CodedError};
use super::identity::CurrentSession;
use super::input::{Input, Segment};

/// Where the account is signed in, the newest first.
#[utoipa::path(responses((status = 200, body = Vec<Session>)))]
#[get("/auth/sessions")]
pub async fn list(permit: Permit, current: CurrentSession, db: &State<Db>) -> ApiResult<Json<Vec<Session>>> {
    let (account_id, now) = (permit.signed_in()?.id, Timestamp::now());
    let current = current.0.map_or(0, |(id, _)| id);
    Ok(Json(db.read(move |session| sessions::of_account(session, account_id, current, now)).await?))
}

/// End a session: its tokens are worth nothing from now on.
#[utoipa::path(responses((status = 204), (status = 404, body = CodedError)))]
#[delete("/auth/sessions/<session_id>")]
pub async fn revoke(session_id: Segment<'_>, permit: Permit, db: &State<Db>) -> ApiResult<Status> {
    let mut input = Input::default();
    let id = input.id("session_id", session_id);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        if !sessions::revoke(tx, id, permit.signed_in()?.id, now)? {
            return Err(ApiError::missing("SESSION_NOT_FOUND", "You have no such session. It may have ended already."));
        }
        on_record(tx, &permit, &Deed::new("end", "session", id), now)
    })
    .await?;
    Ok(Status::NoContent)
}

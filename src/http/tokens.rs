//! API tokens over HTTP.

use jiff::Timestamp;
use rocket::http::Status;
use rocket::{State, delete, get, post};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::auth::secrets::Secret;
use crate::domain::accounts::Permit;
use crate::domain::audit::Deed;
use crate::domain::tokens::{ApiToken, NewToken};
use crate::store::{Db, tokens};

use super::access::on_record;
use super::answer::{Created, Json};
use super::body::Body;
use super::error::{ApiError, ApiResult, CodedError};
use super::identity::API_TOKEN;
use super::input::{Input, Segment};

/// A new token, with what nobody will be shown again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownOnce {
    #[serde(flatten)]
    #[schema(inline)]
    about: ApiToken,
    token: String,
}

/// The API tokens of the account, the newest first.
#[utoipa::path(responses((status = 200, body = Vec<ApiToken>)))]
#[get("/auth/tokens")]
pub async fn list(permit: Permit, db: &State<Db>) -> ApiResult<Json<Vec<ApiToken>>> {
    let (account_id, now) = (permit.signed_in()?.id, Timestamp::now());
    Ok(Json(db.read(move |session| tokens::of_account(session, account_id, now)).await?))
}

/// Make an API token for a script. It is shown once, in this answer.
#[utoipa::path(request_body = NewToken, responses((status = 201, body = ShownOnce)))]
#[post("/auth/tokens", data = "<body>")]
pub async fn create(body: Body, permit: Permit, db: &State<Db>) -> ApiResult<Created<ShownOnce>> {
    let mut input = Input::default();
    let new: NewToken = input.body(&body);
    input.check()?;
    let token = Secret::random_with_prefix(API_TOKEN)?;
    let (hash, now) = (token.hash(), Timestamp::now());
    let about = db
        .write(move |tx| {
            let about = tokens::insert(tx, permit.signed_in()?.id, &new, &hash, now)?;
            let details = json!({ "name": about.name, "scopes": about.scopes, "expiresAt": about.expires_at });
            on_record(tx, &permit, &Deed::new("make", "token", about.id).with(details), now)?;
            Ok::<_, ApiError>(about)
        })
        .await?;
    Ok(Created(ShownOnce { about, token: token.expose().to_owned() }))
}

/// Take an API token back.
#[utoipa::path(responses((status = 204), (status = 404, body = CodedError)))]
#[delete("/auth/tokens/<token_id>")]
pub async fn revoke(token_id: Segment<'_>, permit: Permit, db: &State<Db>) -> ApiResult<Status> {
    let mut input = Input::default();
    let id = input.id("token_id", token_id);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        if !tokens::delete(tx, id, permit.signed_in()?.id)? {
            return Err(ApiError::missing("TOKEN_NOT_FOUND", "You have no such token. It may have been taken back already."));
        }
        on_record(tx, &permit, &Deed::new("take back", "token", id), now)
    })
    .await?;
    Ok(Status::NoContent)
}

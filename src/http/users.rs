//! The accounts of an atlas, and invites to have one, for those who run it.

use jiff::{SignedDuration, Timestamp};
use rocket::http::Status;
use rocket::{State, get, patch, post};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::auth::secrets::Secret;
use crate::domain::account_changes::{AccountChange, InviteDraft};
use crate::domain::accounts::{Account, Permit, Role};
use crate::domain::audit::Deed;
use crate::domain::page::Keyset;
use crate::domain::query::Query;
use crate::domain::time;
use crate::store::{Db, accounts, invites, sessions, tokens};

use super::access::on_record;
use super::answer::{Created, Json, Listed};
use super::body::Body;
use super::error::{ApiError, ApiResult, CodedError};
use super::input::{Input, RawQuery, Segment};

const NO_SUCH_ACCOUNT: ApiError = ApiError::missing("ACCOUNT_NOT_FOUND", "There is no such account.");
/// An atlas whose last admin has closed their own account is nobody's.
const OWN_ACCOUNT: ApiError =
    ApiError::refusal(Status::Conflict, "OWN_ACCOUNT", "This is your own account. Another admin can change its role or close it.");

/// The accounts there are, the newest first.
#[utoipa::path(params(Keyset), responses((status = 200, body = Vec<Account>, headers(("Link")))))]
#[get("/admin/users")]
pub async fn list(query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Listed<Vec<Account>>> {
    let mut input = Input::default();
    let keyset = input.query(query, Keyset::read);
    input.check()?;
    let found = db.read(move |session| accounts::list(session, keyset)).await?;
    let next = found.next.map(|before| format!("/admin/users?{}", Query::parse(query.0).with("before", before)));
    Ok(Listed { body: found.rows, next, total: None })
}

/// Give an account another role, close it or open it again.
///
/// What is absent stays. It takes effect at once; nobody does this to their own account.
#[utoipa::path(
    request_body = AccountChange,
    responses((status = 200, body = Account), (status = 404, body = CodedError), (status = 409, description = "It is your own", body = CodedError)),
)]
#[patch("/admin/users/<account_id>", data = "<body>")]
pub async fn change(account_id: Segment<'_>, body: Body, permit: Permit, db: &State<Db>) -> ApiResult<Json<Account>> {
    let mut input = Input::default();
    let id = input.id("account_id", account_id);
    let AccountChange { role, disabled } = input.body(&body);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        let old = accounts::by_id(tx, id)?.ok_or(NO_SUCH_ACCOUNT)?;
        if permit.account_id() == Some(id) {
            return Err(OWN_ACCOUNT);
        }
        if let Some(role) = role.filter(|role| *role != old.role) {
            accounts::set_role(tx, id, role)?;
            on_record(tx, &permit, &Deed::new("change role", "account", id).with(json!({ "from": old.role, "to": role })), now)?;
        }
        if let Some(closes) = disabled.filter(|closes| *closes != old.disabled_at.is_some()) {
            accounts::set_disabled(tx, id, closes.then_some(now))?;
            if closes {
                sessions::revoke_all(tx, id, now)?;
                tokens::delete_all(tx, id)?;
            }
            on_record(tx, &permit, &Deed::new(if closes { "disable" } else { "enable" }, "account", id), now)?;
        }
        accounts::by_id(tx, id)?.map(Json).ok_or(NO_SUCH_ACCOUNT)
    })
    .await
}

/// An invite, with what nobody will be shown again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invited {
    id: i64,
    role: Role,
    #[serde(rename = "expiresAt")]
    expires_at: String,
    /// What makes the account, once: `POST /auth/register` takes it as `invite`, and the page at `/register#invite=...` too.
    invite: String,
}

/// Invite somebody. The invite is shown once, in this answer, and makes one account.
#[utoipa::path(request_body = InviteDraft, responses((status = 201, body = Invited)))]
#[post("/admin/invites", data = "<body>")]
pub async fn invite(body: Body, permit: Permit, db: &State<Db>) -> ApiResult<Created<Invited>> {
    let mut input = Input::default();
    let InviteDraft { role, expires_in_days } = input.body(&body);
    input.check()?;
    let (secret, now) = (Secret::random()?, Timestamp::now());
    let expires = now.saturating_add(SignedDuration::from_hours(24 * expires_in_days)).map_err(|error| {
        log::error!("an invite of {expires_in_days} days: {error}");
        ApiError::BROKEN
    })?;
    let (hash, expires_at) = (secret.hash(), time::format(expires));
    let details = json!({ "role": role, "expiresAt": expires_at });
    let id = db
        .write(move |tx| {
            let id = invites::insert(tx, &hash, role, now, expires)?;
            on_record(tx, &permit, &Deed::new("invite", "invite", id).with(details), now)?;
            Ok::<_, ApiError>(id)
        })
        .await?;
    Ok(Created(Invited { id, role, expires_at, invite: secret.expose().to_owned() }))
}

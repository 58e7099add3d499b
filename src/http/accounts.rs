//! The doors: signing up and in, staying so, and out.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::Timestamp;
use rocket::http::Status;
use rocket::{State, get, post};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::auth::secrets::{self, Secret};
use crate::auth::tokens::Purpose;
use crate::domain::accounts::{Account, Act, Permit, Reach, Role};
use crate::domain::audit::{Actor, Deed};
use crate::domain::credentials::{LoginDraft, RefreshDraft, RegisterDraft, SetUpDraft};
use crate::domain::sessions::ACCESS_SECONDS;
use crate::store::sessions::Refreshed;
use crate::store::{Db, StoreError, accounts, audit, invites, sessions};
use crate::trace;

use super::access::SIGN_IN_AGAIN;
use super::answer::{Created, Json};
use super::body::Body;
use super::cookies;
use super::error::{ApiError, ApiResult, CodedError};
use super::gate::Gate;
use super::identity::CurrentSession;
use super::input::Input;
use super::visit::Visit;

const WRONG: ApiError = ApiError::refusal(
    Status::Unauthorized,
    "WRONG_CREDENTIALS",
    "There is no account with this name and password. Please check both; whoever runs this atlas can set a new password.",
);
const DISABLED: ApiError =
    ApiError::refusal(Status::Forbidden, "ACCOUNT_DISABLED", "This account has been closed. Whoever runs this atlas can open it again.");
const CLOSED: ApiError = ApiError::refusal(
    Status::Forbidden,
    "REGISTRATION_CLOSED",
    "This atlas takes members by invitation. Please ask whoever runs it for an invite.",
);
const INVITE_INVALID: ApiError = ApiError::refusal(
    Status::Forbidden,
    "INVITE_INVALID",
    "This link has been used already, or its time is over. Please ask for a new one.",
);
const USERNAME_TAKEN: ApiError =
    ApiError::refusal(Status::Conflict, "USERNAME_TAKEN", "Somebody else has this name already. Please take another.");
const REUSED: ApiError = ApiError::refusal(
    Status::Unauthorized,
    "TOKEN_REUSED",
    "This refresh token had been used before, so somebody else may have it. The session has been ended: please sign in again.",
);

/// What somebody gets who is signed in. The tokens are left out where a browser keeps them as cookies.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedIn {
    account: Account,
    token_type: &'static str,
    /// Seconds that the access token is good for.
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

impl SignedIn {
    fn new(account: Account, access_token: Option<String>, refresh_token: Option<String>) -> Self {
        Self { account, token_type: "Bearer", expires_in: ACCESS_SECONDS, access_token, refresh_token }
    }
}

/// Sign in.
///
/// A browser is given cookies that no script can read; whoever sends no `Origin` gets the tokens in the answer. An access token is good for
/// half an hour, a refresh token for a week.
#[utoipa::path(
    request_body = LoginDraft,
    responses(
        (status = 200, body = SignedIn),
        (status = 401, description = "There is no account with this name and password", body = CodedError),
        (status = 403, description = "The account is closed", body = CodedError),
        (status = 429, body = CodedError),
    ),
)]
#[post("/auth/login", data = "<body>")]
pub async fn login(body: Body, visit: Visit<'_>, gate: &State<Gate>, db: &State<Db>) -> ApiResult<Json<SignedIn>> {
    visit.check()?;
    let mut input = Input::default();
    let LoginDraft { username, password } = input.body(&body);
    input.check()?;
    let (account, hash) = db.look_up(|session| accounts::by_name(session, &username))?.unzip();
    let guest = visit.guest(&username, account.as_ref().map(|account| account.id), gate);
    gate.attempts.begin(&guest, Instant::now()).map_err(|wait| ApiError::TooMany { wait_s: wait.as_secs() + 1 })?;
    let is_right = gate.passwords.matches(password, hash).await?;
    let account = account.filter(|_| is_right).ok_or(WRONG)?;
    gate.attempts.succeed(&guest, Instant::now());
    if account.disabled_at.is_some() {
        return Err(DISABLED);
    }
    sign_in(account, &visit, gate, db).await.map(Json)
}

/// Make an account, and sign in.
///
/// It takes an invite, unless this atlas is open to all.
#[utoipa::path(
    request_body = RegisterDraft,
    responses(
        (status = 201, body = SignedIn),
        (status = 403, description = "There is no such invite, or it takes one", body = CodedError),
        (status = 409, description = "The name is taken", body = CodedError),
    ),
)]
#[post("/auth/register", data = "<body>")]
pub async fn register(body: Body, visit: Visit<'_>, gate: &State<Gate>, db: &State<Db>) -> ApiResult<Created<SignedIn>> {
    visit.check()?;
    let mut input = Input::default();
    let RegisterDraft { username, password, invite } = input.body(&body);
    input.check()?;
    if invite.is_none() && !gate.registration_is_open {
        return Err(CLOSED);
    }
    let ticket = invite.map(|invite| Ticket { hash: secrets::hash(&invite), is_set_up: false });
    let account = admit(username, password, ticket, gate, db).await?;
    sign_in(account, &visit, gate, db).await.map(Created)
}

/// Make the first account, an admin's, and sign in.
///
/// It takes the token of the link that is printed when an atlas without an account starts.
#[utoipa::path(
    request_body = SetUpDraft,
    responses(
        (status = 201, body = SignedIn),
        (status = 403, description = "The link is of no use any more", body = CodedError),
        (status = 409, description = "The name is taken", body = CodedError),
    ),
)]
#[post("/auth/setup", data = "<body>")]
pub async fn set_up(body: Body, visit: Visit<'_>, gate: &State<Gate>, db: &State<Db>) -> ApiResult<Created<SignedIn>> {
    visit.check()?;
    let mut input = Input::default();
    let SetUpDraft { username, password, token } = input.body(&body);
    input.check()?;
    let ticket = Ticket { hash: secrets::hash(&token), is_set_up: true };
    let account = admit(username, password, Some(ticket), gate, db).await?;
    sign_in(account, &visit, gate, db).await.map(Created)
}

/// An invite as somebody shows it.
struct Ticket {
    hash: String,
    is_set_up: bool,
}

/// Makes an account: of the role its invite says, a member's without one.
async fn admit(username: String, password: String, ticket: Option<Ticket>, gate: &Gate, db: &Db) -> ApiResult<Account> {
    let now = Timestamp::now();
    // Looked at before a hash is computed for it, and again where it counts.
    if let Some(Ticket { hash, is_set_up }) = &ticket {
        db.look_up(|session| invites::find(session, hash, *is_set_up, now))?.ok_or(INVITE_INVALID)?;
    }
    let password_hash = gate.passwords.hash(password).await?;
    db.write(move |tx| {
        let invite = match &ticket {
            Some(Ticket { hash, is_set_up }) => Some(invites::find(tx, hash, *is_set_up, now)?.ok_or(INVITE_INVALID)?),
            None => None,
        };
        let role = invite.map_or(Role::Member, |invite| invite.role);
        let account = accounts::insert(tx, &username, role, &password_hash, now)?.ok_or(USERNAME_TAKEN)?;
        if let Some(invite) = invite {
            invites::spend(tx, invite, account.id, now)?;
        }
        let deed = Deed::new("register", "account", account.id).with(json!({ "role": role, "invite": invite.map(|invite| invite.id) }));
        audit::record(tx, &Actor::from(&account), &deed, now)?;
        Ok(account)
    })
    .await
}

async fn sign_in(account: Account, visit: &Visit<'_>, gate: &Gate, db: &Db) -> ApiResult<SignedIn> {
    let (refresh, now) = (Secret::random()?, Timestamp::now());
    let (id, client, hash) = (account.id, visit.client.clone(), refresh.hash());
    let session_id: i64 = db.write(move |tx| sessions::begin(tx, id, client.as_deref(), &hash, now)).await?;
    if visit.is_browser {
        let device = Secret::random()?.expose().to_owned();
        cookies::keep_device(visit.jar, sign(gate, Purpose::Device, id, device, cookies::DEVICE_SECONDS)?, gate.is_behind_tls());
    }
    hand_over(account, session_id, &refresh, visit.is_browser, visit, gate)
}

/// Gives out a pair of tokens: as cookies, or in the answer.
fn hand_over(account: Account, session_id: i64, refresh: &Secret, in_cookies: bool, visit: &Visit<'_>, gate: &Gate) -> ApiResult<SignedIn> {
    let access = sign(gate, Purpose::Access, account.id, session_id.to_string(), ACCESS_SECONDS)?;
    let refresh = refresh.expose().to_owned();
    if in_cookies {
        cookies::keep(visit.jar, access, refresh, gate.is_behind_tls());
        return Ok(SignedIn::new(account, None, None));
    }
    Ok(SignedIn::new(account, Some(access), Some(refresh)))
}

fn sign(gate: &Gate, purpose: Purpose, account_id: i64, jti: String, seconds: i64) -> ApiResult<String> {
    gate.signer.sign(purpose, account_id, jti, Timestamp::now(), seconds).map_err(|error| {
        trace::fail("TokenError", &error);
        ApiError::BROKEN
    })
}

/// Exchange a refresh token, in the body or a cookie, for a new pair of tokens.
///
/// A refresh token is good once. One that comes a second time was stolen from somebody: the session ends for whoever is in it.
// Who came with a cookie gets cookies: a page's script that could have the tokens in the answer need not be kept from the cookies.
#[utoipa::path(
    request_body = RefreshDraft,
    responses((status = 200, body = SignedIn), (status = 401, description = "The token is of no use any more", body = CodedError)),
)]
#[post("/auth/refresh", data = "<body>")]
pub async fn refresh(body: Body, visit: Visit<'_>, gate: &State<Gate>, db: &State<Db>) -> ApiResult<Json<SignedIn>> {
    visit.check()?;
    let (shown, in_cookies) = refresh_token(&body, &visit)?.ok_or(SIGN_IN_AGAIN)?;
    let (hash, new, now) = (secrets::hash(&shown), Secret::random()?, Timestamp::now());
    let new_hash = new.hash();
    let refreshed = db
        .write(move |tx| {
            let refreshed = sessions::refresh(tx, &hash, &new_hash, now)?;
            if let Refreshed::Reused { session_id, account } = &refreshed {
                audit::record(tx, &Actor::from(account), &Deed::new("reuse refresh token", "session", *session_id), now)?;
            }
            Ok::<_, StoreError>(refreshed)
        })
        .await?;
    match refreshed {
        Refreshed::Renewed { session_id, account } => hand_over(account, session_id, &new, in_cookies, &visit, gate).map(Json),
        Refreshed::Reused { session_id, account } => {
            log::warn!("session {session_id} of account {} was ended: a refresh token was used twice", account.id);
            cookies::forget(visit.jar);
            Err(REUSED)
        }
        Refreshed::Unknown => {
            cookies::forget(visit.jar);
            Err(SIGN_IN_AGAIN)
        }
    }
}

/// The refresh token that was shown, if one was, and whether it was a cookie.
fn refresh_token(body: &Body, visit: &Visit<'_>) -> ApiResult<Option<(String, bool)>> {
    let mut input = Input::default();
    let RefreshDraft { refresh_token } = if body.is_empty() { RefreshDraft::default() } else { input.body(body) };
    input.check()?;
    let cookie = || visit.jar.get(cookies::REFRESH).map(|cookie| (cookie.value().to_owned(), true));
    Ok(refresh_token.map(|sent| (sent, false)).or_else(cookie))
}

/// Sign out: the session of the access token ends, or of the refresh token, or of both.
#[utoipa::path(request_body = RefreshDraft, responses((status = 204)))]
#[post("/auth/logout", data = "<body>")]
pub async fn logout(body: Body, visit: Visit<'_>, current: CurrentSession, db: &State<Db>) -> ApiResult<Status> {
    visit.check()?;
    let shown = refresh_token(&body, &visit)?.map(|(shown, _)| secrets::hash(&shown));
    let now = Timestamp::now();
    db.write(move |tx| {
        let of_token = shown.map_or(Ok(None), |hash| sessions::of_token(tx, &hash))?;
        for (session_id, account_id) in current.0.into_iter().chain(of_token) {
            sessions::revoke(tx, session_id, account_id, now)?;
        }
        Ok::<_, StoreError>(())
    })
    .await?;
    cookies::forget(visit.jar);
    Ok(Status::NoContent)
}

/// An account, and what it may do over whose things.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    #[serde(flatten)]
    #[schema(inline)]
    account: Account,
    /// Over whose things each act may be done: `no`, `own` or `any`.
    #[schema(value_type = HashMap<String, String>)]
    may: BTreeMap<Act, Reach>,
}

/// Who is signed in, and what they may do.
#[utoipa::path(responses((status = 200, body = Me)))]
#[get("/auth/me")]
#[expect(clippy::needless_pass_by_value, reason = "guards come by value")]
pub fn me(permit: Permit, gate: &State<Gate>) -> ApiResult<Json<Me>> {
    let account = permit.signed_in()?.clone();
    let may = Act::ALL.map(|act| (act, gate.access.reach(account.role, act))).into();
    Ok(Json(Me { account, may }))
}

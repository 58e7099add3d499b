//! Feature flags over HTTP, and the guard that features ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use rocket::fairing::AdHoc;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};
use rocket::{Request, State, get, patch, tokio};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::accounts::Permit;
use crate::domain::audit::Deed;
use crate::domain::flags::{Flag, FlagDraft, FlagState, Share};
use crate::store::{Db, flags};

use super::access::on_record;
use super::answer::Json;
use super::body::Body;
use super::client::Client;
use super::context::Context;
use super::error::{ApiError, ApiResult};
use super::identity::Identity;
use super::input::Input;

/// How often flags are read that the shell may have set.
const EVERY: Duration = Duration::from_secs(2);
/// Stands for a flag that nobody has set.
const UNSET: u8 = u8::MAX;

const FEATURE_OFF: ApiError =
    ApiError::refusal(Status::NotFound, "FEATURE_OFF", "This feature is switched off here. Whoever runs this atlas can switch it on.");

/// The flags as they stand, in memory: no request asks the database for them.
#[derive(Debug)]
pub struct Features {
    defaults: [Share; Flag::ALL.len()],
    set: [AtomicU8; Flag::ALL.len()],
}

impl Features {
    /// With the shares that the environment has, in the order of [`Flag::ALL`].
    pub fn new(defaults: [Share; Flag::ALL.len()]) -> Self {
        Self { defaults, set: Flag::ALL.map(|_| AtomicU8::new(UNSET)) }
    }

    /// Takes over what is stored.
    pub fn update(&self, stored: &[(Flag, Share)]) {
        for (_, flag) in Flag::ALL {
            let share = stored.iter().find(|(stored, _)| *stored == flag).map_or(UNSET, |(_, share)| share.percent());
            self.set[flag as usize].store(share, Ordering::Relaxed);
        }
    }

    fn set(&self, flag: Flag) -> Option<Share> {
        Share::of(self.set[flag as usize].load(Ordering::Relaxed))
    }

    fn state(&self, flag: Flag) -> FlagState {
        let set = self.set(flag);
        let share = set.unwrap_or(self.defaults[flag as usize]);
        FlagState { name: flag, state: share.to_string(), percent: share.percent(), is_set: set.is_some() }
    }
}

/// The features of whoever asks.
#[derive(Debug)]
pub struct Granted<'r> {
    features: &'r Features,
    who: String,
}

impl Granted<'_> {
    fn has(&self, flag: Flag) -> bool {
        let share = self.features.set(flag).unwrap_or(self.features.defaults[flag as usize]);
        flag.is_on(share, &self.who)
    }

    /// Refuses what is switched off.
    pub fn check(&self, flag: Flag) -> ApiResult<()> {
        if self.has(flag) { Ok(()) } else { Err(FEATURE_OFF) }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Granted<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let Some(features) = request.rocket().state::<Arc<Features>>() else { return Outcome::Error((Status::InternalServerError, ())) };
        Identity::of(request);
        let who = match Client::of(Context::of(request)) {
            Client::User(id) => format!("user {id}"),
            Client::Address(address) => address.to_string(),
        };
        Outcome::Success(Self { features, who })
    }
}

/// What somebody has of the features that can be switched.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeatureList {
    ai_analysis: bool,
    new_cat_profiles: bool,
}

/// Which features you have: a page hides the others.
#[utoipa::path(responses((status = 200, body = FeatureList)))]
#[get("/flags")]
#[expect(clippy::needless_pass_by_value, reason = "a guard is handed over")]
pub fn mine(granted: Granted<'_>) -> Json<FeatureList> {
    Json(FeatureList { ai_analysis: granted.has(Flag::AiAnalysis), new_cat_profiles: granted.has(Flag::NewCatProfiles) })
}

/// How every flag is set.
#[utoipa::path(responses((status = 200, body = Vec<FlagState>)))]
#[get("/admin/flags")]
pub fn list(features: &State<Arc<Features>>) -> Json<Vec<FlagState>> {
    Json(Flag::ALL.iter().map(|(_, flag)| features.state(*flag)).collect())
}

/// Switch a feature: off, on, or on for a share of people.
#[utoipa::path(request_body = FlagDraft, responses((status = 200, body = FlagState)))]
#[patch("/admin/flags", data = "<body>")]
pub async fn change(body: Body, permit: Permit, features: &State<Arc<Features>>, db: &State<Db>) -> ApiResult<Json<FlagState>> {
    let mut input = Input::default();
    let FlagDraft { name, percent } = input.body(&body);
    input.check()?;
    let (share, now) = (percent.and_then(Share::of), Timestamp::now());
    let stored = db
        .write(move |tx| {
            flags::set(tx, name, share, now)?;
            on_record(tx, &permit, &deed(name, share), now)?;
            Ok::<_, ApiError>(flags::all(tx)?)
        })
        .await?;
    features.update(&stored);
    Ok(Json(features.state(name)))
}

/// How the record tells of a switch.
pub fn deed(flag: Flag, share: Option<Share>) -> Deed {
    let state = share.map_or_else(|| "as the environment has it".to_owned(), |share| share.to_string());
    Deed::new("switch", "flag", flag as i64).with(json!({ "flag": flag.as_str(), "state": state }))
}

/// Reads now and then what the shell may have set, for as long as the server runs.
pub fn watching(features: Arc<Features>, db: Db) -> AdHoc {
    AdHoc::on_liftoff("feature flags", |_| {
        Box::pin(async move {
            tokio::spawn(async move {
                let mut every = tokio::time::interval(EVERY);
                loop {
                    every.tick().await;
                    match db.look_up(flags::all) {
                        Ok(stored) => features.update(&stored),
                        Err(error) => log::warn!("feature flags could not be read, the next try is in a moment: {error}"),
                    }
                }
            });
        })
    })
}

//! How whoever asks stands with this atlas: who they are to it, if anybody, and what they may do.

use std::collections::BTreeMap;

use rocket::{State, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::accounts::{Access, Account, Act, Reach, Role};

use super::answer::Json;
use super::gate::Gate;
use super::identity::Asking;

/// What a page needs to know before it shows anything.
#[derive(Debug, Serialize, ToSchema)]
pub struct Standing {
    /// Who is signed in; null for a visitor.
    account: Option<Account>,
    /// Whether what was shown is worth nothing any more. Renew it, or sign in again.
    #[serde(rename = "isStale")]
    is_stale: bool,
    /// What visitors may do: `private`, `community` or `open`.
    access: Access,
    /// Whether an account takes no invite.
    #[serde(rename = "registrationIsOpen")]
    registration_is_open: bool,
    /// Over whose things each act may be done: `no`, `own` or `any`.
    #[schema(value_type = HashMap<String, String>)]
    may: BTreeMap<Act, Reach>,
}

/// Who is asking, and what they may do. Visitors may ask, too.
#[utoipa::path(responses((status = 200, body = Standing)))]
#[get("/auth/standing")]
pub fn standing(asking: Asking<'_>, gate: &State<Gate>) -> Json<Standing> {
    let account = asking.0.account().cloned();
    let role = account.as_ref().map_or(Role::Visitor, |account| account.role);
    Json(Standing {
        is_stale: asking.0.is_stale(),
        access: gate.access,
        registration_is_open: gate.registration_is_open,
        may: Act::ALL.map(|act| (act, gate.access.reach(role, act))).into(),
        account,
    })
}

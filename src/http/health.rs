//! Whether the server is well, for monitors and load balancers.

use rocket::{State, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::{Db, entries};

use super::answer::Json;
use super::error::{ApiError, ApiResult, CodedError};

#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`
    status: &'static str,
}

/// Whether the program answers.
#[utoipa::path(responses((status = 200, body = Health)))]
#[get("/health/live")]
pub fn live() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether the database answers too.
#[utoipa::path(responses((status = 200, body = Health), (status = 503, description = "It is too busy, or damaged", body = CodedError)))]
#[get("/health")]
pub async fn health(db: &State<Db>) -> ApiResult<Json<Health>> {
    if db.is_damaged() {
        return Err(ApiError::DAMAGED);
    }
    db.read(entries::total).await?;
    Ok(Json(Health { status: "ok" }))
}

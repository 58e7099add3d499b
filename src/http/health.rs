//! Whether the server is well, for monitors and load balancers.

use rocket::{State, get};
use serde::Serialize;

use crate::store::{Db, entries};

use super::answer::Json;
use super::error::ApiResult;

#[derive(Serialize)]
pub struct Health {
    status: &'static str,
}

/// The process answers: nothing else is asked.
#[get("/health/live")]
pub fn live() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// The database answers too.
#[get("/health")]
pub async fn health(db: &State<Db>) -> ApiResult<Json<Health>> {
    db.read(entries::total).await?;
    Ok(Json(Health { status: "ok" }))
}

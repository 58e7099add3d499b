//! Whether the server is well, for monitors and load balancers.

use std::time::Duration;

use rocket::http::Status;
use rocket::response::{self, Responder};
use rocket::tokio::time::timeout;
use rocket::{Request, State, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::{Db, StoreError, migrations};
use crate::trace;

use super::Settings;
use super::answer::Json;

/// A write that takes longer is as good as none.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`
    status: &'static str,
}

/// What was tried, and how that went.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// `ok` or `unavailable`
    status: &'static str,
    checks: Checks,
}

/// Each is `ok`, or says what is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct Checks {
    /// It can be read.
    database: &'static str,
    /// Something can be written.
    writer: &'static str,
    /// The file is as this release needs it.
    schema: &'static str,
    /// There is room for more.
    disk: &'static str,
}

const OK: &str = "ok";

/// Whether the program answers. Nothing is looked at.
#[utoipa::path(responses((status = 200, body = Health)))]
#[get("/health")]
pub fn health() -> Json<Health> {
    Json(Health { status: OK })
}

/// The same, by the name that orchestrators know.
#[utoipa::path(responses((status = 200, body = Health)))]
#[get("/health/live")]
pub fn live() -> Json<Health> {
    Json(Health { status: OK })
}

/// Whether it can do its work: read, write, and go on doing so.
#[utoipa::path(responses((status = 200, body = Readiness), (status = 503, description = "Something is not as it should be", body = Readiness)))]
#[get("/health/ready")]
pub async fn ready(db: &State<Db>, settings: &State<Settings>) -> Readiness {
    let schema = db.look_up(migrations::version);
    let written = timeout(PATIENCE, db.write(|_| Ok::<_, StoreError>(()))).await;
    let is_roomy = db.sizes().free_bytes >= settings.disk_floor_bytes;
    let check = |is_well: bool, wrong| if is_well { OK } else { wrong };
    let checks = Checks {
        database: if db.is_damaged() { "is damaged" } else { check(schema.is_ok(), "cannot be read") },
        writer: check(matches!(written, Ok(Ok(()))), "does not write"),
        schema: check(schema.is_ok_and(|version| version >= migrations::LATEST), "is of another release"),
        disk: check(is_roomy, "is nearly full"),
    };
    let is_well = [checks.database, checks.writer, checks.schema, checks.disk].iter().all(|check| *check == OK);
    if !is_well {
        trace::fail("NotReady", &format_args!("{checks:?}"));
    }
    Readiness { status: if is_well { OK } else { "unavailable" }, checks }
}

impl<'r> Responder<'r, 'static> for Readiness {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let is_well = self.status == OK;
        let mut response = Json(self).respond_to(request)?;
        if !is_well {
            response.set_status(Status::ServiceUnavailable);
        }
        Ok(response)
    }
}

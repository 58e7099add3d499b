//! Backups over HTTP: made, listed, taken home.

use jiff::Timestamp;
use rocket::http::{ContentType, Header, Status};
use rocket::response::{self, Responder, Response};
use rocket::tokio::fs::File;
use rocket::tokio::task::spawn_blocking;
use rocket::{Request, State, get, post};
use serde_json::json;
use utoipa::ToSchema;

use crate::backups::{self, Place, Problem, Shelved, Trouble};
use crate::domain::accounts::Permit;
use crate::domain::audit::Deed;
use crate::domain::backups::made_at;
use crate::store::Db;

use super::access::on_record;
use super::answer::{Created, Json};
use super::error::{ApiError, ApiResult, CodedError};

const UNDER_WAY: ApiError =
    ApiError::refusal(Status::Conflict, "BACKUP_UNDER_WAY", "A backup is being made at this moment. Please wait for that one.");
const ABSENT: ApiError = ApiError::missing("BACKUP_NOT_FOUND", "There is no such backup. It may have been taken away by a newer one.");
const DISK_FULL: ApiError =
    ApiError::refusal(Status::InsufficientStorage, "DISK_FULL", "There is no room for a backup. Please make some on the disk.");

/// The backups there are, the newest first.
#[utoipa::path(responses((status = 200, body = Vec<Shelved>)))]
#[get("/admin/backups")]
pub async fn list(place: &State<Place>) -> ApiResult<Json<Vec<Shelved>>> {
    let place = place.inner().clone();
    Ok(Json(apart(move || backups::list(&place.folder)).await?))
}

/// Make a backup. The answer comes once it is proven.
#[utoipa::path(responses((status = 201, body = Shelved), (status = 409, body = CodedError), (status = 507, body = CodedError)))]
#[post("/admin/backups")]
pub async fn create(permit: Permit, place: &State<Place>, db: &State<Db>) -> ApiResult<Created<Shelved>> {
    let (place, now) = (place.inner().clone(), Timestamp::now());
    let shelved = apart(move || place.make(now)).await?.shelved();
    let deed = Deed::new("make", "backup", now.as_millisecond()).with(json!({ "name": shelved.name }));
    db.write(move |tx| on_record(tx, &permit, &deed, now)).await?;
    Ok(Created(shelved))
}

/// Take a backup home. It holds everybody's data: keep it where only you can read it.
#[utoipa::path(responses((status = 200, body = Bytes, content_type = "application/zstd"), (status = 404, body = CodedError)))]
#[get("/admin/backups/<backup>")]
pub async fn download(backup: &str, permit: Permit, place: &State<Place>, db: &State<Db>) -> ApiResult<Download> {
    // A name that is a backup's has no way to another folder in it.
    let made_at = made_at(backup).ok_or(ABSENT)?;
    let file = File::open(place.folder.join(backup)).await.map_err(|_| ABSENT)?;
    let deed = Deed::new("take home", "backup", made_at.as_millisecond()).with(json!({ "name": backup }));
    db.write(move |tx| on_record(tx, &permit, &deed, Timestamp::now())).await?;
    Ok(Download { file, name: backup.to_owned() })
}

/// A backup as it is.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "they are sent as they are")]
struct Bytes(Vec<u8>);

#[derive(Debug)]
pub struct Download {
    file: File,
    name: String,
}

impl<'r> Responder<'r, 'static> for Download {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        Response::build_from(self.file.respond_to(request)?)
            .header(ContentType::new("application", "zstd"))
            .header(Header::new("Content-Disposition", format!("attachment; filename=\"{}\"", self.name)))
            .header(Header::new("Cache-Control", "no-store"))
            .ok()
    }
}

/// Does what takes a while on a thread of its own.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T, Trouble> + Send + 'static) -> ApiResult<T> {
    let done = spawn_blocking(work).await.map_err(|panic| {
        log::error!("a backup ended in a panic: {panic}");
        ApiError::BROKEN
    })?;
    done.map_err(|trouble| {
        log::error!("no backup: {trouble}");
        match trouble.problem {
            Problem::Busy => UNDER_WAY,
            problem if problem.is_full_disk() => DISK_FULL,
            _ => ApiError::BROKEN,
        }
    })
}

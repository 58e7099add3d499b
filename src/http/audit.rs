//! The record of what was done by whom, over HTTP.

use rocket::{State, get};

use crate::domain::audit::AuditLine;
use crate::domain::page::Keyset;
use crate::domain::query::Query;
use crate::store::{Db, audit};

use super::answer::Listed;
use super::error::ApiResult;
use super::input::{Input, RawQuery};

/// What was done by whom, the newest first.
#[utoipa::path(params(Keyset), responses((status = 200, body = Vec<AuditLine>, headers(("Link")))))]
#[get("/admin/audit")]
pub async fn list(query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Listed<Vec<AuditLine>>> {
    let mut input = Input::default();
    let keyset = input.query(query, Keyset::read);
    input.check()?;
    let found = db.read(move |session| audit::list(session, keyset)).await?;
    let next = found.next.map(|before| format!("/admin/audit?{}", Query::parse(query.0).with("before", before)));
    Ok(Listed { body: found.rows, next, total: None })
}

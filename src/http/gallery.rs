//! The gallery of cats over HTTP.

use rocket::{State, get};

use crate::domain::gallery::CatPlate;
use crate::domain::page::Keyset;
use crate::domain::query::Query;
use crate::store::{Db, cats, gallery};

use super::answer::Listed;
use super::error::ApiResult;
use super::input::{Input, RawQuery};

/// Cats with what tells them apart at a glance, the newest first.
///
/// At most 1000 at once; `Link` says where the rest is.
#[utoipa::path(params(Keyset), responses((status = 200, body = Vec<CatPlate>, headers(("Link"), ("X-Total-Count" = u64)))))]
#[get("/cats/gallery")]
pub async fn list(query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Listed<Vec<CatPlate>>> {
    let mut input = Input::default();
    let keyset = input.query(query, Keyset::read);
    input.check()?;
    let (found, total) = db.read(move |session| Ok((gallery::list(session, keyset)?, cats::total(session)?))).await?;
    let next = found.next.map(|before| format!("/cats/gallery?{}", Query::parse(query.0).with("before", before)));
    Ok(Listed { body: found.rows, next, total: Some(total) })
}

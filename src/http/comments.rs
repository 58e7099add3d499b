//! Comments on cats over HTTP.

use jiff::Timestamp;
use rocket::http::Status;
use rocket::{State, delete, get, post};
use serde_json::json;

use crate::domain::accounts::Permit;
use crate::domain::audit::Deed;
use crate::domain::comments::{Comment, CommentPage, NewComment};
use crate::domain::page::Page;
use crate::store::{Db, cats, comments};

use super::access::on_record;
use super::answer::{Created, Json};
use super::body::Body;
use super::cats::NO_SUCH_CAT;
use super::error::{ApiError, ApiResult, CodedError};
use super::input::{Input, RawQuery, Segment};

const NO_SUCH_COMMENT: ApiError = ApiError::missing("COMMENT_NOT_FOUND", "There is no such comment on this cat.");

/// A page of the comments on a cat, latest first.
#[utoipa::path(params(Page), responses((status = 200, body = CommentPage), (status = 404, body = CodedError)))]
#[get("/cats/<cat_id>/comments")]
pub async fn list(cat_id: Segment<'_>, query: RawQuery<'_>, db: &State<Db>) -> ApiResult<Json<CommentPage>> {
    let mut input = Input::default();
    let cat_id = input.id("cat_id", cat_id);
    let page = input.query(query, Page::read);
    input.check()?;
    let found = db
        .read(move |session| match cats::by_id(session, cat_id)? {
            Some(_) => comments::page(session, cat_id, page).map(Some),
            None => Ok(None),
        })
        .await?;
    found.map(Json).ok_or(NO_SUCH_CAT)
}

/// Comment on a cat.
///
/// A blank field is refused like an empty one.
#[utoipa::path(request_body = NewComment, responses((status = 201, body = Comment), (status = 404, body = CodedError)))]
#[post("/cats/<cat_id>/comments", data = "<body>")]
pub async fn create(cat_id: Segment<'_>, body: Body, permit: Permit, db: &State<Db>) -> ApiResult<Created<Comment>> {
    let mut input = Input::default();
    let cat_id = input.id("cat_id", cat_id);
    let new: NewComment = input.body(&body);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        cats::by_id(tx, cat_id)?.ok_or(NO_SUCH_CAT)?;
        Ok(Created(comments::insert(tx, cat_id, &new, permit.account_id(), now)?))
    })
    .await
}

/// Remove a comment.
#[utoipa::path(responses((status = 204), (status = 404, body = CodedError)))]
#[delete("/cats/<cat_id>/comments/<comment_id>")]
pub async fn remove(cat_id: Segment<'_>, comment_id: Segment<'_>, permit: Permit, db: &State<Db>) -> ApiResult<Status> {
    let mut input = Input::default();
    let cat_id = input.id("cat_id", cat_id);
    let id = input.id("comment_id", comment_id);
    input.check()?;
    let now = Timestamp::now();
    db.write(move |tx| {
        permit.check(comments::created_by(tx, cat_id, id)?.ok_or(NO_SUCH_COMMENT)?)?;
        on_record(tx, &permit, &Deed::new("delete", "comment", id).with(json!({ "cat_id": cat_id })), now)?;
        comments::delete(tx, cat_id, id)?;
        Ok(Status::NoContent)
    })
    .await
}

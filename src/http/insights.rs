//! Insights about cats over HTTP.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use rocket::http::Status;
use rocket::{State, post};

use crate::domain::flags::Flag;
use crate::domain::insights::{Insight, InsightDraft, Subject};
use crate::domain::time;
use crate::store::{Db, cats, insights};

use super::answer::Json;
use super::body::Body;
use super::error::{ApiError, ApiResult, SentenceError};
use super::flags::Granted;
use super::input::{Input, Segment};
use super::metrics::Metrics;

/// What the ten newest sightings of a cat say, for one of four purposes.
///
/// The answer is stored, and is the same until the sightings, the name or the question change.
#[utoipa::path(
    request_body = InsightDraft,
    responses(
        (status = 200, body = Insight),
        (status = 400, description = "The cat has no sightings", body = SentenceError),
        (status = 404, body = SentenceError),
    ),
)]
#[post("/cats/<cat_id>/insights", data = "<body>")]
pub async fn create(
    cat_id: Segment<'_>,
    body: Body,
    granted: Granted<'_>,
    metrics: &State<Arc<Metrics>>,
    db: &State<Db>,
) -> ApiResult<Json<Insight>> {
    granted.check(Flag::AiAnalysis)?;
    let began = Instant::now();
    let mut input = Input::default();
    let cat_id = input.id("cat_id", cat_id);
    let InsightDraft { mode, question } = input.body(&body);
    input.check()?;
    let (subject, stored) = db
        .read(move |session| {
            let Some(cat) = cats::by_id(session, cat_id)? else { return Ok(Err(ApiError::CAT_NOT_FOUND)) };
            let entries = insights::considered(session, cat_id)?;
            let subject = Subject { cat_id, name: cat.name, entries, mode, question };
            let stored = insights::of_subject(session, &subject)?;
            Ok(Ok((subject, stored)))
        })
        .await??;
    if let Some(stored) = stored {
        return Ok(Json(stored));
    }
    if subject.entries.is_empty() {
        return Err(ApiError::Sentence(Status::BadRequest, "This cat has no sightings yet. Link one first."));
    }
    let insight = subject.insight(time::format(Timestamp::now()));
    metrics.analyzed(began);
    let kept = db.write(move |tx| insights::keep(tx, &subject, &insight)).await?;
    kept.map(Json).ok_or(ApiError::CAT_NOT_FOUND)
}

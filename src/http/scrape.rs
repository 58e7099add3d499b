//! Metrics over HTTP, for whoever may see them: this machine itself, and whom the operator lets in.

use std::sync::Arc;

use rocket::http::{ContentType, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::{Request, State, get};

use crate::auth::secrets;
use crate::domain::geocoding::CircuitState;
use crate::geocoder::Geocoder;
use crate::store::{Db, entries, photos};
use crate::trace;

use super::client::is_this_machine;
use super::context::{Context, InFlight};
use super::error::{ApiError, ApiResult};
use super::metrics::Metrics;
use super::{Settings, identity};

const CLOSED: ApiError = ApiError::refusal(
    Status::Forbidden,
    "METRICS_CLOSED",
    "Metrics are for the machine itself. Whoever runs this atlas can let others in: catatlas serve --metrics-token or --metrics-from",
);

/// Whether a request may see the metrics.
#[derive(Debug, Clone, Copy)]
pub struct Scraper(bool);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Scraper {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Self(may_scrape(request)))
    }
}

fn may_scrape(request: &Request<'_>) -> bool {
    let Some(settings) = request.rocket().state::<Settings>() else { return false };
    let shown = request.headers().get_one("Authorization").and_then(identity::bearer);
    // Hashes are compared, so that how long it takes says nothing of the token.
    let has_token = settings.metrics_token.is_some() && shown.map(secrets::hash) == settings.metrics_token;
    let is_near = settings.metrics_from.iter().any(|network| network.contains(&Context::of(request).address));
    is_this_machine(request) || has_token || is_near
}

/// Everything that is counted and measured, in the text format of Prometheus.
#[get("/metrics")]
pub fn metrics(
    scraper: Scraper,
    metrics: &State<Arc<Metrics>>,
    db: &State<Db>,
    in_flight: &State<InFlight>,
    geocoder: &State<Option<Arc<Geocoder>>>,
) -> ApiResult<(ContentType, String)> {
    if !scraper.0 {
        return Err(CLOSED);
    }
    let (entries, photos) = db.look_up(|session| Ok((entries::total(session)?, photos::total(session)?)))?;
    look_around(metrics, db, in_flight, geocoder.as_deref());
    metrics.gauges.photos.set(photos);
    let text = metrics.text(entries).map_err(|error| {
        trace::fail("MetricsError", &error);
        ApiError::BROKEN
    })?;
    let kind = ContentType::new("text", "plain").with_params([("version", "0.0.4"), ("charset", "utf-8")]);
    Ok((kind, text))
}

/// Sets the gauges to what is at this moment.
fn look_around(metrics: &Metrics, db: &Db, in_flight: &InFlight, geocoder: Option<&Geocoder>) {
    let gauges = &metrics.gauges;
    let load = db.load();
    gauges.active.set(whole(in_flight.count()));
    gauges.pool.with_label_values(&["idle"]).set(load.idle.into());
    gauges.pool.with_label_values(&["busy"]).set(load.busy.into());
    gauges.queue.set(whole(load.waiting_writes));
    let sizes = db.sizes();
    gauges.database_bytes.set(whole(sizes.database_bytes));
    gauges.wal_bytes.set(whole(sizes.wal_bytes));
    gauges.disk_free_bytes.set(whole(sizes.free_bytes));
    let health = geocoder.map(Geocoder::health);
    gauges.geocoder_failures.set(health.as_ref().map_or(0, |health| whole(health.failure_count)));
    for (name, state) in [("closed", CircuitState::Closed), ("open", CircuitState::Open), ("half_open", CircuitState::HalfOpen)] {
        let is_so = health.as_ref().is_some_and(|health| health.circuit_state == state);
        gauges.geocoder_state.with_label_values(&[name]).set(i64::from(is_so));
    }
}

fn whole<N: TryInto<i64>>(number: N) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

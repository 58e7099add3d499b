//! One request to a Nominatim server, and what may be believed of its answer.

use std::fmt;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use url::Url;

use crate::domain::geo::Point;
use crate::domain::geocoding::Place;
use crate::domain::text;

/// One place of Nominatim is about 2 KiB.
const MAX_ANSWER_BYTES: u64 = 256 * 1024;
/// Longer than any address; adopted sightings may hold more.
const MAX_QUERY: usize = 500;
/// Nominatim's usage policy asks for the application's name.
const USER_AGENT: &str = concat!("CatAtlas/", env!("CARGO_PKG_VERSION"), " (self-hosted atlas of street cats)");

/// Why a request brought nothing. Never tells the address asked: it may hold an operator's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    TimedOut,
    Unreachable,
    /// A status other than 200, a redirect included: the operator named one server, and places go to no other.
    Refused(u16),
    /// The answer was too long, no JSON, or not on the globe.
    Unusable(&'static str),
}

impl Failure {
    /// Whether the same request may do better a moment later. A server that has had too many (429) is not asked again at once.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::TimedOut | Self::Unreachable | Self::Refused(500..))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("it did not answer in time"),
            Self::Unreachable => f.write_str("it could not be reached"),
            Self::Refused(status) => write!(f, "it answered with status {status}"),
            Self::Unusable(why) => write!(f, "its answer {why}"),
        }
    }
}

impl From<ureq::Error> for Failure {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Timeout(_) => Self::TimedOut,
            ureq::Error::BodyExceedsLimit(_) => Self::Unusable("was too long"),
            _ => Self::Unreachable,
        }
    }
}

pub struct Client {
    agent: Agent,
    search: Url,
}

impl Client {
    /// `server` is the address of a Nominatim server, with or without `/search`; a query (a key) is kept.
    #[must_use]
    pub fn new(server: &Url, timeout: Duration) -> Self {
        let mut search = server.clone();
        let path = search.path().trim_end_matches('/');
        let path = format!("{}/search", path.strip_suffix("/search").unwrap_or(path));
        search.set_path(&path);
        let config = Agent::config_builder()
            .user_agent(USER_AGENT)
            .accept("application/json")
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // The configuration names whom we talk to, not the environment.
            .proxy(None);
        Self { agent: config.build().new_agent(), search }
    }

    /// The best match for a location, or none if the server knows none.
    pub fn search(&self, location: &str) -> Result<Option<Place>, Failure> {
        let mut url = self.search.clone();
        let query = text::collapse(&text::clean(location));
        url.query_pairs_mut()
            .append_pair("q", text::first(&query, MAX_QUERY))
            .append_pair("format", "json")
            .append_pair("limit", "1")
            .append_pair("addressdetails", "1");
        let mut response = self.agent.get(url.as_str()).call()?;
        match response.status().as_u16() {
            200 => read(&response.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec()?),
            status => Err(Failure::Refused(status)),
        }
    }
}

/// `[{"lat": "52.5", "lon": "13.4", "osm_id": 240109189, "display_name": "..."}]`, or `[]`.
fn read(body: &[u8]) -> Result<Option<Place>, Failure> {
    let hits: Vec<Value> = serde_json::from_slice(body).map_err(|_| Failure::Unusable("was no list of places"))?;
    hits.first().map(|hit| place(hit).ok_or(Failure::Unusable("was no place on the globe"))).transpose()
}

fn place(hit: &Value) -> Option<Place> {
    // What is no number lies nowhere.
    let degrees = |name| Some(plain(&hit[name])?.parse().unwrap_or(f64::NAN));
    let point = Point { lat: degrees("lat")?, lon: degrees("lon")? };
    Place::heard(hit["display_name"].as_str()?, point, plain(&hit["osm_id"]).as_deref())
}

/// Text or a number, as text: Nominatim writes coordinates as the one and ids as the other, its kin the other way round.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

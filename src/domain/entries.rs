//! Sightings: what is sent, what is stored, and which of them a list asks for.

use serde::{Serialize, Serializer};
use serde_json::Value;
use url::Url;
use utoipa::{IntoParams, ToSchema};

use super::draft::{Draft, Fields, loc};
use super::geo::{Bounds, Point};
use super::invalid::{Invalid, Problem, Step};
use super::page::Keyset;
use super::query::Query;
use super::whole::Whole;
use super::{text, time};

/// A stored sighting, as it is answered.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Entry {
    pub id: i64,
    pub text: String,
    #[serde(rename = "createdAt")]
    pub created_at: String,
    #[serde(rename = "isFavorite")]
    pub is_favorite: bool,
    pub nickname: Option<String>,
    pub location: Option<String>,
    pub cat_id: Option<i64>,
    #[serde(serialize_with = "web_address")]
    pub photo_url: Option<String>,
    pub location_normalized: Option<String>,
    pub location_lat: Option<f64>,
    pub location_lon: Option<f64>,
    pub location_osm_id: Option<String>,
    pub location_street: Option<String>,
    pub location_number: Option<String>,
    pub location_zip: Option<String>,
    pub location_city: Option<String>,
    pub location_country: Option<String>,
    /// The account that logged it; left out where nobody was signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<i64>,
}

impl Entry {
    /// Where it was, if both coordinates are known. 0.0 is a coordinate.
    #[must_use]
    pub fn point(&self) -> Option<Point> {
        Point::of(self.location_lat, self.location_lon)
    }
}

/// The address of a photo as it is shown: databases from before addresses were checked hold `javascript:` ones, which are kept
/// but never handed out.
pub fn web_address<S: Serializer>(stored: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    stored.as_deref().filter(|address| address.is_empty() || is_photo_address(address)).serialize(serializer)
}

/// A sighting as sent: types and bounds are right, nothing else is known of it.
#[derive(Debug, Clone, Default, ToSchema)]
#[schema(example = json!({ "text": "Orange tabby on the bakery wall", "nickname": "Biscuit", "location": "Mill Lane 3" }))]
pub struct EntryDraft {
    /// What was seen. Markup goes, and the rest may not be blank.
    #[schema(min_length = 1, max_length = 5000)]
    pub text: String,
    #[schema(max_length = 100)]
    pub nickname: Option<String>,
    /// Where it was. Left aside if any part of an address is set: then it is made of those.
    #[schema(max_length = 200)]
    pub location: Option<String>,
    /// An `http` or `https` address, or a `/photos/` path of this atlas.
    #[schema(max_length = 1000)]
    pub photo_url: Option<String>,
    #[schema(max_length = 200)]
    pub location_street: Option<String>,
    /// Left out of the address if there is no street.
    #[schema(max_length = 20)]
    pub location_number: Option<String>,
    #[schema(max_length = 20)]
    pub location_zip: Option<String>,
    #[schema(max_length = 100)]
    pub location_city: Option<String>,
    #[schema(max_length = 100)]
    pub location_country: Option<String>,
    /// In degrees, and only together with the other: where it was, if that is known better than an address tells.
    #[schema(minimum = -90, maximum = 90)]
    pub location_lat: Option<f64>,
    #[schema(minimum = -180, maximum = 180)]
    pub location_lon: Option<f64>,
}

impl Draft for EntryDraft {
    fn read(fields: &mut Fields<'_>) -> Self {
        let mut draft = Self {
            text: fields.required_text("text", 5000),
            nickname: fields.optional_text("nickname", 100),
            location: fields.optional_text("location", 200),
            photo_url: photo_address(fields),
            location_street: fields.optional_text("location_street", 200),
            location_number: fields.optional_text("location_number", 20),
            location_zip: fields.optional_text("location_zip", 20),
            location_city: fields.optional_text("location_city", 100),
            location_country: fields.optional_text("location_country", 100),
            ..Self::default()
        };
        let point = fields.point("location_lat", "location_lon").of(None);
        (draft.location_lat, draft.location_lon) = point.map(|point| (point.lat, point.lon)).unzip();
        draft
    }
}

pub(super) fn photo_address(fields: &mut Fields<'_>) -> Option<String> {
    let sent = fields.optional_text("photo_url", 1000)?;
    let address = text::trim(&sent);
    if address.is_empty() {
        return None;
    }
    if !is_photo_address(address) {
        let msg = "A photo's address should start with http:// or https://";
        fields.refuse(Problem::new("url_scheme", &loc("photo_url"), msg).with_input(&Value::from(sent.as_str())));
    }
    Some(address.to_owned())
}

/// An address on the web, or a `/photos/` path of ours.
fn is_photo_address(address: &str) -> bool {
    if address.contains(char::is_control) {
        return false;
    }
    match address.strip_prefix("/photos/") {
        Some(name) => !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/')),
        None => Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()),
    }
}

/// A sighting whose note is blank: refused on its own, since it is told in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlankNote;

/// A sighting fit to be stored: cleaned, trimmed, within bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    text: String,
    nickname: Option<String>,
    location: Option<String>,
    photo_url: Option<String>,
    address: Address,
    point: Option<Point>,
}

/// The parts of a place that were sent one by one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Address {
    pub street: Option<String>,
    pub number: Option<String>,
    pub zip: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
}

impl Address {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// `street number, zip city, country` of the parts that exist; a number without a street is dropped. None if nothing is left.
    pub(super) fn composed(&self) -> Option<String> {
        let joined = |parts: &[&Option<String>], by: &str| {
            let set: Vec<&str> = parts.iter().filter_map(|part| part.as_deref()).collect();
            (!set.is_empty()).then(|| set.join(by))
        };
        let street = self.street.as_ref().and_then(|_| joined(&[&self.street, &self.number], " "));
        joined(&[&street, &joined(&[&self.zip, &self.city], " "), &self.country], ", ")
    }
}

impl EntryDraft {
    /// Cleans and trims every field; a composed address takes the place of `location`.
    pub fn validate(self) -> Result<NewEntry, BlankNote> {
        let text = text::plain(&self.text).ok_or(BlankNote)?;
        let optional = |sent: Option<String>| sent.and_then(|sent| text::plain(&sent));
        let address = Address {
            street: optional(self.location_street),
            number: optional(self.location_number),
            zip: optional(self.location_zip),
            city: optional(self.location_city),
            country: optional(self.location_country),
        };
        let location = if address.is_empty() { optional(self.location) } else { address.composed() };
        Ok(NewEntry {
            text,
            nickname: optional(self.nickname),
            location,
            photo_url: self.photo_url,
            address,
            point: Point::of(self.location_lat, self.location_lon),
        })
    }
}

impl NewEntry {
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn nickname(&self) -> Option<&str> {
        self.nickname.as_deref()
    }

    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    pub fn photo_url(&self) -> Option<&str> {
        self.photo_url.as_deref()
    }

    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Where it was, where that was sent.
    pub fn point(&self) -> Option<Point> {
        self.point
    }
}

/// Which sightings a list asks for; every part narrows it.
#[derive(Debug, Clone, PartialEq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EntryFilter {
    /// Words that the note, nickname or place must hold.
    pub q: Option<String>,
    /// Only sightings of this cat.
    #[param(inline, value_type = Option<Whole>)]
    pub cat_id: Option<i64>,
    /// Only sightings of no cat.
    #[param(required = false, default = false)]
    pub unassigned: bool,
    /// Only favorites.
    #[param(required = false, default = false)]
    pub favorite: bool,
    /// Only sightings in a box of degrees: `west,south,east,north`. It may cross the 180th meridian.
    #[param(value_type = Option<String>)]
    pub bbox: Option<Bounds>,
    // Moments are microseconds since 1970, both included.
    /// Only sightings of this time or later, such as `2026-01-10T22:27:08Z`. A day alone is its first moment.
    #[param(value_type = Option<String>)]
    pub since: Option<i64>,
    /// Only sightings of this time or earlier. A day alone is its first moment.
    #[param(value_type = Option<String>)]
    pub until: Option<i64>,
    #[param(ignore)]
    pub keyset: Keyset,
}

impl EntryFilter {
    pub fn read(query: &Query<'_>, invalid: &mut Invalid) -> Self {
        let limit_and_before = Keyset::read(query, invalid);
        Self {
            q: query.text("q").map(str::to_owned),
            // A number that no cat can have finds nothing.
            cat_id: query.whole("cat_id", i64::MIN..=i64::MAX, invalid).map(|id| id.small().unwrap_or(0)),
            unassigned: query.flag("unassigned", invalid).unwrap_or(false),
            favorite: query.flag("favorite", invalid).unwrap_or(false),
            bbox: bbox(query, invalid),
            since: moment("since", query, invalid),
            until: moment("until", query, invalid),
            keyset: limit_and_before,
        }
    }

    /// Whether it asks for all sightings, in pages or not: only then a total is cheap to tell.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self
            == Self { q: None, cat_id: None, unassigned: false, favorite: false, bbox: None, since: None, until: None, keyset: self.keyset }
    }

    /// Whether a sighting is asked for; `q` and the keyset aside, which only an index can tell.
    #[must_use]
    pub fn admits(&self, entry: &Entry) -> bool {
        let is_in_time = || {
            let Some(seen) = time::micros(&entry.created_at) else { return false };
            self.since.is_none_or(|since| since <= seen) && self.until.is_none_or(|until| seen <= until)
        };
        self.cat_id.is_none_or(|cat_id| entry.cat_id == Some(cat_id))
            && (!self.unassigned || entry.cat_id.is_none())
            && (!self.favorite || entry.is_favorite)
            && self.bbox.is_none_or(|bbox| entry.point().is_some_and(|point| bbox.contains(point)))
            && ((self.since.is_none() && self.until.is_none()) || is_in_time())
    }
}

/// `west,south,east,north` in degrees. West may be east of east: the box then crosses the 180th meridian.
pub(super) fn bbox(query: &Query<'_>, invalid: &mut Invalid) -> Option<Bounds> {
    let written = query.text("bbox")?;
    let numbers = written.split(',').map(|part| part.trim().parse()).collect::<Result<Vec<f64>, _>>();
    if let Ok([west, south, east, north]) = numbers.as_deref()
        && [west, south, east, north].iter().all(|number| number.is_finite())
    {
        return Some(Bounds { south: *south, west: *west, north: *north, east: *east });
    }
    let loc = [Step::Name("query"), Step::Name("bbox")];
    let msg = "Input should be four numbers: west,south,east,north";
    invalid.add(Problem::new("float_parsing", &loc, msg).with_input(&Value::from(written)));
    None
}

pub(super) fn moment(name: &'static str, query: &Query<'_>, invalid: &mut Invalid) -> Option<i64> {
    let written = query.text(name)?;
    let micros = time::micros(written);
    if micros.is_none() {
        let loc = [Step::Name("query"), Step::Name(name)];
        let msg = "Input should be a time such as 2026-01-10T22:27:08Z";
        invalid.add(Problem::new("datetime_parsing", &loc, msg).with_input(&Value::from(written)));
    }
    micros
}

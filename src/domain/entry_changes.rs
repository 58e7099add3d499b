//! Changes of a sighting: what is absent stays, what is null goes, and a place that was looked up goes with its address.

use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::draft::{Change, Draft, Fields};
use super::entries::{Address, BlankNote, Entry, photo_address};
use super::geo::Point;
use super::text;

/// A change as sent, cleaned.
#[derive(Debug, Clone, Default, ToSchema)]
#[schema(example = json!({ "nickname": null, "location_street": "Mill Lane", "location_number": "3" }))]
pub struct EntryChange {
    /// What was seen. Markup goes, and the rest may not be blank.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 5000)]
    text: Change<String>,
    #[schema(value_type = Option<String>, max_length = 100)]
    nickname: Change<String>,
    /// Stays as it is sent while the address does not change.
    #[schema(value_type = Option<String>, max_length = 200)]
    location: Change<String>,
    #[schema(value_type = Option<String>, max_length = 1000)]
    photo_url: Change<String>,
    #[schema(value_type = Option<String>, max_length = 200)]
    location_street: Change<String>,
    #[schema(value_type = Option<String>, max_length = 20)]
    location_number: Change<String>,
    #[schema(value_type = Option<String>, max_length = 20)]
    location_zip: Change<String>,
    #[schema(value_type = Option<String>, max_length = 100)]
    location_city: Change<String>,
    #[schema(value_type = Option<String>, max_length = 100)]
    location_country: Change<String>,
    /// In degrees, and only together with the other.
    #[schema(value_type = Option<f64>, minimum = -90, maximum = 90)]
    location_lat: Change<f64>,
    #[schema(value_type = Option<f64>, minimum = -180, maximum = 180)]
    location_lon: Change<f64>,
}

impl Draft for EntryChange {
    fn read(fields: &mut Fields<'_>) -> Self {
        let mut change = Self {
            text: if fields.has("text") { change_to(text::plain(&fields.required_text("text", 5000))) } else { Change::Keep },
            nickname: optional(fields, "nickname", 100),
            location: optional(fields, "location", 200),
            photo_url: if fields.has("photo_url") { change_to(photo_address(fields)) } else { Change::Keep },
            location_street: optional(fields, "location_street", 200),
            location_number: optional(fields, "location_number", 20),
            location_zip: optional(fields, "location_zip", 20),
            location_city: optional(fields, "location_city", 100),
            location_country: optional(fields, "location_country", 100),
            ..Self::default()
        };
        let point = fields.point("location_lat", "location_lon");
        (change.location_lat, change.location_lon) = (point.map(|point| point.lat), point.map(|point| point.lon));
        change
    }
}

fn optional(fields: &mut Fields<'_>, name: &'static str, max: usize) -> Change<String> {
    let sent = fields.optional_text(name, max);
    if fields.has(name) { change_to(sent.as_deref().and_then(text::plain)) } else { Change::Keep }
}

/// Blanks are as good as null.
fn change_to(cleaned: Option<String>) -> Change<String> {
    cleaned.map_or(Change::Clear, Change::Set)
}

/// A sighting as a valid change makes it, fit to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedEntry(Entry);

impl EntryChange {
    /// Refuses a change that would leave a blank note.
    pub fn check(&self) -> Result<(), BlankNote> {
        if self.text == Change::Clear { Err(BlankNote) } else { Ok(()) }
    }

    /// What becomes of a sighting. A changed address is composed anew, and what a geocoder said of the old one is gone.
    #[must_use]
    pub fn of(self, old: &Entry) -> ChangedEntry {
        let stored = Address {
            street: old.location_street.clone(),
            number: old.location_number.clone(),
            zip: old.location_zip.clone(),
            city: old.location_city.clone(),
            country: old.location_country.clone(),
        };
        let address = Address {
            street: self.location_street.of(stored.street.clone()),
            number: self.location_number.of(stored.number.clone()),
            zip: self.location_zip.of(stored.zip.clone()),
            city: self.location_city.of(stored.city.clone()),
            country: self.location_country.of(stored.country.clone()),
        };
        let location = match self.location {
            sent if address == stored => sent.of(old.location.clone()),
            sent if address.is_empty() => sent.of(None),
            _ => address.composed(),
        };
        let has_moved = address != stored || location != old.location;
        let stays = old.point().filter(|_| !has_moved);
        let point = Point::of(self.location_lat.of(stays.map(|point| point.lat)), self.location_lon.of(stays.map(|point| point.lon)));
        let is_same_place = !has_moved && point == old.point();
        ChangedEntry(Entry {
            text: self.text.of(None).unwrap_or_else(|| old.text.clone()),
            nickname: self.nickname.of(old.nickname.clone()),
            photo_url: self.photo_url.of(old.photo_url.clone()),
            location,
            location_normalized: old.location_normalized.clone().filter(|_| is_same_place),
            location_lat: point.map(|point| point.lat),
            location_lon: point.map(|point| point.lon),
            location_osm_id: old.location_osm_id.clone().filter(|_| is_same_place),
            location_street: address.street,
            location_number: address.number,
            location_zip: address.zip,
            location_city: address.city,
            location_country: address.country,
            ..old.clone()
        })
    }
}

impl ChangedEntry {
    pub fn entry(&self) -> &Entry {
        &self.0
    }

    /// The names of the fields that differ, as they are answered.
    #[must_use]
    pub fn differences(&self, old: &Entry) -> Vec<String> {
        let fields = |entry: &Entry| match serde_json::to_value(entry) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let before = fields(old);
        fields(&self.0).into_iter().filter(|(name, value)| before.get(name) != Some(value)).map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::invalid::Invalid;

    fn entry() -> Entry {
        Entry {
            id: 1,
            text: "a cat".into(),
            created_at: String::new(),
            is_favorite: false,
            nickname: Some("Mina".into()),
            location: Some("Mill Lane 7, 53111 Bonn".into()),
            cat_id: Some(3),
            photo_url: None,
            location_normalized: Some("Mill Lane".into()),
            location_lat: Some(50.7),
            location_lon: Some(7.1),
            location_osm_id: Some("W1".into()),
            location_street: Some("Mill Lane".into()),
            location_number: Some("7".into()),
            location_zip: Some("53111".into()),
            location_city: Some("Bonn".into()),
            location_country: None,
            created_by: None,
        }
    }

    #[track_caller]
    fn changed(change: &Value) -> Entry {
        let mut invalid = Invalid::default();
        let change = EntryChange::read(&mut Fields::new(change.as_object().unwrap(), &mut invalid));
        assert_eq!(invalid.problems(), []);
        change.of(&entry()).0
    }

    #[test]
    fn what_is_absent_stays() {
        assert_eq!(changed(&json!({})), entry());
        assert_eq!(changed(&json!({"text": "two cats"})), Entry { text: "two cats".into(), ..entry() });
    }

    #[test]
    fn a_changed_address_is_composed_anew_and_loses_its_coordinates() {
        let moved = changed(&json!({"location_number": "9"}));
        assert_eq!(moved.location.as_deref(), Some("Mill Lane 9, 53111 Bonn"));
        assert_eq!((moved.point(), moved.location_normalized, moved.location_osm_id), (None, None, None));
        assert_eq!(changed(&json!({"location_number": "7", "location_city": " Bonn "})), entry(), "the same address again");
    }

    #[test]
    fn coordinates_that_are_sent_stay_with_a_changed_address() {
        let moved = changed(&json!({"location": "By the mill", "location_lat": 0, "location_lon": -7.5}));
        assert_eq!((moved.location.as_deref(), moved.location_lat, moved.location_lon), (Some("By the mill"), Some(0.0), Some(-7.5)));
        assert_eq!((moved.location_normalized, moved.location_street.as_deref()), (None, Some("Mill Lane")));
    }

    #[test]
    fn an_address_that_is_cleared_leaves_what_was_sent_as_location_or_nothing() {
        let cleared = json!({"location_street": null, "location_number": " ", "location_zip": null, "location_city": null});
        assert_eq!(changed(&cleared).location, None);
        let mut with_location = cleared;
        with_location["location"] = json!("the old mill");
        assert_eq!(changed(&with_location).location.as_deref(), Some("the old mill"));
    }

    #[test]
    fn differences_are_named_as_they_are_answered() {
        let mut invalid = Invalid::default();
        let change = json!({"nickname": null, "location_lat": 1.5, "location_lon": 2.5});
        let change = EntryChange::read(&mut Fields::new(change.as_object().unwrap(), &mut invalid)).of(&entry());
        let mut found = change.differences(&entry());
        found.sort();
        assert_eq!(found, ["location_lat", "location_lon", "location_normalized", "location_osm_id", "nickname"]);
    }
}

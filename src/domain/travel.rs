//! Sightings on their way out of an atlas and into one: a row each, with the same names in every format.

use serde_json::{Map, Value};

use super::draft::{Draft as _, Fields};
use super::entries::{Address, Entry, EntryDraft, NewEntry};
use super::invalid::{Invalid, Problem, Step};
use super::{text, time};

/// The columns of a row, in the order of a table.
pub const COLUMNS: [&str; 18] = [
    "id",
    "text",
    "createdAt",
    "isFavorite",
    "nickname",
    "location",
    "cat_id",
    "cat_name",
    "photo_url",
    "location_lat",
    "location_lon",
    "location_normalized",
    "location_osm_id",
    "location_street",
    "location_number",
    "location_zip",
    "location_city",
    "location_country",
];

/// The parts of an address that take the place of `location` where somebody sends them. What travels is as it was stored.
const PARTS: [&str; 5] = ["location_street", "location_number", "location_zip", "location_city", "location_country"];

/// A stored sighting as a row. Who logged it stays at home.
///
/// # Errors
/// It cannot be written as JSON, which no sighting is known for.
pub fn row(entry: &Entry, cat_name: Option<&str>) -> serde_json::Result<Map<String, Value>> {
    let written = serde_json::to_value(entry)?;
    let mut row = Map::new();
    for column in COLUMNS {
        let value = if column == "cat_name" { Value::from(cat_name) } else { written.get(column).cloned().unwrap_or_default() };
        row.insert(column.to_owned(), value);
    }
    Ok(row)
}

/// The cat that a row names: by the id it has in the file, by its name, or both.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NamedCat {
    pub id: Option<i64>,
    pub name: Option<String>,
}

/// A row fit to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// The id it had; it keeps it where that is free.
    pub id: Option<i64>,
    pub new: NewEntry,
    pub address: Address,
    /// As it was written, and in microseconds since 1970; none is now.
    pub created: Option<(String, i64)>,
    pub is_favorite: bool,
    pub cat: Option<NamedCat>,
    pub normalized: Option<String>,
    pub osm_id: Option<String>,
}

impl Arrival {
    /// Reads a row, or says what is wrong with it.
    ///
    /// # Errors
    /// Sentences, one a problem.
    pub fn read(row: &Map<String, Value>) -> Result<Self, Vec<String>> {
        let mut invalid = Invalid::default();
        let whole: Map<String, Value> =
            row.iter().filter(|(name, _)| !PARTS.contains(&name.as_str())).map(|(n, v)| (n.clone(), v.clone())).collect();
        let draft = EntryDraft::read(&mut Fields::new(&whole, &mut invalid));
        let parts = EntryDraft::read(&mut Fields::new(row, &mut invalid));
        let mut problems: Vec<String> = invalid.problems().iter().map(sentence).collect();
        problems.dedup();
        let text_of = |name: &str| row.get(name).and_then(Value::as_str).and_then(text::plain);
        let created = row.get("createdAt").and_then(Value::as_str).filter(|written| !written.is_empty());
        let created = created.map(|written| time::micros(written).map(|micros| (written.to_owned(), micros)).ok_or(written));
        let created = created.transpose().unwrap_or_else(|written| {
            problems.push(format!("createdAt: {written} is no time such as 2026-01-10T22:27:08Z"));
            None
        });
        let new = draft.validate().map_err(|_| problems.push("text: the note is empty".to_owned()));
        let address = parts.validate().map(|parts| parts.address().clone()).unwrap_or_default();
        let cat = NamedCat { id: row.get("cat_id").and_then(Value::as_i64).filter(|id| *id > 0), name: text_of("cat_name") };
        match new {
            Ok(new) if problems.is_empty() => Ok(Self {
                id: row.get("id").and_then(Value::as_i64).filter(|id| *id > 0),
                new,
                address,
                created,
                is_favorite: row.get("isFavorite").and_then(Value::as_bool).unwrap_or_default(),
                cat: (cat.id.is_some() || cat.name.is_some()).then_some(cat),
                normalized: text_of("location_normalized"),
                osm_id: text_of("location_osm_id"),
            }),
            _ => Err(problems),
        }
    }
}

fn sentence(problem: &Problem) -> String {
    match problem.loc.last() {
        Some(Step::Name(name)) => format!("{name}: {}", problem.msg),
        _ => problem.msg.clone(),
    }
}

/// Text as a cell that no spreadsheet takes for a formula.
#[must_use]
pub fn defused(text: &str) -> String {
    if text.starts_with(STARTS_A_FORMULA) { format!("'{text}") } else { text.to_owned() }
}

/// The text of such a cell.
#[must_use]
pub fn as_it_was(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| text.starts_with(STARTS_A_FORMULA)).unwrap_or(cell)
}

/// The last of them so that what begins with an apostrophe comes back as it was.
const STARTS_A_FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_text_comes_back() {
        for text in ["=1+1", "+49 170", "-- shy", "@home", "\tx", "'=x", "'quoted'", "plain", "", "a=b"] {
            let cell = defused(text);
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            assert_eq!(as_it_was(&cell), text);
        }
    }
}

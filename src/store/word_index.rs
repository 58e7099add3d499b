//! The index of words for people: FTS5 over text, nickname and location.

use rusqlite::Connection;

use crate::domain::text;

use super::error::Result;
use super::search_index::Document;

/// How many words of a search count.
const MAX_WORDS: usize = 32;
/// How much of a search is looked at, in code points.
const MAX_LENGTH: usize = 1000;

pub(crate) const PUT: &str = "INSERT INTO entry_words (rowid, text, nickname, location) VALUES (?1, ?2, ?3, ?4)";
pub(crate) const REMOVE: &str = "DELETE FROM entry_words WHERE rowid = ?1";

pub(super) fn apply(connection: &Connection, id: i64, old: Option<&Document>, new: Option<&Document>) -> Result<()> {
    if old.map(words) == new.map(words) {
        return Ok(());
    }
    if old.is_some() {
        connection.prepare_cached(REMOVE)?.execute([id])?;
    }
    if let Some((text, nickname, location)) = new.map(words) {
        connection.prepare_cached(PUT)?.execute((id, text, nickname, location))?;
    }
    Ok(())
}

fn words(document: &Document) -> (&str, Option<&str>, Option<&str>) {
    (&document.text, document.nickname.as_deref(), document.location.as_deref())
}

/// What someone typed as a query of FTS5 that finds entries with all of its words: never an error, whatever was typed.
/// None if there is no word in it, which no entry has.
#[must_use]
pub fn fts_query(q: &str) -> Option<String> {
    // A NUL would end the query early. Between quotes every other character is only a character.
    let words = text::first(q, MAX_LENGTH).split(|c: char| text::is_space(c) || c.is_control());
    let quoted =
        words.filter(|word| word.contains(char::is_alphanumeric)).take(MAX_WORDS).map(|word| format!("\"{}\"", word.replace('"', "\"\"")));
    let query = quoted.collect::<Vec<_>>().join(" ");
    (!query.is_empty()).then_some(query)
}

//! The index of keywords, for matching: which entries have a word, and how many words an entry has.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _};

use crate::domain::keywords::KeywordSet;

use super::error::Result;
use super::search_index::Document;
use super::tally::{CHUNK, Entries};

/// The sizes of so many entries in a row are kept in one row of the table, which fits in a page.
const BLOCK: u32 = CHUNK / 4;

pub(crate) const SIZES: &str = "SELECT sizes FROM keyword_sizes WHERE block = ?1";
pub(crate) const PUT_SIZES: &str =
    "INSERT INTO keyword_sizes (block, sizes) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET sizes = excluded.sizes";
pub(crate) const NEWEST_BLOCK: &str = "SELECT max(block) FROM keyword_sizes";

pub(crate) const SETTLED: &str = "SELECT entries FROM keyword_postings WHERE word = ?1 AND field = ?2 AND chunk = ?3";
pub(crate) const PUT_SETTLED: &str = "INSERT INTO keyword_postings (word, field, chunk, entries) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO UPDATE SET entries = excluded.entries";
pub(crate) const REMOVE_SETTLED: &str = "DELETE FROM keyword_postings WHERE word = ?1 AND field = ?2 AND chunk = ?3";
pub(crate) const NEWEST: &str = "SELECT entries FROM newest_postings WHERE word = ?1 AND field = ?2 AND chunk = ?3";
pub(crate) const PUT_NEWEST: &str = "INSERT INTO newest_postings (word, field, chunk, entries) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO UPDATE SET entries = excluded.entries";
pub(crate) const REMOVE_NEWEST: &str = "DELETE FROM newest_postings WHERE word = ?1 AND field = ?2 AND chunk = ?3";

pub(crate) const SETTLE: &str =
    "INSERT INTO keyword_postings (word, field, chunk, entries) SELECT word, field, chunk, entries FROM newest_postings";
pub(crate) const CLEAR_NEWEST: &str = "DELETE FROM newest_postings";

/// What a word was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Text = 0,
    Location = 1,
}

/// The chunk an id is in, and its place there.
pub(super) fn place_of(id: i64) -> (i64, u32) {
    let size = i64::from(CHUNK);
    (id.div_euclid(size), u32::try_from(id.rem_euclid(size)).unwrap_or_default())
}

/// The id at a place of a chunk.
pub(super) fn id_at(chunk: i64, at: u32) -> i64 {
    chunk.wrapping_mul(i64::from(CHUNK)).wrapping_add(i64::from(at))
}

/// The block that a place of a chunk is in.
pub(super) fn block_of(chunk: i64, at: u32) -> i64 {
    chunk * i64::from(CHUNK / BLOCK) + i64::from(at / BLOCK)
}

/// The chunk that a block is of.
pub(super) fn chunk_of(block: i64) -> i64 {
    block.div_euclid(i64::from(CHUNK / BLOCK))
}

/// How many keywords an entry has, as far as a byte can tell, and whether it has coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sizes {
    pub text: usize,
    pub location: usize,
    pub has_point: bool,
}

impl Sizes {
    const MAX_TEXT: usize = 255;
    const MAX_LOCATION: usize = 127;
    const HAS_POINT: u8 = 128;

    #[expect(clippy::cast_possible_truncation, reason = "both are cut to fit")]
    fn write(self, block: &mut [u8], at: u32) {
        let (text, location) = (self.text.min(Self::MAX_TEXT) as u8, self.location.min(Self::MAX_LOCATION) as u8);
        block.as_chunks_mut().0[(at % BLOCK) as usize] = [text, if self.has_point { location | Self::HAS_POINT } else { location }];
    }

    /// Whether there may be more keywords than the index can tell.
    pub fn are_cut(self) -> bool {
        self.text == Self::MAX_TEXT || self.location == Self::MAX_LOCATION
    }
}

/// The sizes of all entries of a chunk.
pub(super) struct ChunkSizes(Vec<u8>);

impl Default for ChunkSizes {
    fn default() -> Self {
        Self(vec![0; 2 * CHUNK as usize])
    }
}

impl ChunkSizes {
    /// Takes in a stored block of the chunk.
    pub fn put(&mut self, block: i64, sizes: &[u8]) {
        let first = 2 * BLOCK as usize * usize::try_from(block - block_of(chunk_of(block), 0)).unwrap_or_default();
        self.0[first..first + sizes.len()].copy_from_slice(sizes);
    }

    /// The sizes of the entry at a place.
    pub fn at(&self, at: u32) -> Sizes {
        let [text, second] = self.0.as_chunks().0[at as usize];
        Sizes { text: text.into(), location: (second & !Sizes::HAS_POINT).into(), has_point: second & Sizes::HAS_POINT != 0 }
    }
}

/// What a batch of changes does to the index, by the row it is done to.
#[derive(Default)]
pub(super) struct Changes {
    /// By chunk, word and field: the entry at a place has the word now, or has it no more.
    entries: BTreeMap<(i64, String, Field), Vec<(u32, bool)>>,
    /// By block: the sizes of the entry at a place.
    sizes: BTreeMap<i64, Vec<(u32, Sizes)>>,
}

impl Changes {
    pub fn add(&mut self, id: i64, old: Option<&Document>, new: Option<&Document>) {
        let words = |text: Option<&str>| text.map(KeywordSet::of).unwrap_or_default();
        let text = |document: Option<&Document>| words(document.map(|document| document.text.as_str()));
        let location = |document: Option<&Document>| words(document.and_then(|document| document.location.as_deref()));
        let (new_text, new_location) = (text(new), location(new));
        self.add_field(id, Field::Text, &text(old), &new_text);
        self.add_field(id, Field::Location, &location(old), &new_location);
        let has_point = new.is_some_and(|new| new.point.is_some());
        let sizes = Sizes { text: new_text.words().len(), location: new_location.words().len(), has_point };
        let (chunk, at) = place_of(id);
        self.sizes.entry(block_of(chunk, at)).or_default().push((at, sizes));
    }

    fn add_field(&mut self, id: i64, field: Field, old: &KeywordSet, new: &KeywordSet) {
        let (chunk, at) = place_of(id);
        let changes = old.without(new).map(|word| (word, false)).chain(new.without(old).map(|word| (word, true)));
        for (word, is_in) in changes {
            self.entries.entry((chunk, word.to_owned(), field)).or_default().push((at, is_in));
        }
    }

    /// Does it: every row is read and written once, in the order of the tables.
    pub fn write(self, connection: &Connection) -> Result<()> {
        let known: Option<i64> = connection.prepare_cached(NEWEST_BLOCK)?.query_row([], |row| row.get(0))?;
        let newest = known.max(self.sizes.last_key_value().map(|(block, _)| *block)).map(chunk_of);
        if newest > known.map(chunk_of) {
            connection.prepare_cached(SETTLE)?.execute([])?;
            connection.prepare_cached(CLEAR_NEWEST)?.execute([])?;
        }
        for ((chunk, word, field), changes) in self.entries {
            let is_newest = Some(chunk) == newest;
            let [get, put, remove] = if is_newest { [NEWEST, PUT_NEWEST, REMOVE_NEWEST] } else { [SETTLED, PUT_SETTLED, REMOVE_SETTLED] };
            let row = (&word, field as u8, chunk);
            let stored = connection.prepare_cached(get)?.query_row(row, |row| Ok(Entries::read(row.get_ref(0)?.as_blob()?))).optional()?;
            let mut entries = stored.unwrap_or(Entries::NONE);
            for (at, is_in) in changes {
                entries.set(at, is_in);
            }
            if entries == Entries::NONE {
                connection.prepare_cached(remove)?.execute(row)?;
            } else {
                connection.prepare_cached(put)?.execute((&word, field as u8, chunk, entries.write()))?;
            }
        }
        for (block, changes) in self.sizes {
            let stored = connection.prepare_cached(SIZES)?.query_row([block], |row| row.get(0)).optional()?;
            let mut sizes: Vec<u8> = stored.unwrap_or_else(|| vec![0; 2 * BLOCK as usize]);
            for (at, change) in changes {
                change.write(&mut sizes, at);
            }
            connection.prepare_cached(PUT_SIZES)?.execute((block, sizes))?;
        }
        Ok(())
    }
}

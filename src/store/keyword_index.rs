//! The index of keywords, for matching: which entries have a word, and how many words an entry has.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _};

use crate::domain::keywords::KeywordSet;

use super::error::Result;
use super::search_index::Document;

/// Ids that differ in this many low bits only make a chunk.
pub(super) const CHUNK_BITS: u32 = 12;
pub(super) const CHUNK: usize = 1 << CHUNK_BITS;
/// Ids that differ in this many low bits only make a block, of which the sizes are kept in one row.
pub(super) const BLOCK_BITS: u32 = 10;
const BLOCK: usize = 1 << BLOCK_BITS;
const BITMAP_BYTES: usize = CHUNK / 8;

/// What a word was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Text = 0,
    Location = 1,
}

pub(crate) const ENTRIES_WITH: &str = "SELECT entries FROM keyword_postings WHERE chunk = ?1 AND field = ?2 AND word = ?3";
pub(crate) const PUT_ENTRIES: &str = "INSERT INTO keyword_postings (chunk, field, word, entries) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO UPDATE SET entries = excluded.entries";
pub(crate) const REMOVE_ENTRIES: &str = "DELETE FROM keyword_postings WHERE chunk = ?1 AND field = ?2 AND word = ?3";
pub(crate) const SIZES: &str = "SELECT sizes FROM keyword_sizes WHERE block = ?1";
pub(crate) const PUT_SIZES: &str =
    "INSERT INTO keyword_sizes (block, sizes) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET sizes = excluded.sizes";

/// How many keywords an entry has, as far as a byte can tell, and whether it has coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sizes {
    /// 255 for so many or more.
    pub text: u8,
    /// 127 for so many or more.
    pub location: u8,
    pub placed: bool,
}

impl Sizes {
    pub const TEXT_MAX: u8 = 255;
    pub const LOCATION_MAX: u8 = 127;
    const PLACED: u8 = 128;

    pub fn read(block: &[u8], id: i64) -> Self {
        let at = 2 * low(id, BLOCK_BITS);
        let [text, second] = block.get(at..at + 2).map_or([0; 2], |pair| [pair[0], pair[1]]);
        Self { text, location: second & Self::LOCATION_MAX, placed: second & Self::PLACED != 0 }
    }

    fn write(self, block: &mut [u8], id: i64) {
        let at = 2 * low(id, BLOCK_BITS);
        block[at] = self.text;
        block[at + 1] = self.location | if self.placed { Self::PLACED } else { 0 };
    }
}

/// The low bits of an id.
#[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "what is left is a small positive number")]
pub(super) fn low(id: i64, bits: u32) -> usize {
    (id & ((1 << bits) - 1)) as usize
}

/// Calls `each` with the low bits of every entry of a stored posting.
pub(super) fn for_each_entry(entries: &[u8], mut each: impl FnMut(usize)) {
    if entries.len() == BITMAP_BYTES {
        for (index, word) in entries.as_chunks().0.iter().enumerate() {
            let mut bits = u64::from_le_bytes(*word);
            while bits != 0 {
                each(index * 64 + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    } else {
        entries.as_chunks().0.iter().for_each(|low| each(usize::from(u16::from_le_bytes(*low))));
    }
}

/// The stored form of a bitmap: a list of low bits, two bytes each, while that is shorter.
fn shortest(bitmap: &[u8]) -> Vec<u8> {
    let count = bitmap.iter().map(|byte| byte.count_ones() as usize).sum::<usize>();
    if 2 * count >= BITMAP_BYTES {
        return bitmap.to_vec();
    }
    let mut list = Vec::with_capacity(2 * count);
    for_each_entry(bitmap, |low| list.extend(u16::try_from(low).unwrap_or_default().to_le_bytes()));
    list
}

/// What a batch of changes does to the index, by the row it is done to.
#[derive(Default)]
pub(super) struct Changes {
    words: BTreeMap<(i64, u8, String), Vec<(usize, bool)>>,
    sizes: BTreeMap<i64, Vec<(i64, Sizes)>>,
}

impl Changes {
    pub fn add(&mut self, id: i64, old: Option<&Document>, new: Option<&Document>) {
        let words = |document: Option<&Document>| {
            let text = document.map(|document| KeywordSet::of(&document.text)).unwrap_or_default();
            let location = document.and_then(|document| document.location.as_deref()).map(KeywordSet::of).unwrap_or_default();
            (text, location)
        };
        let ((old_text, old_location), (text, location)) = (words(old), words(new));
        self.add_field(id, Field::Text, &old_text, &text);
        self.add_field(id, Field::Location, &old_location, &location);
        let up_to = |max: u8, set: &KeywordSet| u8::try_from(set.words().len()).unwrap_or(max).min(max);
        let sizes = Sizes {
            text: up_to(Sizes::TEXT_MAX, &text),
            location: up_to(Sizes::LOCATION_MAX, &location),
            placed: new.is_some_and(|new| new.point.is_some()),
        };
        self.sizes.entry(id >> BLOCK_BITS).or_default().push((id, sizes));
    }

    fn add_field(&mut self, id: i64, field: Field, old: &KeywordSet, new: &KeywordSet) {
        let mut note = |word: &str, has: bool| {
            let row = (id >> CHUNK_BITS, field as u8, word.to_owned());
            self.words.entry(row).or_default().push((low(id, CHUNK_BITS), has));
        };
        old.without(new).for_each(|word| note(word, false));
        new.without(old).for_each(|word| note(word, true));
    }

    pub fn write(self, connection: &Connection) -> Result<()> {
        let mut read = connection.prepare_cached(ENTRIES_WITH)?;
        let mut put = connection.prepare_cached(PUT_ENTRIES)?;
        for ((chunk, field, word), changes) in self.words {
            let mut bitmap = [0_u8; BITMAP_BYTES];
            let mut mark = |low: usize, has: bool| {
                bitmap[low / 8] = bitmap[low / 8] & !(1 << (low % 8)) | u8::from(has) << (low % 8);
            };
            let mut rows = read.query((chunk, field, &word))?;
            if let Some(row) = rows.next()? {
                for_each_entry(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?, |low| mark(low, true));
            }
            drop(rows);
            changes.into_iter().for_each(|(low, has)| mark(low, has));
            let entries = shortest(&bitmap);
            if entries.is_empty() {
                connection.prepare_cached(REMOVE_ENTRIES)?.execute((chunk, field, &word))?;
            } else {
                put.execute((chunk, field, &word, entries))?;
            }
        }
        for (block, changes) in self.sizes {
            let stored = connection.prepare_cached(SIZES)?.query_row([block], |row| row.get::<_, Vec<u8>>(0)).optional()?;
            let mut sizes = stored.unwrap_or_else(|| vec![0; 2 * BLOCK]);
            changes.into_iter().for_each(|(id, change)| change.write(&mut sizes, id));
            connection.prepare_cached(PUT_SIZES)?.execute((block, sizes))?;
        }
        Ok(())
    }
}

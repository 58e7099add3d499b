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
pub(super) const WORDS: usize = CHUNK / 64;

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
pub(crate) const PUT_SIZES: &str = "INSERT INTO keyword_sizes (block, sizes) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET sizes = excluded.sizes";

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

/// Entries of a chunk by their low bits.
pub(super) type Bitmap = [u64; WORDS];

/// Reads the stored form: a bitmap, or a list of low bits.
pub(super) fn read_entries(stored: &[u8]) -> Bitmap {
    let mut entries = [0; WORDS];
    if stored.len() == BITMAP_BYTES {
        for (word, bytes) in entries.iter_mut().zip(stored.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
    } else {
        for low in stored.as_chunks().0.iter().map(|low| usize::from(u16::from_le_bytes(*low))) {
            entries[low / 64 % WORDS] |= 1 << (low % 64);
        }
    }
    entries
}

/// The low bits of the entries.
pub(super) fn lows(entries: &Bitmap) -> impl Iterator<Item = usize> {
    let words = entries.iter().enumerate().filter(|&(_, &word)| word != 0);
    words.flat_map(|(index, &word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| index * 64 + bit))
}

/// The stored form: a list of low bits, two bytes each, while that is shorter than the bitmap.
fn stored(entries: &Bitmap) -> Vec<u8> {
    let count: usize = entries.iter().map(|word| word.count_ones() as usize).sum();
    if 2 * count < BITMAP_BYTES {
        lows(entries).flat_map(|low| u16::try_from(low).unwrap_or_default().to_le_bytes()).collect()
    } else {
        entries.iter().flat_map(|word| word.to_le_bytes()).collect()
    }
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
            let known = read.query_row((chunk, field, &word), |row| Ok(read_entries(row.get_ref(0)?.as_blob()?))).optional()?;
            let mut entries = known.unwrap_or([0; WORDS]);
            for (low, has) in changes {
                entries[low / 64] = entries[low / 64] & !(1 << (low % 64)) | u64::from(has) << (low % 64);
            }
            let entries = stored(&entries);
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

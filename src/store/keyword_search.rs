//! Finds the entries that match one best, by counting in the keyword index the words they share. Exact, without reading an entry
//! that cannot win: a chunk of ids at a time, rare words first, until nobody who shares none of them could clear the bar.

use rusqlite::CachedStatement;

use crate::domain::keywords::{KeywordSet, jaccard};
use crate::domain::matching::{Ranking, Traits, score_by_distance, score_by_words};

use super::Session;
use super::error::Result;
use super::keyword_index::{self, BLOCK_BITS, Bitmap, CHUNK_BITS, Field, Sizes, WORDS, read_entries};

pub(crate) const BLOCK_BELOW: &str = "SELECT block FROM keyword_sizes WHERE block < ?1 ORDER BY block DESC LIMIT 1";
pub(crate) const TEXT_AND_LOCATION: &str = "SELECT text, location FROM entries WHERE id = ?1";

/// Offers the ranking every entry that shares a keyword with `me` and is not one of `known` (ascending ids).
/// Two entries with coordinates count as far apart: who is near has to be among the known.
pub(super) fn offer_all(session: &Session, me: &Traits, known: &[i64], ranking: &mut Ranking) -> Result<()> {
    let mut search = Search::new(session, me)?;
    let mut below = i64::MAX;
    while let Some(block) = session.one(BLOCK_BELOW, [below], |row| row.get::<_, i64>(0))? {
        let chunk = block >> (CHUNK_BITS - BLOCK_BITS);
        search.chunk(chunk, known, ranking)?;
        below = chunk << (CHUNK_BITS - BLOCK_BITS);
    }
    Ok(())
}

/// A word of the entry that is to be matched.
struct Term<'q> {
    field: Field,
    word: &'q str,
    /// In how many entries it was found so far.
    seen: u32,
}

struct Search<'q> {
    session: &'q Session<'q>,
    me: &'q Traits,
    terms: Vec<Term<'q>>,
    text: Tally,
    location: Tally,
    postings: CachedStatement<'q>,
}

/// A count for every entry of a chunk, kept as bit planes (the lowest bits of all counts, then the second lowest, ...):
/// 64 entries are counted at once.
struct Tally {
    planes: Vec<Bitmap>,
}

impl Tally {
    /// Counts up to `max`.
    fn up_to(max: usize) -> Self {
        Self { planes: vec![[0; WORDS]; (usize::BITS - max.leading_zeros()) as usize] }
    }

    fn clear(&mut self) {
        self.planes.fill([0; WORDS]);
    }

    fn add(&mut self, entries: &Bitmap) {
        let mut carries = *entries;
        for plane in &mut self.planes {
            for (plane, carry) in plane.iter_mut().zip(&mut carries) {
                let both = *plane & *carry;
                *plane ^= *carry;
                *carry = both;
            }
        }
    }

    fn of(&self, low: usize) -> usize {
        self.planes.iter().rev().fold(0, |count, plane| count << 1 | (plane[low / 64] >> (low % 64) & 1) as usize)
    }

    /// Who has a count of `least` or more.
    fn at_least(&self, least: usize) -> Bitmap {
        let (mut more, mut equal) = ([0; WORDS], [u64::MAX; WORDS]);
        if least >> self.planes.len() != 0 { return more; }
        for (bit, plane) in self.planes.iter().enumerate().rev() {
            let wanted = if least >> bit & 1 == 1 { u64::MAX } else { 0 };
            for index in 0..WORDS {
                more[index] |= equal[index] & plane[index] & !wanted;
                equal[index] &= !(plane[index] ^ wanted);
            }
        }
        std::array::from_fn(|index| more[index] | equal[index])
    }
}

/// What an entry may still score: by words shared in the text and by words shared in the location,
/// if all of the unread terms turn out to be shared and the entry has no other words.
struct Bound {
    text: Vec<f64>,
    location: Vec<f64>,
}

impl Bound {
    fn new(me: &Traits, unread: &[Term]) -> Self {
        let parts = |field: Field, words: &KeywordSet, score: fn(f64) -> f64| {
            let (all, unread) = (words.words().len(), unread.iter().filter(|term| term.field == field).count());
            (0..=all).map(|shared| score(jaccard((shared + unread).min(all), all, (shared + unread).min(all)))).collect()
        };
        Self {
            text: parts(Field::Text, &me.text, |text| score_by_words(text, 0.0)),
            location: parts(Field::Location, &me.location, |location| score_by_words(0.0, location)),
        }
    }
}

impl<'q> Search<'q> {
    fn new(session: &'q Session<'q>, me: &'q Traits) -> Result<Self> {
        let terms = |field, words: &'q KeywordSet| words.words().iter().map(move |word| Term { field, word, seen: 0 });
        Ok(Self {
            session,
            me,
            terms: terms(Field::Text, &me.text).chain(terms(Field::Location, &me.location)).collect(),
            text: Tally::up_to(me.text.words().len()),
            location: Tally::up_to(me.location.words().len()),
            postings: session.prepare(keyword_index::ENTRIES_WITH)?,
        })
    }

    fn chunk(&mut self, chunk: i64, known: &[i64], ranking: &mut Ranking) -> Result<()> {
        self.terms.sort_by_key(|term| term.seen);
        self.text.clear();
        self.location.clear();
        let bar = ranking.bar();
        let stranger = |unread: &[Term]| { let b = Bound::new(self.me, unread); b.text[0] + b.location[0] };
        // Whoever shares none of these words cannot win.
        let needed = if self.terms.iter().all(|term| term.seen == 0) { self.terms.len() } else { (0..self.terms.len()).find(|&read| stranger(&self.terms[read..]) < bar).unwrap_or(self.terms.len()) };
        for index in 0..needed {
            self.count(chunk, index)?;
        }
        let candidates = self.over(bar, needed);
        if needed < self.terms.len() {
            if candidates == [0; WORDS] {
                return Ok(());
            }
            for index in needed..self.terms.len() {
                self.count(chunk, index)?;
            }
        }
        self.score(chunk, &self.over(bar, self.terms.len()), known, ranking)
    }

    /// Who may clear the bar, sharing at least one word.
    fn over(&self, bar: f64, read: usize) -> Bitmap {
        let bound = Bound::new(self.me, &self.terms[read..]);
        let mut found = [0; WORDS];
        for (location, by_location) in bound.location.iter().enumerate() {
            let text = bound.text.partition_point(|by_text| by_text + by_location < bar);
            if text == bound.text.len() { continue; }
            let (text, location) = (self.text.at_least(text), self.location.at_least(location));
            for index in 0..WORDS {
                found[index] |= text[index] & location[index];
            }
        }
        let (text, location) = (self.text.at_least(1), self.location.at_least(1));
        std::array::from_fn(|index| found[index] & (text[index] | location[index]))
    }

    /// Reads which entries of the chunk have a word.
    fn count(&mut self, chunk: i64, index: usize) -> Result<()> {
        let term = &mut self.terms[index];
        let mut rows = self.postings.query((chunk, term.field as u8, term.word))?;
        if let Some(row) = rows.next()? {
            let entries = read_entries(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
            match term.field {
                Field::Text => self.text.add(&entries),
                Field::Location => self.location.add(&entries),
            }
            term.seen += entries.iter().map(|word| word.count_ones()).sum::<u32>();
        }
        Ok(())
    }

    fn score(&self, chunk: i64, candidates: &Bitmap, known: &[i64], ranking: &mut Ranking) -> Result<()> {
        let mut block = (i64::MIN, Vec::new());
        for low in keyword_index::lows(candidates) {
            let id = chunk << CHUNK_BITS | low as i64;
            if known.binary_search(&id).is_ok() {
                continue;
            }
            if block.0 != id >> BLOCK_BITS {
                let sizes = self.session.one(keyword_index::SIZES, [id >> BLOCK_BITS], |row| row.get(0))?;
                block = (id >> BLOCK_BITS, sizes.unwrap_or_default());
            }
            ranking.offer(id, self.score_one(id, low, Sizes::read(&block.1, id))?);
        }
        Ok(())
    }

    fn score_one(&self, _id: i64, low: usize, sizes: Sizes) -> Result<f64> {
        let (me, text, location) = (self.me, self.text.of(low), self.location.of(low));
        let of_text = jaccard(text, me.text.words().len(), usize::from(sizes.text).max(text));
        let of_location = jaccard(location, me.location.words().len(), usize::from(sizes.location).max(location));
        let score = if me.point.is_some() && sizes.placed {
            score_by_distance(of_text, f64::INFINITY)
        } else {
            score_by_words(of_text, of_location)
        };
        Ok(score)
    }
}

//! Finds the entries that match one best, by counting in the keyword index the words they share. Exact, without reading an entry
//! that cannot win: a chunk of ids at a time, rare words first, until what is left to read cannot lift anyone over the bar.

use rusqlite::CachedStatement;

use crate::domain::keywords::{KeywordSet, jaccard};
use crate::domain::matching::{Ranking, Traits, score_by_distance, score_by_words};

use super::Session;
use super::error::Result;
use super::keyword_index::{self, BLOCK_BITS, CHUNK, CHUNK_BITS, Field, Sizes, for_each_entry};

pub(crate) const CHUNK_BELOW: &str = "SELECT block FROM keyword_sizes WHERE block < ?1 ORDER BY block DESC LIMIT 1";
pub(crate) const TEXT_AND_LOCATION: &str = "SELECT text, location FROM entries WHERE id = ?1";

/// Offers the ranking every entry that shares a keyword with `me` and is not one of `known` (ascending ids).
/// Two entries with coordinates count as far apart: who is near has to be among the known.
pub(super) fn offer_all(session: &Session, me: &Traits, known: &[i64], ranking: &mut Ranking) -> Result<()> {
    let mut search = Search::new(session, me)?;
    let mut below = i64::MAX;
    while let Some(block) = session.one(CHUNK_BELOW, [below], |row| row.get::<_, i64>(0))? {
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
    seen: usize,
}

struct Search<'q> {
    session: &'q Session<'q>,
    me: &'q Traits,
    terms: Vec<Term<'q>>,
    shared: Shared,
    postings: CachedStatement<'q>,
}

/// How many words the entries of a chunk share with the one to be matched, as far as they are read.
struct Shared {
    text: Box<[u16; CHUNK]>,
    location: Box<[u16; CHUNK]>,
}

/// What an entry may still score: by words shared in the text and by words shared in the location.
struct Bound {
    text: Vec<f64>,
    location: Vec<f64>,
}

impl Bound {
    /// If all of the `unread` terms turn out to be shared, and the entry has no other words.
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

    fn of(&self, text: u16, location: u16) -> f64 {
        self.text[usize::from(text)] + self.location[usize::from(location)]
    }
}

impl<'q> Search<'q> {
    fn new(session: &'q Session<'q>, me: &'q Traits) -> Result<Self> {
        let terms = |field, words: &'q KeywordSet| words.words().iter().map(move |word| Term { field, word, seen: 0 });
        Ok(Self {
            session,
            me,
            terms: terms(Field::Text, &me.text).chain(terms(Field::Location, &me.location)).collect(),
            shared: Shared { text: Box::new([0; CHUNK]), location: Box::new([0; CHUNK]) },
            postings: session.prepare(keyword_index::ENTRIES_WITH)?,
        })
    }

    fn chunk(&mut self, chunk: i64, known: &[i64], ranking: &mut Ranking) -> Result<()> {
        self.terms.sort_by_key(|term| term.seen);
        self.shared.text.fill(0);
        self.shared.location.fill(0);
        let bar = ranking.bar();
        let stranger = |unread: &[Term]| Bound::new(self.me, unread).of(0, 0);
        // Whoever shares none of these words cannot win.
        let needed = if self.terms.iter().all(|term| term.seen == 0) {
            self.terms.len()
        } else {
            (0..self.terms.len()).find(|&read| stranger(&self.terms[read..]) < bar).unwrap_or(self.terms.len())
        };
        for index in 0..needed {
            self.count(chunk, index)?;
        }
        let mut candidates: Vec<usize> = (0..CHUNK).collect();
        self.keep(&mut candidates, needed, bar);
        for index in needed..self.terms.len() {
            if candidates.is_empty() {
                return Ok(());
            }
            self.count(chunk, index)?;
            self.keep(&mut candidates, index + 1, bar);
        }
        self.score(chunk, &candidates, known, ranking)
    }

    fn keep(&self, candidates: &mut Vec<usize>, read: usize, bar: f64) {
        let bound = Bound::new(self.me, &self.terms[read..]);
        candidates.retain(|&low| {
            let (text, location) = (self.shared.text[low], self.shared.location[low]);
            text | location != 0 && bound.of(text, location) >= bar
        });
    }

    /// Reads which entries of the chunk have a word.
    fn count(&mut self, chunk: i64, index: usize) -> Result<()> {
        let term = &mut self.terms[index];
        let mut rows = self.postings.query((chunk, term.field as u8, term.word))?;
        if let Some(row) = rows.next()? {
            let shared = match term.field {
                Field::Text => &mut self.shared.text,
                Field::Location => &mut self.shared.location,
            };
            let entries = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            for_each_entry(entries, |low| {
                shared[low] += 1;
                term.seen += 1;
            });
        }
        Ok(())
    }

    fn score(&self, chunk: i64, candidates: &[usize], known: &[i64], ranking: &mut Ranking) -> Result<()> {
        let mut block = (i64::MIN, Vec::new());
        for &low in candidates.iter().rev() {
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

    fn score_one(&self, id: i64, low: usize, sizes: Sizes) -> Result<f64> {
        let (me, text, location) = (self.me, usize::from(self.shared.text[low]), usize::from(self.shared.location[low]));
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

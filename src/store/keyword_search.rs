//! Ranks all entries by how well they match one. Exact, though no entry is read that cannot win: the words that two share are
//! counted in the keyword index, a chunk of ids at a time and rare words first, until what is unread could lift nobody over the bar.

use rusqlite::CachedStatement;

use crate::domain::keywords::jaccard;
use crate::domain::matching::{Ranking, Traits, score_by_distance, score_by_words};

use super::Session;
use super::error::Result;
use super::keyword_index::{self, BLOCKS, Field, Sizes, block_of, id_at, place_of};
use super::matching;
use super::tally::{Entries, Tally};

pub(crate) const BLOCK_BELOW: &str = "SELECT block FROM keyword_sizes WHERE block < ?1 ORDER BY block DESC LIMIT 1";

/// An entry in reach, and how far away it is at least and at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near {
    pub id: i64,
    pub least_m: f64,
    pub most_m: f64,
}

/// Offers the ranking every entry that is near `me` (ascending ids) or shares a keyword with it.
pub(super) fn offer_all(session: &Session, id: i64, me: &Traits, near: &[Near], ranking: &mut Ranking) -> Result<()> {
    let mut search = Search::new(session, id, me)?;
    let mut below = i64::MAX;
    while let Some(block) = session.one(BLOCK_BELOW, [below], |row| row.get::<_, i64>(0))? {
        let chunk = block.div_euclid(BLOCKS as i64);
        let from = |chunk| near.partition_point(|near| place_of(near.id).0 < chunk);
        search.offer_chunk(chunk, &near[from(chunk)..from(chunk + 1)], ranking)?;
        below = chunk * BLOCKS as i64;
    }
    Ok(())
}

struct Search<'s> {
    session: &'s Session<'s>,
    id: i64,
    me: &'s Traits,
    terms: Vec<Term<'s>>,
    /// How many keywords of the text, and of the location, an entry of the chunk shares, as far as they are read.
    text: Tally,
    location: Tally,
    /// What so many shared keywords of the text, and of the location, score at most.
    by_text: Vec<f64>,
    by_location: Vec<f64>,
    entries: CachedStatement<'s>,
}

/// A keyword of the entry that is to be matched.
struct Term<'s> {
    field: Field,
    word: &'s str,
    /// How many entries were found to have it.
    seen: usize,
}

/// How many terms of the text and of the location are still to be read.
#[derive(Clone, Copy)]
struct Unread {
    text: usize,
    location: usize,
}

impl<'s> Search<'s> {
    fn new(session: &'s Session<'s>, id: i64, me: &'s Traits) -> Result<Self> {
        let (text, location) = (me.text.words(), me.location.words());
        let term = |field| move |word: &'s String| Term { field, word, seen: 0 };
        Ok(Self {
            session,
            id,
            me,
            terms: text.iter().map(term(Field::Text)).chain(location.iter().map(term(Field::Location))).collect(),
            text: Tally::up_to(text.len()),
            location: Tally::up_to(location.len()),
            by_text: (0..=text.len()).map(|shared| score_by_words(jaccard(shared, text.len(), shared), 0.0)).collect(),
            by_location: (0..=location.len()).map(|shared| score_by_words(0.0, jaccard(shared, location.len(), shared))).collect(),
            entries: session.prepare(keyword_index::ENTRIES)?,
        })
    }

    fn offer_chunk(&mut self, chunk: i64, near: &[Near], ranking: &mut Ranking) -> Result<()> {
        self.terms.sort_by_key(|term| term.seen);
        self.text.clear();
        self.location.clear();
        let bar = ranking.bar();
        let mut unread = Unread { text: self.by_text.len() - 1, location: self.by_location.len() - 1 };
        let mut is_open = true;
        for index in 0..self.terms.len() {
            // From here on, who shares none of the words read cannot win. If nobody else can either, the rest need not be read.
            if is_open && self.by_text[unread.text] + self.by_location[unread.location] < bar {
                is_open = false;
                if near.is_empty() && self.candidates(bar, unread) == Entries::NONE {
                    return Ok(());
                }
            }
            self.read_term(chunk, index)?;
            match self.terms[index].field {
                Field::Text => unread.text -= 1,
                Field::Location => unread.location -= 1,
            }
        }
        let mut far = self.candidates(bar, unread);
        near.iter().for_each(|near| far.set(place_of(near.id).1, false));
        let mut sizes = BlockOfSizes::default();
        for near in near {
            self.offer(chunk, place_of(near.id).1, near.least_m, &mut sizes, ranking)?;
        }
        for at in far.iter() {
            self.offer(chunk, at, f64::INFINITY, &mut sizes, ranking)?;
        }
        Ok(())
    }

    /// Counts the entries of the chunk that have a word.
    fn read_term(&mut self, chunk: i64, index: usize) -> Result<()> {
        let term = &mut self.terms[index];
        let mut rows = self.entries.query((chunk, term.field as u8, term.word))?;
        if let Some(row) = rows.next()? {
            let entries = Entries::read(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
            term.seen += entries.count();
            match term.field {
                Field::Text => self.text.add(&entries),
                Field::Location => self.location.add(&entries),
            }
        }
        Ok(())
    }

    /// Who shares a word and may clear the bar, if it shares all unread ones as well and has no others.
    fn candidates(&self, bar: f64, unread: Unread) -> Entries {
        let (most_text, most_location) = (self.by_text.len() - 1, self.by_location.len() - 1);
        let mut found = Entries::NONE;
        for location in 0..=most_location {
            let by_location = self.by_location[(location + unread.location).min(most_location)];
            let text = self.by_text.partition_point(|by_text| by_text + by_location < bar);
            if text <= most_text {
                let mut both = self.location.at_least(location);
                both.keep(&self.text.at_least(text.saturating_sub(unread.text)));
                found.join(&both);
            }
        }
        let mut sharing = self.text.at_least(1);
        sharing.join(&self.location.at_least(1));
        found.keep(&sharing);
        found
    }

    /// Offers the entry at a place of the chunk, which is at least so far away if it has coordinates.
    fn offer(&self, chunk: i64, at: usize, least_m: f64, block: &mut BlockOfSizes, ranking: &mut Ranking) -> Result<()> {
        let (id, me) = (id_at(chunk, at), self.me);
        let sizes = block.sizes(self.session, chunk, at)?;
        let (text, location) = (self.text.of(at), self.location.of(at));
        let by_text = jaccard(text, me.text.words().len(), sizes.text.max(text));
        let score = if me.point.is_some() && sizes.has_point {
            score_by_distance(by_text, least_m)
        } else {
            score_by_words(by_text, jaccard(location, me.location.words().len(), sizes.location.max(location)))
        };
        if id == self.id || score < ranking.bar() {
            return Ok(());
        }
        // Only now is it worth to look where it is exactly, or what the index cannot tell.
        let score = if least_m.is_finite() || sizes.are_cut() { me.score(&matching::traits_of(self.session, id)?) } else { score };
        ranking.offer(id, score);
        Ok(())
    }
}

/// The block of sizes that was read last.
#[derive(Default)]
struct BlockOfSizes(Option<(i64, Vec<u8>)>);

impl BlockOfSizes {
    fn sizes(&mut self, session: &Session, chunk: i64, at: usize) -> Result<Sizes> {
        let wanted = block_of(chunk, at);
        if self.0.as_ref().is_none_or(|(block, _)| *block != wanted) {
            self.0 = Some((wanted, session.the(keyword_index::SIZES, [wanted], |row| row.get(0))?));
        }
        Ok(self.0.as_ref().map(|(_, sizes)| Sizes::read(sizes, at)).unwrap_or_default())
    }
}

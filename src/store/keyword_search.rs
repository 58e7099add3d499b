//! Ranks all entries by how well they match one. Exact, though no entry is read that cannot win: the words that two share are
//! counted in the keyword index, for thousands of entries at once, and only those who may clear the bar are looked at.

use crate::domain::keywords::jaccard;
use crate::domain::matching::{Ranking, Traits, score_by_distance, score_by_words};

use super::Session;
use super::error::Result;
use super::keyword_index::{self, BLOCKS, Field, Sizes, block_of, chunk_of, id_at, place_of};
use super::matching;
use super::place_index::Near;
use super::tally::{Entries, Tally};

/// Chunks that are counted at a time, about half a million entries, so that memory stays bounded.
const SPAN: usize = 64;

const BLOCK_BELOW: &str = "SELECT block FROM keyword_sizes WHERE block < ?1 ORDER BY block DESC LIMIT 1";
const POSTINGS: &str = "SELECT chunk, entries FROM keyword_postings WHERE word = ?1 AND field = ?2 AND chunk >= ?3 AND chunk < ?4
    UNION ALL SELECT chunk, entries FROM newest_postings WHERE word = ?1 AND field = ?2 AND chunk >= ?3 AND chunk < ?4";

/// Offers the ranking every other entry that is near or shares a keyword.
pub(super) fn offer_all(session: &Session, id: i64, me: &Traits, mut near: Vec<Near>, ranking: &mut Ranking) -> Result<()> {
    near.sort_unstable_by_key(|near| near.id);
    let search = Search::new(session, id, me);
    let mut below = i64::MAX;
    while let Some(block) = session.one(BLOCK_BELOW, [below], |row| row.get(0))? {
        let first = chunk_of(block) + 1 - SPAN as i64;
        for (index, shared) in search.count(first)?.iter().enumerate().rev() {
            let chunk = first + index as i64;
            let from = |chunk| near.partition_point(|near| place_of(near.id).0 < chunk);
            search.offer_chunk(chunk, shared, &near[from(chunk)..from(chunk + 1)], ranking)?;
        }
        below = first * BLOCKS as i64;
    }
    Ok(())
}

struct Search<'s> {
    session: &'s Session<'s>,
    id: i64,
    me: &'s Traits,
    /// What so many shared keywords of the text, and of the location, score at most.
    by_text: Vec<f64>,
    by_location: Vec<f64>,
}

/// How many keywords of the text, and of the location, the entries of a chunk share with the one to be matched.
#[derive(Clone, Default)]
struct Shared {
    text: Tally,
    location: Tally,
}

impl<'s> Search<'s> {
    fn new(session: &'s Session<'s>, id: i64, me: &'s Traits) -> Self {
        let (text, location) = (me.text.words().len(), me.location.words().len());
        let by_text = (0..=text).map(|shared| score_by_words(jaccard(shared, text, shared), 0.0)).collect();
        let by_location = (0..=location).map(|shared| score_by_words(0.0, jaccard(shared, location, shared))).collect();
        Self { session, id, me, by_text, by_location }
    }

    /// Counts the shared keywords in a span of chunks.
    fn count(&self, first: i64) -> Result<Vec<Shared>> {
        let mut span = vec![Shared::default(); SPAN];
        let mut postings = self.session.prepare(POSTINGS)?;
        for (field, words) in [(Field::Text, &self.me.text), (Field::Location, &self.me.location)] {
            for word in words.words() {
                let mut rows = postings.query((word, field as u8, first, first + SPAN as i64))?;
                while let Some(row) = rows.next()? {
                    let shared = &mut span[(row.get::<_, i64>(0)? - first) as usize];
                    let tally = if field == Field::Text { &mut shared.text } else { &mut shared.location };
                    tally.add(&Entries::read(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?));
                }
            }
        }
        Ok(span)
    }

    fn offer_chunk(&self, chunk: i64, shared: &Shared, near: &[Near], ranking: &mut Ranking) -> Result<()> {
        let mut sizes = BlockOfSizes::default();
        let mut far = self.candidates(shared, ranking.bar());
        for near in near {
            let (_, at) = place_of(near.id);
            far.set(at, false);
            self.offer(chunk, at, shared, near.least_m, &mut sizes, ranking)?;
        }
        for at in far.iter() {
            self.offer(chunk, at, shared, f64::INFINITY, &mut sizes, ranking)?;
        }
        Ok(())
    }

    /// Who shares a word, and would clear the bar if it had no others.
    fn candidates(&self, shared: &Shared, bar: f64) -> Entries {
        let mut found = Entries::NONE;
        for (location, by_location) in self.by_location.iter().enumerate() {
            let text = self.by_text.partition_point(|by_text| by_text + by_location < bar);
            if text < self.by_text.len() && text + location > 0 {
                let mut both = shared.location.at_least(location);
                both.keep(&shared.text.at_least(text));
                found.join(&both);
            }
        }
        if bar <= 0.0 {
            found.join(&shared.text.at_least(1));
        }
        found
    }

    /// Offers the entry at a place of a chunk, which is at least so far away if it has coordinates.
    fn offer(&self, chunk: i64, at: usize, shared: &Shared, least_m: f64, block: &mut BlockOfSizes, ranking: &mut Ranking) -> Result<()> {
        let (id, me) = (id_at(chunk, at), self.me);
        let sizes = block.sizes(self.session, chunk, at)?;
        let (text, location) = (shared.text.of(at), shared.location.of(at));
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

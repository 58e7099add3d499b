//! Ranks all entries by how well they match one. Exact, though no entry is read that cannot win: the words that two share are
//! counted in the keyword index, for thousands of entries at once, and only those who may clear the bar are looked at.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::keywords::jaccard;
use crate::domain::matching::{Ranking, Traits, score_by_distance, score_by_words};

use super::Session;
use super::error::Result;
use super::keyword_index::{ChunkSizes, Field, block_of, chunk_of, id_at, place_of};
use super::matching;
use super::place_index::Near;
use super::tally::{Entries, Tally};

/// Chunks that are counted at a time, about half a million entries, so that memory stays bounded.
const SPAN: i64 = 64;

pub(crate) const BLOCK_BELOW: &str = "SELECT block FROM keyword_sizes WHERE block < ?1 ORDER BY block DESC LIMIT 1";
pub(crate) const SIZES_WITHIN: &str = "SELECT block, sizes FROM keyword_sizes WHERE block >= ?1 AND block < ?2";
pub(crate) const POSTINGS: &str =
    "SELECT chunk, entries FROM keyword_postings WHERE word = ?1 AND field = ?2 AND chunk >= ?3 AND chunk < ?4
    UNION ALL SELECT chunk, entries FROM newest_postings WHERE word = ?1 AND field = ?2 AND chunk >= ?3 AND chunk < ?4";

/// Offers the ranking every entry but `id` that is near or shares a keyword.
pub(super) fn offer_all(session: &Session, id: i64, me: &Traits, near: &[Near], ranking: &mut Ranking) -> Result<()> {
    let search = Search::new(session, id, me);
    let mut below = i64::MAX;
    while let Some(block) = session.one(BLOCK_BELOW, [below], |row| row.get(0))? {
        let end = chunk_of(block) + 1;
        for (chunk, known) in search.count(end - SPAN..end, near)?.iter().rev() {
            search.offer_chunk(*chunk, known, ranking)?;
        }
        below = block_of(end - SPAN, 0);
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

/// What the indexes know of a chunk of entries.
#[derive(Default)]
struct Known {
    /// How many keywords each shares with the text, and with the location, of the one to be matched.
    text: Tally,
    location: Tally,
    sizes: ChunkSizes,
    near: Vec<Near>,
}

impl<'s> Search<'s> {
    fn new(session: &'s Session<'s>, id: i64, me: &'s Traits) -> Self {
        let (text, location) = (me.text.words().len(), me.location.words().len());
        let by_text = (0..=text).map(|shared| score_by_words(jaccard(shared, text, shared), 0.0)).collect();
        let by_location = (0..=location).map(|shared| score_by_words(0.0, jaccard(shared, location, shared))).collect();
        Self { session, id, me, by_text, by_location }
    }

    /// Reads the indexes for a span of chunks.
    fn count(&self, span: Range<i64>, near: &[Near]) -> Result<BTreeMap<i64, Known>> {
        let mut chunks: BTreeMap<i64, Known> = BTreeMap::new();
        for near in near.iter().filter(|near| span.contains(&place_of(near.id).0)) {
            chunks.entry(place_of(near.id).0).or_default().near.push(*near);
        }
        for (field, words) in [(Field::Text, &self.me.text), (Field::Location, &self.me.location)] {
            for word in words.words() {
                self.session.each(POSTINGS, (word, field as u8, span.start, span.end), |row| {
                    let known = chunks.entry(row.get(0)?).or_default();
                    let tally = if field == Field::Text { &mut known.text } else { &mut known.location };
                    tally.add(&Entries::read(row.get_ref(1)?.as_blob()?));
                    Ok(())
                })?;
            }
        }
        self.session.each(SIZES_WITHIN, (block_of(span.start, 0), block_of(span.end, 0)), |row| {
            let block = row.get(0)?;
            if let Some(known) = chunks.get_mut(&chunk_of(block)) {
                known.sizes.put(block, row.get_ref(1)?.as_blob()?);
            }
            Ok(())
        })?;
        Ok(chunks)
    }

    fn offer_chunk(&self, chunk: i64, known: &Known, ranking: &mut Ranking) -> Result<()> {
        let mut far = self.candidates(known, ranking.bar());
        for near in &known.near {
            let (_, at) = place_of(near.id);
            far.set(at, false);
            self.offer(near.id, at, known, near.least_m, ranking)?;
        }
        for at in far.iter() {
            self.offer(id_at(chunk, at), at, known, f64::INFINITY, ranking)?;
        }
        Ok(())
    }

    /// Who shares a word, and would clear the bar if it had no others.
    fn candidates(&self, known: &Known, bar: f64) -> Entries {
        let mut found = Entries::NONE;
        for (location, by_location) in self.by_location.iter().enumerate() {
            let text = self.by_text.partition_point(|by_text| by_text + by_location < bar);
            if text < self.by_text.len() {
                let mut enough = known.text.at_least(text);
                enough.keep(&known.location.at_least(location));
                found.join(&enough);
            }
        }
        let mut sharing = known.text.at_least(1);
        sharing.join(&known.location.at_least(1));
        found.keep(&sharing);
        found
    }

    /// Offers the entry at a place of a chunk, which is so far away or farther if it has coordinates.
    fn offer(&self, id: i64, at: u32, known: &Known, least_m: f64, ranking: &mut Ranking) -> Result<()> {
        let (me, sizes) = (self.me, known.sizes.at(at));
        let by_text = jaccard(known.text.of(at), me.text.words().len(), sizes.text);
        let score = if me.point.is_some() && sizes.has_point {
            score_by_distance(by_text, least_m)
        } else {
            score_by_words(by_text, jaccard(known.location.of(at), me.location.words().len(), sizes.location))
        };
        if id == self.id || score < ranking.bar() {
            return Ok(());
        }
        // Only now is it worth a look how many words it has, or where it is exactly.
        let score = match me.point {
            _ if sizes.are_cut() => me.score(&matching::traits_of(self.session, id)?),
            Some(center) if least_m.is_finite() => score_by_distance(by_text, center.distance_m(matching::point_of(self.session, id)?)),
            _ => score,
        };
        ranking.offer(id, score);
        Ok(())
    }
}

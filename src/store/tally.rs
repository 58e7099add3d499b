//! Sets of entries and counts for entries, thousands at once: a bit for each entry of a chunk.

/// So many ids in a row make a chunk: as many as have a bitmap that fits in a leaf of the index, without pages of its own.
pub(super) const CHUNK: u32 = 7680;
const WORDS: usize = CHUNK as usize / 64;
const BYTES: usize = CHUNK as usize / 8;

/// A set of entries of one chunk, by their places in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entries([u64; WORDS]);

impl Entries {
    pub const NONE: Self = Self([0; WORDS]);
    pub const ALL: Self = Self([u64::MAX; WORDS]);

    pub fn set(&mut self, at: u32, is_in: bool) {
        let (word, bit) = (&mut self.0[at as usize / 64], 1 << (at % 64));
        *word = if is_in { *word | bit } else { *word & !bit };
    }

    pub fn has(&self, at: u32) -> bool {
        self.0[at as usize / 64] >> (at % 64) & 1 == 1
    }

    /// Keeps those that are in the other set too.
    pub fn keep(&mut self, others: &Self) {
        self.0.iter_mut().zip(&others.0).for_each(|(word, other)| *word &= other);
    }

    /// Adds those of the other set.
    pub fn join(&mut self, others: &Self) {
        self.0.iter_mut().zip(&others.0).for_each(|(word, other)| *word |= other);
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> {
        (0..).step_by(64).zip(self.0).flat_map(|(first, mut word)| {
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros())?;
                word &= word - 1;
                Some(first + bit)
            })
        })
    }

    /// Reads the stored form: a bitmap, or a list of places of two bytes each; both little-endian.
    pub fn read(stored: &[u8]) -> Self {
        let mut entries = Self::NONE;
        if stored.len() == BYTES {
            for (word, bytes) in entries.0.iter_mut().zip(stored.as_chunks().0) {
                *word = u64::from_le_bytes(*bytes);
            }
        } else {
            for at in stored.as_chunks().0 {
                entries.set(u32::from(u16::from_le_bytes(*at)) % CHUNK, true);
            }
        }
        entries
    }

    /// The shorter one of the stored forms.
    #[expect(clippy::cast_possible_truncation, reason = "a place in a chunk has thirteen bits")]
    pub fn write(&self) -> Vec<u8> {
        let count = self.0.iter().map(|word| word.count_ones() as usize).sum::<usize>();
        if 2 * count < BYTES {
            self.iter().flat_map(|at| (at as u16).to_le_bytes()).collect()
        } else {
            self.0.iter().flat_map(|word| word.to_le_bytes()).collect()
        }
    }
}

/// A count for every entry of a chunk, as bit planes: the lowest bits of all counts, then the second lowest, and so on.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    planes: Vec<Entries>,
}

impl Tally {
    /// Adds one to the counts of these entries.
    pub fn add(&mut self, entries: &Entries) {
        let mut carried = *entries;
        for plane in &mut self.planes {
            for (plane, carried) in plane.0.iter_mut().zip(&mut carried.0) {
                (*plane, *carried) = (*plane ^ *carried, *plane & *carried);
            }
        }
        if carried != Entries::NONE {
            self.planes.push(carried);
        }
    }

    /// The count of one entry.
    pub fn of(&self, at: u32) -> usize {
        self.planes.iter().rev().fold(0, |count, plane| count << 1 | usize::from(plane.has(at)))
    }

    /// The entries with a count of `least` or more.
    pub fn at_least(&self, least: usize) -> Entries {
        if least >> self.planes.len() > 0 {
            return Entries::NONE;
        }
        // From the highest bits down: who has more already, and who has as many so far.
        let (mut more, mut equal) = (Entries::NONE, Entries::ALL);
        for (bit, plane) in self.planes.iter().enumerate().rev() {
            let words = more.0.iter_mut().zip(&mut equal.0).zip(&plane.0);
            if least >> bit & 1 == 1 {
                words.for_each(|((_, equal), plane)| *equal &= plane);
            } else {
                words.for_each(|((more, equal), plane)| (*more, *equal) = (*more | *equal & plane, *equal & !plane));
            }
        }
        more.join(&equal);
        more
    }
}

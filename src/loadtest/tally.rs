//! What was counted: latencies in HDR histograms, which merge exactly, and failures by their kind.

use std::time::Duration;

use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer as HdrReader, Serializer as _, V2Serializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::failure::Failure;

/// Latencies in microseconds, kept to three digits.
#[derive(Debug, Clone, PartialEq)]
pub struct Latencies(Histogram<u64>);

impl Default for Latencies {
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "three digits are within what a histogram can have, 0 to 5")]
        Self(Histogram::new(3).expect("a histogram of three digits"))
    }
}

impl Latencies {
    pub fn record(&mut self, latency: Duration) {
        // Grows at the first one that is longer than all before. What is too long for it counts as the longest it can hold.
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.0.record(micros).unwrap_or_else(|_| self.0.saturating_record(micros));
    }

    pub fn merge(&mut self, other: &Self) {
        #[expect(clippy::expect_used, reason = "one that resizes itself has room for all that another holds")]
        self.0.add(&other.0).expect("histograms that grow");
    }

    pub fn clear(&mut self) {
        self.0.reset();
    }

    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// A quantile (0.99), in milliseconds, or None where there are too few latencies to tell: at least 10 have to lie beyond it, so
    /// p50 needs 20, p95 200, p99 1,000 and p99.9 10,000.
    pub fn quantile_ms(&self, quantile: f64) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "counts below 2^52")]
        let beyond = self.0.len() as f64 * (1.0 - quantile);
        // A hair less, for 0.95 is no binary fraction.
        (beyond >= 10.0 - 1e-6).then(|| ms(self.0.value_at_quantile(quantile)))
    }

    /// The same however few there are; 0 of none. For what only guides the eye.
    pub fn rough_ms(&self, quantile: f64) -> f64 {
        ms(self.0.value_at_quantile(quantile))
    }

    pub fn mean_ms(&self) -> f64 {
        self.0.mean() / 1e3
    }

    pub fn min_ms(&self) -> f64 {
        if self.0.is_empty() { 0.0 } else { ms(self.0.min()) }
    }

    pub fn max_ms(&self) -> f64 {
        ms(self.0.max())
    }

    pub fn histogram(&self) -> &Histogram<u64> {
        &self.0
    }
}

fn ms(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64() * 1e3
}

impl Serialize for Latencies {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::new();
        V2Serializer::new().serialize(&self.0, &mut bytes).map_err(|why| ser::Error::custom(format!("{why:?}")))?;
        to.serialize_str(&hex(&bytes))
    }
}

impl<'de> Deserialize<'de> for Latencies {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let bytes = unhex(&text).ok_or_else(|| de::Error::custom("a histogram should be written in hexadecimal digits"))?;
        let mut read: Histogram<u64> =
            HdrReader::new().deserialize(&mut bytes.as_slice()).map_err(|why| de::Error::custom(format!("no histogram: {why:?}")))?;
        read.auto(true);
        Ok(Self(read))
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(u8::try_from(digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?).unwrap_or_default())).collect()
}

/// What came of the requests of one kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// All of them, however they ended, but those that were told to come back later.
    pub requests: u64,
    /// Those that a limit told to come back later (429). They are no failures, and no measurement.
    pub limited: u64,
    pub failures: Vec<(Failure, u64)>,
    /// From when a request was due, of right answers and of those that never came in time. A quick refusal must not flatter.
    pub from_due: Latencies,
    /// From when it was sent.
    pub from_sent: Latencies,
    pub bytes: u64,
}

impl Tally {
    pub fn fail(&mut self, failure: Failure, times: u64) {
        self.requests += times;
        self.add_failures(failure, times);
    }

    fn add_failures(&mut self, failure: Failure, times: u64) {
        match self.failures.iter_mut().find(|(known, _)| *known == failure) {
            Some((_, count)) => *count += times,
            None => self.failures.push((failure, times)),
        }
    }

    pub fn failed(&self) -> u64 {
        self.failures.iter().map(|(_, count)| count).sum()
    }

    /// Of all requests, those that failed; 0 of none.
    #[expect(clippy::cast_precision_loss, reason = "counts below 2^52")]
    pub fn error_rate(&self) -> f64 {
        if self.requests == 0 { 0.0 } else { self.failed() as f64 / self.requests as f64 }
    }

    pub fn merge(&mut self, other: &Self) {
        self.requests += other.requests;
        self.limited += other.limited;
        self.bytes += other.bytes;
        self.from_due.merge(&other.from_due);
        self.from_sent.merge(&other.from_sent);
        other.failures.iter().for_each(|(failure, count)| self.add_failures(*failure, *count));
    }

    /// Of several, all together.
    pub fn sum<'t>(tallies: impl IntoIterator<Item = &'t Self>) -> Self {
        tallies.into_iter().fold(Self::default(), |mut sum, tally| {
            sum.merge(tally);
            sum
        })
    }

    /// Back to nothing, and keeping its room.
    fn clear(&mut self) {
        (self.requests, self.limited, self.bytes) = (0, 0, 0);
        self.failures.clear();
        self.from_due.clear();
        self.from_sent.clear();
    }
}

/// What a lane counted in one second of its run, or several lanes together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Which second of the run, from 0.
    pub second: u64,
    /// By the requests of the scenario, in its order.
    pub tallies: Vec<Tally>,
    /// How late this client was by itself: from when a free user should have asked until it did.
    pub lag: Latencies,
    /// Answers to requests that were due while it was still warming up.
    pub cut: u64,
    /// How long the busiest thread worked, of a second.
    pub busiest: f64,
}

impl Interval {
    pub fn of(kinds: usize) -> Self {
        Self { tallies: vec![Tally::default(); kinds], ..Self::default() }
    }

    pub fn merge(&mut self, other: &Self) {
        self.cut += other.cut;
        self.lag.merge(&other.lag);
        self.busiest = self.busiest.max(other.busiest);
        self.tallies.iter_mut().zip(&other.tallies).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    /// Back to nothing, and keeping its room: the next second.
    pub fn begin(&mut self, second: u64) {
        self.second = second;
        (self.cut, self.busiest) = (0, 0.0);
        self.lag.clear();
        self.tallies.iter_mut().for_each(Tally::clear);
    }

    pub fn all(&self) -> Tally {
        Tally::sum(&self.tallies)
    }
}

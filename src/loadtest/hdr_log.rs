//! A run as an `HdrHistogram` log, which the tools of that format read: every second's histograms, tagged by request.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

use super::scenario::Scenario;
use super::tally::Interval;

/// Microseconds in a millisecond, in which the log tells the longest value.
const MICROS: f64 = 1000.0;

/// A log that is being written. Its writer borrows where it writes to, so each second is made ready by one of its own.
pub struct HdrLog {
    file: BufWriter<File>,
    serializer: V2DeflateSerializer,
    failed: Option<io::Error>,
}

impl HdrLog {
    /// # Errors
    /// The file cannot be made.
    pub fn create(file: &Path) -> io::Result<Self> {
        let (mut file, mut serializer) = (BufWriter::new(File::create(file)?), V2DeflateSerializer::new());
        let started = SystemTime::now();
        let mut head = IntervalLogWriterBuilder::new();
        head.add_comment("latencies in microseconds, from when a request was due").with_start_time(started).with_base_time(started);
        head.with_max_value_divisor(MICROS).begin_log_with(&mut file, &mut serializer)?;
        Ok(Self { file, serializer, failed: None })
    }

    /// Adds a second: what goes wrong is told at the end, for a run is worth more than its log.
    pub fn add(&mut self, scenario: &Scenario, interval: &Interval) {
        if self.failed.is_none() {
            self.failed = self.try_add(scenario, interval).err();
        }
    }

    fn try_add(&mut self, scenario: &Scenario, interval: &Interval) -> io::Result<()> {
        let mut builder = IntervalLogWriterBuilder::new();
        let mut lines = Vec::new();
        let mut log = builder.with_max_value_divisor(MICROS).begin_log_with(&mut lines, &mut self.serializer)?;
        for (request, tally) in scenario.requests.iter().zip(&interval.tallies) {
            let (at, histogram) = (Duration::from_secs(interval.second), tally.from_due.histogram());
            let written = log.write_histogram(histogram, at, Duration::from_secs(1), Tag::new(&request.name));
            written.map_err(|why| io::Error::other(format!("{why:?}")))?;
        }
        // The head stands at the top of the file already.
        lines.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"#")).try_for_each(|line| self.file.write_all(line))
    }

    /// # Errors
    /// Something could not be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.failed.map_or(Ok(()), Err)?;
        self.file.flush()
    }
}

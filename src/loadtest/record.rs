//! The record of a run: what all lanes tell, put together second by second, with the warm-up cut off.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::engine::Event;
use super::scenario::{Load, Scenario};
use super::tally::{Interval, Latencies, Tally};

/// Into how many equal parts the measured time is cut, to see how much the figures vary.
pub const BATCHES: u8 = 20;

/// One second of a run, over all lanes and requests.
#[derive(Debug, Clone)]
pub struct Second {
    pub number: u64,
    pub users: u64,
    pub is_measured: bool,
    pub tally: Tally,
}

/// All that is known of a run.
#[derive(Debug, Default)]
pub struct Record {
    /// By the requests of the scenario, without the warm-up.
    pub tallies: Vec<Tally>,
    pub seconds: Vec<Point>,
    /// Equal parts of the measured time.
    pub batches: Vec<Tally>,
    pub lag: Latencies,
    /// How long the busiest thread worked, of a second, in the middle of the measured seconds.
    pub busiest: Vec<f64>,
    /// Answers in the warm-up, and to requests that were due in it.
    pub cut: u64,
    pub made: Vec<(usize, u64)>,
    pub interrupted: bool,
    /// Why lanes were lost.
    pub lost: Vec<String>,
    /// From the start to the last lane's end.
    pub took_s: f64,
}

/// A second as it is drawn and written down, the warm-up included. Its percentiles are told however few requests there were.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Point {
    pub second: u64,
    pub users: u64,
    pub requests: u64,
    pub failures: u64,
    pub limited: u64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
}

/// Takes what so many lanes tell until all are done or lost. `watch` sees each second once it is complete.
pub fn collect(
    scenario: &Scenario,
    lanes: usize,
    from: &Receiver<(usize, Event)>,
    watch: &mut dyn FnMut(&Record, &Second, &Interval),
) -> Record {
    let mut record = Record {
        tallies: vec![Tally::default(); scenario.requests.len()],
        batches: vec![Tally::default(); BATCHES.into()],
        ..Record::default()
    };
    let began = Instant::now();
    // Of each lane the second it is in; u64::MAX once it has ended.
    let mut at = vec![0_u64; lanes];
    let mut waiting: BTreeMap<u64, Interval> = BTreeMap::new();
    while at.iter().any(|second| *second != u64::MAX) {
        // Who ends without a word has panicked, and nobody is left to tell anything.
        let ended = |_| {
            (at.iter().position(|second| *second != u64::MAX).unwrap_or(0), Event::Lost("a thread of this client ended by itself".into()))
        };
        let (lane, event) = from.recv().unwrap_or_else(ended);
        match event {
            Event::Second(interval) => {
                at[lane] = interval.second + 1;
                waiting.entry(interval.second).and_modify(|sum| sum.merge(&interval)).or_insert(*interval);
            }
            Event::Done { made, interrupted } => {
                at[lane] = u64::MAX;
                record.made.extend(made);
                record.interrupted |= interrupted;
            }
            Event::Lost(why) => {
                at[lane] = u64::MAX;
                if !record.lost.contains(&why) {
                    record.lost.push(why);
                }
            }
        }
        let complete = at.iter().min().copied().unwrap_or(u64::MAX);
        let rest = waiting.split_off(&complete);
        for interval in std::mem::replace(&mut waiting, rest).into_values() {
            let second = record.add(scenario, &interval);
            watch(&record, &second, &interval);
        }
    }
    record.took_s = began.elapsed().as_secs_f64();
    record
}

impl Record {
    fn add(&mut self, scenario: &Scenario, interval: &Interval) -> Second {
        let tally = interval.all();
        let start = whole(interval.second);
        let is_measured = start >= scenario.warm_up_s;
        if is_measured {
            self.tallies.iter_mut().zip(&interval.tallies).for_each(|(sum, tally)| sum.merge(tally));
            self.batches[batch(scenario, start)].merge(&tally);
            self.lag.merge(&interval.lag);
            self.busiest.push(interval.busiest);
            self.cut += interval.cut;
        } else {
            self.cut += tally.requests + interval.cut;
        }
        let users = users_at(&scenario.load, start);
        // The moment between the end and the last lane's word is no second.
        if start >= scenario.seconds() && tally.requests == 0 {
            return Second { number: interval.second, users, is_measured, tally };
        }
        self.seconds.push(Point {
            second: interval.second,
            users,
            requests: tally.requests,
            failures: tally.failed(),
            limited: tally.limited,
            p50_ms: tally.from_due.rough_ms(0.5),
            p95_ms: tally.from_due.rough_ms(0.95),
            p99_ms: tally.from_due.rough_ms(0.99),
        });
        Second { number: interval.second, users, is_measured, tally }
    }

    /// Everything that was measured.
    pub fn all(&self) -> Tally {
        Tally::sum(&self.tallies)
    }

    /// For how many seconds was measured.
    pub fn measured_s(&self, scenario: &Scenario) -> f64 {
        (self.took_s.min(whole(self.seconds.last().map_or(0, |last| last.second + 1))) - scenario.warm_up_s).max(0.0)
    }

    /// The share of a core that the busiest thread took, in the middle second.
    pub fn usual_busiest(&self) -> f64 {
        let mut sorted = self.busiest.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
    }
}

/// How many users there are, or connections.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of users, far below 2^52")]
fn users_at(load: &Load, second: f64) -> u64 {
    match load {
        Load::Closed { users } => users.level(second).ceil() as u64,
        Load::Open { connections, .. } => *connections,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small index")]
fn batch(scenario: &Scenario, second: f64) -> usize {
    let share = (second - scenario.warm_up_s) / (scenario.seconds() - scenario.warm_up_s);
    ((share * f64::from(BATCHES)) as usize).min(usize::from(BATCHES) - 1)
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a run")]
fn whole(second: u64) -> f64 {
    second as f64
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;
    use crate::loadtest::scenario::{Scenario, Wishes};

    fn second(second: u64, latencies_ms: &[u64]) -> Event {
        let mut interval = Interval { second, ..Interval::of(5) };
        for latency in latencies_ms {
            interval.tallies[0].requests += 1;
            interval.tallies[0].from_due.record(Duration::from_millis(*latency));
        }
        Event::Second(Box::new(interval))
    }

    #[test]
    fn lanes_are_merged_exactly_and_the_warm_up_is_cut() {
        let wishes = Wishes { run_time_s: Some(4.0), warm_up_s: Some(1.0), ..Wishes::default() };
        let scenario = Scenario::named("mixed").unwrap().with(&wishes);
        let (to, from) = channel();
        let done = || Event::Done { made: vec![(4, 7)], interrupted: false };
        // The second lane is behind, and the first ends long before it.
        for (lane, event) in [
            (0, second(0, &[900])),
            (0, second(1, &[1, 2])),
            (0, second(2, &[3])),
            (0, done()),
            (1, second(0, &[])),
            (1, second(1, &[40])),
            (1, Event::Lost("it is gone".into())),
        ] {
            to.send((lane, event)).unwrap();
        }
        let mut seen = vec![];
        let record =
            collect(&scenario, 2, &from, &mut |_, second, _| seen.push((second.number, second.tally.requests, second.is_measured)));
        assert_eq!(seen, [(0, 1, false), (1, 3, true), (2, 1, true)]);
        assert_eq!((record.all().requests, record.cut), (4, 1));
        assert!((record.all().from_due.max_ms() - 40.0).abs() < 0.1);
        assert_eq!((record.made, record.lost), (vec![(4, 7)], vec!["it is gone".to_owned()]));
        assert_eq!(record.batches.iter().map(|batch| batch.requests).sum::<u64>(), 4);
    }
}

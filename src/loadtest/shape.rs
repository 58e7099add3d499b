//! How much is asked over time: a line of levels, of users or of requests a second, and who and what is due when.

use serde::{Deserialize, Serialize};

/// A level that is reached in so many seconds, in a straight line. No seconds are a jump.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    pub seconds: f64,
    pub level: f64,
}

/// What the level is at every moment of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    pub start: f64,
    pub stages: Vec<Stage>,
}

/// One of several threads or machines that share a load: it has every `of`th user and request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    pub number: u64,
    pub of: u64,
}

impl Lane {
    /// The whole load.
    pub const ALL: Self = Self { number: 0, of: 1 };

    /// One of `of` equal parts of this one.
    pub fn part(self, number: u64, of: u64) -> Self {
        Self { number: self.number + self.of * number, of: self.of * of }
    }

    /// The number, over all lanes, of what is the `nth` here.
    pub fn nth(self, nth: u64) -> u64 {
        self.number + self.of * nth
    }
}

/// Part of a shape between two moments, from level to level.
#[derive(Debug, Clone, Copy)]
struct Piece {
    begin: f64,
    seconds: f64,
    from: f64,
    to: f64,
}

impl Piece {
    fn slope(self) -> f64 {
        (self.to - self.from) / self.seconds
    }

    fn level(self, at: f64) -> f64 {
        self.from + self.slope() * (at - self.begin)
    }
}

impl Shape {
    /// From nothing to a level, as quickly as the ramp says, and level for the rest of the time.
    pub fn steady(level: f64, ramp_s: f64, seconds: f64) -> Self {
        let ramp_s = ramp_s.min(seconds);
        Self { start: 0.0, stages: vec![Stage { seconds: ramp_s, level }, Stage { seconds: seconds - ramp_s, level }] }
    }

    pub fn seconds(&self) -> f64 {
        self.stages.iter().map(|stage| stage.seconds).sum()
    }

    pub fn highest(&self) -> f64 {
        self.stages.iter().map(|stage| stage.level).fold(self.start, f64::max)
    }

    /// The same levels, in another time.
    pub fn lasting(mut self, seconds: f64) -> Self {
        let factor = seconds / self.seconds();
        self.stages.iter_mut().for_each(|stage| stage.seconds *= factor);
        self
    }

    /// The same times, up to another height.
    pub fn reaching(mut self, highest: f64) -> Self {
        let factor = highest / self.highest();
        self.start *= factor;
        self.stages.iter_mut().for_each(|stage| stage.level *= factor);
        self
    }

    fn pieces(&self) -> impl Iterator<Item = Piece> {
        let (mut begin, mut from) = (0.0, self.start);
        self.stages.iter().filter_map(move |stage| {
            let piece = Piece { begin, seconds: stage.seconds, from, to: stage.level };
            (begin, from) = (begin + stage.seconds, stage.level);
            (stage.seconds > 0.0).then_some(piece)
        })
    }

    /// The level at a moment, in seconds; nothing is left after the end.
    pub fn level(&self, at: f64) -> f64 {
        self.pieces().find(|piece| at < piece.begin + piece.seconds).map_or(0.0, |piece| piece.level(at))
    }

    /// What the level is on average, from a moment to the end.
    pub fn mean_from(&self, at: f64) -> f64 {
        let area = |piece: Piece| {
            let (begin, end) = (piece.begin.max(at), piece.begin + piece.seconds);
            if begin < end { f64::midpoint(piece.level(begin), piece.to) * (end - begin) } else { 0.0 }
        };
        self.pieces().map(area).sum::<f64>() / (self.seconds() - at)
    }

    /// From when on a user (counted from 0) is there again, at the moment asked for or later. None if never again.
    pub fn next_presence(&self, user: u64, at: f64) -> Option<f64> {
        let needed = count(user);
        self.pieces().filter(|piece| at < piece.begin + piece.seconds).find_map(|piece| {
            let begin = at.max(piece.begin);
            let (now, end) = (piece.level(begin), piece.begin + piece.seconds);
            // Of 1.5 users two are there. The last moment of a ramp is the first of the next piece.
            if now > needed {
                Some(begin)
            } else {
                (piece.to > needed).then(|| piece.begin + (needed - piece.from) / piece.slope()).filter(|moment| *moment < end)
            }
        })
    }

    /// When the request of this number (from 0) is due, at this many a second. None if the run ends before.
    pub fn due(&self, request: u64) -> Option<f64> {
        let mut left = count(request);
        for piece in self.pieces() {
            let area = f64::midpoint(piece.from, piece.to) * piece.seconds;
            if left < area {
                let slope = piece.slope();
                // from x + slope x^2 / 2 = left, in the form that also holds without a slope.
                let root = (piece.from * piece.from + 2.0 * slope * left).max(0.0).sqrt();
                let after = if root + piece.from > 0.0 { 2.0 * left / (root + piece.from) } else { 0.0 };
                return Some(piece.begin + after);
            }
            left -= area;
        }
        None
    }
}

#[expect(clippy::cast_precision_loss, reason = "users and requests of one run are fewer than 2^52")]
fn count(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Shape {
        Shape { start: 0.0, stages: vec![Stage { seconds: 10.0, level: 100.0 }, Stage { seconds: 10.0, level: 100.0 }] }
    }

    #[test]
    fn requests_of_a_steady_rate_are_due_at_even_distances() {
        let shape = Shape::steady(50.0, 0.0, 2.0);
        let due: Vec<_> = (0..200).map_while(|request| shape.due(request)).collect();
        assert_eq!(due.len(), 100);
        assert!(due.windows(2).all(|pair| (pair[1] - pair[0] - 0.02).abs() < 1e-9), "{due:?}");
    }

    #[test]
    fn requests_of_a_ramp_come_ever_closer_and_are_as_many_as_the_area_beneath_it() {
        let shape = ramp();
        let due: Vec<_> = (0..).map_while(|request| shape.due(request)).collect();
        assert_eq!(due.len(), 1500);
        assert!(due.is_sorted() && due[1] - due[0] > due[499] - due[498]);
    }

    #[test]
    fn lanes_share_every_request_once() {
        let lanes = (0..3).flat_map(|worker| (0..2).map(move |thread| Lane::ALL.part(worker, 3).part(thread, 2)));
        let mut all: Vec<u64> = lanes.flat_map(|lane| (0..10).map(move |nth| lane.nth(nth))).collect();
        all.sort_unstable();
        assert_eq!(all, (0..60).collect::<Vec<_>>());
    }

    #[test]
    fn users_come_as_the_level_rises_and_go_as_it_falls() {
        let shape = Shape {
            start: 10.0,
            stages: vec![Stage { seconds: 5.0, level: 10.0 }, Stage { seconds: 0.0, level: 30.0 }, Stage { seconds: 5.0, level: 30.0 }],
        };
        assert_eq!(shape.next_presence(9, 0.0), Some(0.0));
        assert_eq!(shape.next_presence(10, 0.0), Some(5.0));
        assert_eq!(shape.next_presence(30, 0.0), None);
        assert_eq!(shape.next_presence(0, 10.0), None);
        let ramp = ramp();
        assert!((ramp.next_presence(50, 0.0).unwrap() - 5.0).abs() < 1e-9);
        assert!((ramp.level(5.0) - 50.0).abs() < 1e-9);
        assert!((ramp.mean_from(0.0) - 75.0).abs() < 1e-9 && (ramp.mean_from(10.0) - 100.0).abs() < 1e-9);
        assert!((ramp.reaching(10.0).lasting(2.0).level(1.5) - 10.0).abs() < 1e-9);
    }
}

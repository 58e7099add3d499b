//! The circuit breaker: after failures in a row nobody calls for a while, then a few trial calls decide.

use std::time::{Duration, Instant};

use crate::domain::geocoding::CircuitState;

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// So many failures in a row open the circuit.
    pub failures: u32,
    /// So long it stays open.
    pub rest: Duration,
    /// So many calls must then succeed, one after another, to close it; one that fails opens it again.
    pub trials: u32,
}

/// Told of each call's end. Calls come one at a time, so trials under way need no counting, and no result comes from a time
/// before the circuit opened.
#[derive(Debug)]
pub struct Breaker {
    limits: Limits,
    failures: u32,
    /// When the rest ends or ended; none while closed.
    rests_until: Option<Instant>,
    passed_trials: u32,
}

impl Breaker {
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, failures: 0, rests_until: None, passed_trials: 0 }
    }

    /// Anything but `Open` lets a call through.
    #[must_use]
    pub fn state(&self, now: Instant) -> CircuitState {
        match self.rests_until {
            None => CircuitState::Closed,
            Some(end) if now < end => CircuitState::Open,
            Some(_) => CircuitState::HalfOpen,
        }
    }

    /// Failures since the last success that closed the circuit or found it closed.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    pub fn succeeded(&mut self) {
        if self.rests_until.is_some() {
            self.passed_trials += 1;
            if self.passed_trials < self.limits.trials {
                return;
            }
        }
        *self = Self::new(self.limits);
    }

    pub fn failed(&mut self, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        if self.rests_until.is_some() || self.failures >= self.limits.failures {
            self.rests_until = Some(now + self.limits.rest);
            self.passed_trials = 0;
        }
    }
}

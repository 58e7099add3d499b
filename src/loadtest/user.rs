//! One simulated user: what it asks and when, and what it writes down of that.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::client::{Answer, Client};
use super::engine::Plan;
use super::failure::Failure;
use super::request::{Filling, Request, Template, first_id};
use super::scenario::Load;
use super::shape::Lane;
use super::tally::Interval;

/// How many of the sightings it made a user remembers to ask about.
const REMEMBERED: usize = 100;
/// How long to wait where a server says "later" and not when.
const LATER: Duration = Duration::from_secs(1);

/// What the users of one thread share.
#[derive(Debug)]
pub struct World {
    plan: Arc<Plan>,
    lane: Lane,
    templates: Vec<Template>,
    start: Instant,
    /// Requests of an open load that were taken by a user already.
    taken: Cell<u64>,
    interval: RefCell<Interval>,
    /// What was made: the request and the id.
    made: RefCell<Vec<(usize, u64)>>,
}

impl World {
    pub fn new(plan: Arc<Plan>, lane: Lane, start: Instant) -> Self {
        let requests = &plan.scenario.requests;
        let template = |request: &Request| Template::new(&request.method, &request.path, &request.body, &plan.origin);
        let (templates, interval) = (requests.iter().map(template).collect(), Interval::of(requests.len()));
        let made = RefCell::new(Vec::with_capacity(1024));
        Self { lane, templates, start, taken: Cell::new(0), interval: RefCell::new(interval), made, plan }
    }

    /// What was counted until now, which begins anew with the next second.
    pub fn take(&self, busiest: f64) -> Interval {
        let mut interval = self.interval.borrow_mut();
        interval.busiest = busiest;
        let taken = interval.clone();
        interval.begin(taken.second + 1);
        taken
    }

    pub fn take_made(&self) -> Vec<(usize, u64)> {
        self.made.take()
    }

    /// Writes down the requests that were due and that nobody came to send.
    pub fn give_up(&self) {
        let Load::Open { rate, .. } = &self.plan.scenario.load else { return };
        let mut left = 0;
        while rate.due(self.lane.nth(self.taken.get() + left)).is_some() {
            left += 1;
        }
        if left > 0 {
            self.interval.borrow_mut().tallies[0].fail(Failure::NeverSent, left);
        }
    }

    fn at(&self, seconds: f64) -> Instant {
        self.start + Duration::from_secs_f64(seconds)
    }

    fn end(&self) -> Instant {
        self.at(self.plan.scenario.seconds())
    }

    /// After this no request of an open load is sent any more, however long it has been due.
    fn last_call(&self) -> Instant {
        self.end() + self.plan.timeout
    }

    /// When a user who is free from `free` on asks next. None when its time is over.
    fn next_due(&self, user: u64, free: Instant, is_first: bool) -> Option<Instant> {
        match &self.plan.scenario.load {
            Load::Open { rate, .. } => {
                let number = self.taken.get();
                let due = rate.due(self.lane.nth(number)).filter(|_| free < self.last_call())?;
                self.taken.set(number + 1);
                Some(self.at(due))
            }
            Load::Closed { users } => {
                let (least, most) = self.plan.scenario.think_s;
                let think = if is_first { 0.0 } else { least + (most - least) * fastrand::f64() };
                let wished = (free - self.start).as_secs_f64() + think;
                users.next_presence(user, wished).map(|moment| self.at(moment))
            }
        }
    }

    /// One of the requests that this user can ask now, by weight.
    fn choose(&self, has_id: bool, has_own: bool) -> Option<usize> {
        let can = |template: &Template| (has_id || !template.needs_id) && (has_own || !template.needs_own);
        let choices = || self.templates.iter().zip(&self.plan.scenario.requests).enumerate().filter(|(_, (template, _))| can(template));
        let total: u32 = choices().map(|(_, (_, request))| request.weight).sum();
        let mut left = if total > 0 { fastrand::u32(0..total) } else { return None };
        choices().find_map(|(index, (_, request))| {
            let is_it = left < request.weight;
            left = left.saturating_sub(request.weight);
            is_it.then_some(index)
        })
    }

    fn record(&self, kind: usize, times: &Times, outcome: Result<Answer<'_>, Failure>) {
        let mut interval = self.interval.borrow_mut();
        if let Some(free) = times.free.filter(|free| *free <= times.due) {
            // Free in time: whatever it was late by is our own fault.
            debug_assert!(free <= times.sent);
            interval.lag.record(times.sent - times.due);
        }
        let warm = self.at(self.plan.scenario.warm_up_s);
        if times.due < warm && times.done >= warm {
            interval.cut += 1;
            return;
        }
        let tally = &mut interval.tallies[kind];
        match outcome {
            Ok(Answer { status: 429, .. }) => return tally.limited += 1,
            Ok(answer) => {
                tally.requests += 1;
                tally.bytes += answer.body.len() as u64;
            }
            Err(failure) => {
                tally.fail(failure, 1);
                if failure != Failure::TimedOut {
                    return;
                }
            }
        }
        tally.from_due.record(times.done.saturating_duration_since(times.due));
        tally.from_sent.record(times.done - times.sent);
    }
}

/// The moments of one request.
#[derive(Debug)]
struct Times {
    /// From when on the user had nothing else to do; None where it was not waiting for its time.
    free: Option<Instant>,
    due: Instant,
    sent: Instant,
    done: Instant,
}

/// A user, from its first request to its last.
pub async fn live(world: Rc<World>, nth: u64) {
    let number = world.lane.nth(nth);
    let mut client = Client::new(world.plan.address, world.plan.timeout);
    let (mut own, mut bytes, mut body) = (Vec::with_capacity(REMEMBERED), Vec::with_capacity(1024), Vec::with_capacity(1024));
    let mut free = world.start;
    let mut is_first = true;
    while let Some(due) = world.next_due(number, free, is_first) {
        is_first = false;
        let waits = due > Instant::now();
        if waits {
            sleep_until(due).await;
        }
        let mine = any(&own);
        let id = if fastrand::bool() { mine.or_else(|| any(&world.plan.seen)) } else { any(&world.plan.seen).or(mine) };
        let Some(kind) = world.choose(id.is_some(), mine.is_some()) else { break };
        world.templates[kind].write(Filling { id: id.unwrap_or(0), own: mine.unwrap_or(0) }, &mut bytes, &mut body);

        let sent = Instant::now();
        let answered = client.exchange(&bytes).await;
        let done = Instant::now();
        let request = &world.plan.scenario.requests[kind];
        let outcome = answered.and_then(|answer| judged(request, answer));
        if let (Some(_), Ok(Answer { status: 200..300, body, .. })) = (&request.undo, outcome)
            && let Some(id) = first_id(body)
        {
            world.made.borrow_mut().push((kind, id));
            if own.len() < REMEMBERED {
                own.push(id);
            } else {
                own[fastrand::usize(..REMEMBERED)] = id;
            }
        }
        world.record(kind, &Times { free: waits.then_some(free), due, sent, done }, outcome);
        free = done;
        if let Ok(Answer { status: 429 | 503, retry_after_s, .. }) = answered {
            free += retry_after_s.map_or(LATER, Duration::from_secs);
            if free >= world.end() {
                break;
            }
            sleep_until(free).await;
        }
    }
}

/// An answer, if it is as the request expects it. "Later" is no failure.
fn judged<'c>(request: &Request, answer: Answer<'c>) -> Result<Answer<'c>, Failure> {
    match answer.status {
        429 => Ok(answer),
        status if !request.is_right(status) => Err(Failure::Status(status)),
        _ if !contains(answer.body, request.contains.as_bytes()) => Err(Failure::Check),
        _ => Ok(answer),
    }
}

fn any(ids: &[u64]) -> Option<u64> {
    if ids.is_empty() { None } else { Some(ids[fastrand::usize(..ids.len())]) }
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    text.is_empty() || body.windows(text.len()).any(|window| window == text)
}

//! Rate limits: how often each client may ask for what a category of routes costs.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use governor::RateLimiter;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use rocket::fairing::AdHoc;
use rocket::{Request, Response, tokio};
use rocket_governor::Quota;
use rocket_governor::header::Header;

use super::buckets::Buckets;
use super::client::Client;
use super::context::Context;
use super::error::ApiError;
use super::identity::Identity;
use super::metrics::Metrics;

/// A bucket fills up within a minute, so a client that was quiet for as long need not be remembered.
const MINUTE: Duration = Duration::from_secs(60);

/// Which limit counts a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Signs somebody in or up, where passwords and invites could be guessed.
    Auth,
    /// Changes something.
    Write,
    /// Reads something. Whatever no route answers counts as read, too.
    Read,
    /// Costs more than most: analyses and insights.
    Analysis,
    /// Monitoring, pages, documents and photos.
    Unlimited,
}

impl Category {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Write => "write",
            Self::Read => "read",
            Self::Analysis => "analysis",
            Self::Unlimited => "unlimited",
        }
    }
}

/// Counts a request, or refuses it.
pub fn count(request: &Request<'_>, category: Category) -> Result<(), ApiError> {
    let Some(limit) = request.rocket().state::<Arc<Limits>>().and_then(|limits| limits.of(category)) else { return Ok(()) };
    let context = Context::of(request);
    Identity::of(request);
    let standing = limit.take(Client::of(context));
    let wait = standing.wait;
    if let Some(metrics) = request.rocket().state::<Arc<Metrics>>()
        && wait.is_some()
    {
        metrics.refused(category);
    }
    // Where two limits count one request (no route hands on to another today), the first is told of.
    context.standing.get_or_init(|| standing);
    wait.map_or(Ok(()), |wait| Err(ApiError::TooMany { wait_s: whole_seconds(wait).max(1) }))
}

/// Counts a request that no route with a limit saw: one to nowhere, or one that is no proper HTTP.
pub fn count_uncounted(request: &Request<'_>) -> Result<(), ApiError> {
    if Context::of(request).standing.get().is_some() { Ok(()) } else { count(request, Category::Read) }
}

fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// How a client stands with a limit after a request.
#[derive(Debug, PartialEq, Eq)]
pub struct Standing {
    /// How many requests its bucket holds.
    limit: u32,
    /// How many are left in it.
    remaining: u32,
    /// When it will be full again, if nothing more is taken.
    full_in: Duration,
    /// When the next one will be there, where this one was refused.
    wait: Option<Duration>,
}

impl Standing {
    /// Tells the client.
    pub fn tell(&self, response: &mut Response<'_>) {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        response.set_header(Header::XRateLimitLimit(self.limit.into()));
        response.set_header(Header::XRateLimitRemaining(self.remaining.into()));
        response.set_header(Header::XRateLimitReset(whole_seconds(now + self.full_in)));
    }
}

/// The limits of all categories; none where a category has none.
#[derive(Debug)]
pub struct Limits {
    auth: Option<Limit>,
    write: Option<Limit>,
    read: Option<Limit>,
    analysis: Option<Limit>,
}

impl Limits {
    /// From how many times a minute a client may read, and sign in. Writes are 0.3 of the reads, analyses 0.1, rounded up; 0 is no limit.
    pub fn new(read: u32, auth: u32) -> Self {
        let limit = |per_minute| NonZeroU32::new(per_minute).map(|per_minute| Limit::new(per_minute, &DefaultClock::default()));
        let tenths = |tenths: u32| limit(read / 10 * tenths + (read % 10 * tenths).div_ceil(10));
        Self { auth: limit(auth), write: tenths(3), read: limit(read), analysis: tenths(1) }
    }

    fn of(&self, category: Category) -> Option<&Limit> {
        match category {
            Category::Auth => self.auth.as_ref(),
            Category::Write => self.write.as_ref(),
            Category::Read => self.read.as_ref(),
            Category::Analysis => self.analysis.as_ref(),
            Category::Unlimited => None,
        }
    }

    fn forget_quiet(&self) {
        [&self.auth, &self.write, &self.read, &self.analysis].into_iter().flatten().for_each(|limit| limit.buckets.age());
    }
}

/// Forgets clients that were quiet, for as long as the server runs.
pub fn forgetting(limits: Arc<Limits>) -> AdHoc {
    AdHoc::on_liftoff("forgetting quiet clients", |_| {
        Box::pin(async move {
            tokio::spawn(async move {
                let mut every = tokio::time::interval(MINUTE);
                loop {
                    every.tick().await;
                    limits.forget_quiet();
                }
            });
        })
    })
}

/// One bucket a client, over all routes of a category. It holds what is allowed a minute, and fills evenly.
#[derive(Debug)]
struct Limit<C: Clock = DefaultClock> {
    quota: Quota,
    limiter: RateLimiter<Client, Buckets, C, StateInformationMiddleware>,
    buckets: Buckets,
    clock: C,
}

impl<C: Clock> Limit<C> {
    fn new(per_minute: NonZeroU32, clock: &C) -> Self {
        let (quota, buckets) = (Quota::per_minute(per_minute), Buckets::default());
        let limiter = RateLimiter::new(quota, buckets.clone(), clock);
        Self { quota, limiter, buckets, clock: clock.clone() }
    }

    /// Takes a request out of the client's bucket, if there is one left.
    fn take(&self, client: Client) -> Standing {
        let (limit, interval) = (self.quota.burst_size().get(), self.quota.replenish_interval());
        match self.limiter.check_key(&client) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                Standing { limit, remaining, full_in: interval * limit.saturating_sub(remaining), wait: None }
            }
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now());
                Standing { limit, remaining: 0, full_in: wait + interval * (limit - 1), wait: Some(wait) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use governor::clock::FakeRelativeClock;

    use super::super::buckets::MOST;
    use super::*;

    fn limit(per_minute: u32) -> (Limit<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Limit::new(NonZeroU32::new(per_minute).unwrap(), &clock), clock)
    }

    fn stranger(number: u32) -> Client {
        Client::Address(Ipv4Addr::from_bits(number).into())
    }

    /// How many requests a client gets through at once.
    fn taken(limit: &Limit<FakeRelativeClock>, client: Client) -> usize {
        (0..1000).take_while(|_| limit.take(client).wait.is_none()).count()
    }

    #[test]
    fn a_bucket_holds_the_figure_however_long_nobody_took_from_it() {
        let (limit, clock) = limit(5);
        for pause_s in [0, 60, 61, 600, 86_400] {
            clock.advance(Duration::from_secs(pause_s));
            assert_eq!(taken(&limit, stranger(1)), 5, "after {pause_s} s");
        }
    }

    #[test]
    fn a_bucket_fills_evenly() {
        let (limit, clock) = limit(30);
        assert_eq!(taken(&limit, stranger(1)), 30);
        for (pause_ms, expected) in [(1999, 0), (1, 1), (2000, 1), (3000, 1), (1000, 1), (20_000, 10), (59_999, 29), (1, 1)] {
            clock.advance(Duration::from_millis(pause_ms));
            assert_eq!(taken(&limit, stranger(1)), expected, "after {pause_ms} ms more");
        }
    }

    #[test]
    fn a_client_is_told_how_it_stands() {
        let (limit, clock) = limit(3);
        let seconds = Duration::from_secs;
        let standing = |remaining, full_in_s, wait_s: Option<u64>| Standing {
            limit: 3,
            remaining,
            full_in: seconds(full_in_s),
            wait: wait_s.map(seconds),
        };
        assert_eq!(limit.take(stranger(1)), standing(2, 20, None));
        assert_eq!(limit.take(stranger(1)), standing(1, 40, None));
        assert_eq!(limit.take(stranger(1)), standing(0, 60, None));
        assert_eq!(limit.take(stranger(1)), standing(0, 60, Some(20)));
        clock.advance(seconds(15));
        assert_eq!(limit.take(stranger(1)), standing(0, 45, Some(5)));
        clock.advance(seconds(5));
        assert_eq!(limit.take(stranger(1)), standing(0, 60, None));
    }

    #[test]
    fn clients_have_buckets_of_their_own() {
        let (limit, _) = limit(5);
        for client in [stranger(1), stranger(2), Client::User(1), Client::User(2)] {
            assert_eq!(taken(&limit, client), 5);
        }
    }

    #[test]
    fn forgetting_quiet_clients_gives_nobody_more() {
        let (limit, clock) = limit(60);
        let mut through = 0;
        for second in 0..600 {
            through += taken(&limit, stranger(1));
            if second % 60 == 59 {
                limit.buckets.age();
            }
            clock.advance(Duration::from_secs(1));
        }
        assert_eq!(through, 60 + 599);
        limit.buckets.age();
        limit.buckets.age();
        assert_eq!(limit.buckets.len(), 0);
    }

    #[test]
    fn a_flood_of_addresses_costs_two_generations_at_most() {
        let (limit, _) = limit(5);
        for number in 0..1_000_000 {
            limit.take(stranger(number));
            assert!(limit.buckets.len() <= 2 * MOST);
        }
        assert_eq!(taken(&limit, stranger(999_999)), 4, "the newest are known still");
    }

    #[test]
    fn writes_are_three_tenths_and_analyses_one_tenth_of_the_reads() {
        for (read, auth, expected) in [
            (100, 5, [Some(5), Some(30), Some(100), Some(10)]),
            (200, 5, [Some(5), Some(60), Some(200), Some(20)]),
            (5, 1, [Some(1), Some(2), Some(5), Some(1)]),
            (1, 0, [None, Some(1), Some(1), Some(1)]),
            (0, 7, [Some(7), None, None, None]),
            (u32::MAX, u32::MAX, [Some(u32::MAX), Some(1_288_490_189), Some(u32::MAX), Some(429_496_730)]),
        ] {
            let limits = Limits::new(read, auth);
            let figure = |category| limits.of(category).map(|limit| limit.quota.burst_size().get());
            assert_eq!([Category::Auth, Category::Write, Category::Read, Category::Analysis].map(figure), expected);
        }
    }
}

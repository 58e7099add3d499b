//! What makes the load: a thread a core, each with its share of the users, which report every second.

use std::fs;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep_until};

use super::number;
use super::request::Origin;
use super::scenario::Scenario;
use super::shape::Lane;
use super::tally::Interval;
use super::user::{self, World};

/// Everything that a thread has to know of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    pub scenario: Scenario,
    pub origin: Origin,
    pub address: SocketAddr,
    /// The longest that a request may take.
    pub timeout: Duration,
    /// Ids of sightings that were there before.
    pub seen: Vec<u64>,
}

/// What a lane tells.
#[derive(Debug, Serialize, Deserialize)]
pub enum Event {
    Second(Box<Interval>),
    /// It is at its end. What it made: which request, and the id. And whether somebody ended it before its time.
    Done {
        made: Vec<(usize, u64)>,
        interrupted: bool,
    },
    /// It will not be heard of again, and why.
    Lost(String),
}

/// Starts the threads of a share of the load. Each sends its events with its number, counted from `first`. Returns how many they are.
///
/// # Errors
/// No thread could be started.
pub fn start(
    plan: &Arc<Plan>,
    share: Lane,
    first: usize,
    stop: &watch::Receiver<bool>,
    to: &Sender<(usize, Event)>,
) -> anyhow::Result<Vec<JoinHandle<()>>> {
    let threads = threads(plan);
    let begin = std::time::Instant::now() + Duration::from_millis(20);
    (0..threads)
        .map(|number| {
            let (plan, stop, to, lane) = (Arc::clone(plan), stop.clone(), to.clone(), share.part(number as u64, threads as u64));
            let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
            let run = move || {
                let report = |event| drop(to.send((first + number, event)));
                runtime.block_on(run(plan, lane, begin.into(), stop, &report));
            };
            Ok(thread::Builder::new().name(format!("load-{number}")).spawn(run)?)
        })
        .collect()
}

/// How many threads make a load: one a core, and no more than there are users.
pub fn threads(plan: &Plan) -> usize {
    let users = usize::try_from(plan.scenario.load.most_users()).unwrap_or(usize::MAX);
    thread::available_parallelism().map_or(1, usize::from).min(users).max(1)
}

async fn run(plan: Arc<Plan>, lane: Lane, start: Instant, mut stop: watch::Receiver<bool>, report: &dyn Fn(Event)) {
    let users = plan.scenario.load.most_users();
    let end = start + Duration::from_secs_f64(plan.scenario.seconds());
    let world = Rc::new(World::new(plan, lane, start));
    let local = LocalSet::new();
    let all: Vec<_> =
        (0..users).take_while(|nth| lane.nth(*nth) < users).map(|nth| local.spawn_local(user::live(Rc::clone(&world), nth))).collect();
    let lives = async {
        for user in all {
            // One that panicked has said so already.
            drop(user.await);
        }
        sleep_until(end).await;
    };
    let interrupted = local
        .run_until(async {
            tokio::select! {
                () = lives => false,
                () = tick(&world, start, report) => false,
                () = ended_by_signal() => true,
                _ = stop.wait_for(|stop| *stop) => true,
            }
        })
        .await;
    if !interrupted {
        world.give_up();
    }
    report(Event::Second(Box::new(world.take(0.0))));
    report(Event::Done { made: world.take_made(), interrupted });
}

/// Reports every second, until it is dropped.
async fn tick(world: &World, start: Instant, report: &dyn Fn(Event)) {
    let mut worked = work();
    for second in 1.. {
        sleep_until(start + Duration::from_secs(second)).await;
        let now = work();
        let busiest = (now.saturating_sub(worked)).as_secs_f64();
        worked = now;
        report(Event::Second(Box::new(world.take(busiest))));
    }
}

/// How long this thread has had a core; nothing where the system does not tell.
fn work() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = told.split_whitespace().next().and_then(number).unwrap_or(0);
    Duration::from_nanos(nanos)
}

/// Ctrl-C or SIGTERM. Where the system refuses to tell, never.
pub async fn ended_by_signal() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

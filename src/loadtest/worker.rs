//! Several machines: a worker that lends its cores to a coordinator, and the coordinator's side of it.

use std::io::Read as _;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use anyhow::{Context as _, bail, ensure};
use tokio::runtime;
use tokio::sync::watch;

use super::engine::{self, Event, Plan};
use super::shape::Lane;
use super::wire::{Go, Line, Order, SILENCE, Word};

/// Works for whoever knows the secret, one after another, until the process is ended. Only servers of this machine are loaded unless
/// `loads_others`.
///
/// # Errors
/// The address cannot be listened on.
pub fn serve(listener: &TcpListener, secret: &str, loads_others: bool) -> anyhow::Result<()> {
    // A run listens for the signals that end it, and from then on they end nothing by themselves.
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    thread::spawn(move || {
        runtime.block_on(engine::ended_by_signal());
        std::process::exit(0);
    });
    loop {
        let (stream, from) = listener.accept()?;
        match work(stream, secret, loads_others) {
            Ok(()) => eprintln!("worked for {from}"),
            Err(why) => eprintln!("{from}: {why:#}"),
        }
    }
}

fn work(stream: TcpStream, secret: &str, loads_others: bool) -> anyhow::Result<()> {
    let mut line = Line::new(stream)?;
    line.greet(secret, true)?;
    let Order { plan, share } = line.hear()?.context("it hung up")?;
    if !loads_others && !plan.address.ip().is_loopback() {
        let why = format!("{} is another machine than the worker's: start the worker with --i-own-this-server", plan.address);
        line.say(&Word::Refused { why })?;
        bail!("was asked to load {}, which is not this machine", plan.address);
    }
    let threads = engine::threads(&plan);
    line.say(&Word::Ready { threads })?;
    let _: Go = line.hear()?.context("it hung up")?;

    let (to, from) = channel();
    let (end, stop) = watch::channel(false);
    let running = engine::start(&Arc::new(plan), share, 0, &stop, &to)?;
    drop(to);
    // From now on the other says nothing. When it hangs up, the load ends.
    let mut stream = line.stream().try_clone()?;
    stream.set_read_timeout(None)?;
    let listening = thread::spawn(move || {
        drop(stream.read(&mut [0]));
        end.send_replace(true);
    });
    let mut told = Ok(());
    for (thread, event) in from {
        if told.is_ok() {
            told = line.say(&Word::Told { thread, event });
        }
    }
    for thread in running {
        // One that panicked has said so already.
        drop(thread.join());
    }
    drop(line.stream().shutdown(Shutdown::Both));
    drop(listening.join());
    told
}

/// A worker that is ready to go.
#[derive(Debug)]
pub struct Worker {
    address: SocketAddr,
    line: Line,
    pub threads: usize,
}

/// Shares a plan out among workers, each of which has its part of the users, and waits until all are ready.
///
/// # Errors
/// One of them is not there, knows another secret, or does not want to.
pub fn enlist(plan: &Plan, workers: &[SocketAddr], secret: &str) -> anyhow::Result<Vec<Worker>> {
    let enlist = |(number, address): (usize, &SocketAddr)| -> anyhow::Result<Worker> {
        let stream = TcpStream::connect_timeout(address, SILENCE)?;
        let mut line = Line::new(stream)?;
        line.greet(secret, false)?;
        line.say(&Order { plan: plan.clone(), share: Lane::ALL.part(number as u64, workers.len() as u64) })?;
        match line.hear()?.context("it hung up")? {
            Word::Ready { threads } => Ok(Worker { address: *address, line, threads }),
            Word::Refused { why } => bail!(why),
            Word::Told { .. } => bail!("it began too early"),
        }
    };
    ensure!(plan.scenario.load.most_users() >= workers.len() as u64, "there are fewer users than workers");
    workers.iter().enumerate().map(|each| enlist(each).with_context(|| format!("the worker {}", each.1))).collect()
}

/// Lets a worker go, and passes on what it tells, as the lanes from `first` on.
pub fn follow(mut worker: Worker, first: usize, to: &Sender<(usize, Event)>) -> thread::JoinHandle<()> {
    let to = to.clone();
    thread::spawn(move || {
        let mut left = vec![true; worker.threads];
        let ended = pass_on(&mut worker, &mut left, first, &to);
        let why = ended.map_or_else(|why| format!("{why:#}"), |()| "it hung up".to_owned());
        for thread in (0..left.len()).filter(|thread| left[*thread]) {
            drop(to.send((first + thread, Event::Lost(format!("the worker {} was lost: {why}", worker.address)))));
        }
    })
}

fn pass_on(worker: &mut Worker, left: &mut [bool], first: usize, to: &Sender<(usize, Event)>) -> anyhow::Result<()> {
    worker.line.say(&Go)?;
    while left.contains(&true) {
        let Some(Word::Told { thread, event }) = worker.line.hear()? else { break };
        let is_there = left.get_mut(thread).context("it has more threads than it said")?;
        *is_there &= !matches!(event, Event::Done { .. });
        if to.send((first + thread, event)).is_err() {
            break;
        }
    }
    Ok(())
}

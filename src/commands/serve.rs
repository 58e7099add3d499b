//! `catatlas serve`: the appliance itself.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use jiff::Timestamp;
use rocket::config::{Ident, LogLevel, Shutdown, Sig};
use rocket::fairing::AdHoc;
use rocket::tokio::time::{sleep, timeout};
use rocket::{Orbit, Rocket};
use url::Url;

use super::access::{AccessArgs, set_up_link};
use super::geocoding::GeocodingArgs;
use crate::auth::secrets::Secret;
use crate::http::{self, InFlight};
use crate::store::{Db, file};
use crate::telemetry::logs;

/// How long requests under way at the end may take, in seconds.
const GRACE_S: u32 = 25;
/// How long the last answer has to leave the machine once it is handed over.
const LAST_BYTES: Duration = Duration::from_millis(100);

/// Serves the atlas: the web page, the API and its documentation.
///
/// Makes the database if there is none and brings an older one up to date first, with a backup beside it. Prints one line once it
/// answers. SIGTERM or Ctrl-C ends it: requests under way are finished, and everything acknowledged is on disk.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The one file that holds everything. Its folder must exist and be writable.
    #[arg(long, value_name = "FILE", default_value = "atlas.db", env = "CATATLAS_DATABASE")]
    database: PathBuf,
    /// The address to listen on. 0.0.0.0 or :: opens the atlas to the network.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", env = "CATATLAS_HOST")]
    host: IpAddr,
    /// The port to listen on; 0 takes a free one, and the line printed says which.
    #[arg(long, value_name = "PORT", default_value_t = 8000, env = "CATATLAS_PORT")]
    port: u16,
    #[command(flatten)]
    access: AccessArgs,
    #[command(flatten)]
    geocoding: GeocodingArgs,
}

pub fn run(args: &ServeArgs) -> anyhow::Result<()> {
    logs::begin()?;
    args.access.check(args.host)?;
    // Locked until the end of this function: after the writer.
    let prepared = file::prepare(&args.database, Timestamp::now())?;
    log::info!("{prepared}");
    let threads = std::thread::available_parallelism()?;
    let db = Db::open(&prepared.file, u32::try_from(threads.get())?)
        .with_context(|| format!("{} could not be opened", prepared.file.display()))?;
    let runtime = rocket::tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(threads.get())
        .thread_name("http")
        .build()
        .context("the threads that serve could not be started")?;
    let served = runtime.block_on(serve(args, db.clone()));
    // What still holds on to a connection has had its time.
    runtime.shutdown_timeout(Duration::from_millis(100));
    db.close();
    served
}

async fn serve(args: &ServeArgs, db: Db) -> anyhow::Result<()> {
    let in_flight = InFlight::default();
    let gate = args.access.gate(&db).await?;
    let link = set_up_link(&db).await?;
    let public_url = args.access.public_url();
    let server = http::server(config(args), db, gate, args.geocoding.geocoder(), in_flight.clone())
        .attach(AdHoc::on_liftoff("announcement", |server| Box::pin(async move { announce(server, public_url, link) })))
        .ignite()
        .await
        .context("the server could not be set up")?;
    let stopped = server.shutdown();
    rocket::tokio::select! {
        launched = server.launch() => launched.map(drop).or_else(|error| explain(args, &error))?,
        () = stopped => {}
    }
    // Nobody is let in any more. Rocket would wait its whole grace for connections that idle; the last request under way is enough.
    if timeout(Duration::from_secs(GRACE_S.into()), in_flight.drained()).await.is_err() {
        log::warn!("requests that took longer than {GRACE_S} s were cut short");
    }
    sleep(LAST_BYTES).await;
    Ok(())
}

/// Tells who started it where it answers: the one line that a script waits for. And while there is no account, how to make the first one.
/// That goes to standard error, where it disturbs no script, and past the log: a level must not hide it, nor the log pass it on.
fn announce(server: &Rocket<Orbit>, public_url: Option<Url>, link: Option<Secret>) {
    let address = SocketAddr::new(server.config().address, server.config().port);
    if let Some(link) = link {
        let at = public_url.map_or_else(|| format!("http://{address}/"), |url| url.to_string());
        eprintln!("Nobody has an account yet. This link makes the first one, an admin's, and works once:\n  {at}#set-up={}", link.expose());
    }
    if let Err(error) = writeln!(std::io::stdout(), "CatAtlas is ready at http://{address}") {
        log::warn!("ready at http://{address}, which could not be printed: {error}");
    }
}

fn explain(args: &ServeArgs, error: &rocket::Error) -> anyhow::Result<()> {
    use rocket::error::ErrorKind;
    match error.kind() {
        ErrorKind::Bind(why) | ErrorKind::Io(why) => {
            bail!("cannot listen on {} port {}: {why}. Is another server running there? --port 0 takes a free one.", args.host, args.port)
        }
        // Told to stop, Rocket complains of connections that are open still. They are waited for.
        ErrorKind::Shutdown(..) => Ok(()),
        kind => bail!("the server failed: {kind}"),
    }
}

/// Rocket's configuration, from ours alone: a `Rocket.toml` or `ROCKET_*` changes nothing.
fn config(args: &ServeArgs) -> rocket::Config {
    rocket::Config {
        address: args.host,
        port: args.port,
        ident: Ident::none(),
        log_level: LogLevel::Off,
        cli_colors: false,
        shutdown: Shutdown { ctrlc: true, signals: [Sig::Term].into(), grace: GRACE_S, mercy: 1, force: false, ..Shutdown::default() },
        ..rocket::Config::release_default()
    }
}

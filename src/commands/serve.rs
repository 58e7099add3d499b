//! `catatlas serve`: the appliance itself.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use jiff::Timestamp;
use rocket::config::{Ident, LogLevel, Shutdown, Sig};
use rocket::fairing::AdHoc;
use rocket::tokio::time::{sleep, timeout};
use rocket::{Orbit, Rocket};
use url::Url;

use super::access;
use crate::auth::secrets::Secret;
use crate::config::{self, Config};
use crate::geocoder::{self, Geocoder};
use crate::http::{self, InFlight, PhotoDesk};
use crate::jobs;
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
    #[command(flatten)]
    config: Config,
}

pub fn run(ServeArgs { config }: &ServeArgs) -> anyhow::Result<()> {
    logs::begin(config.log_level())?;
    log::debug!("{config:?}");
    access::check(config)?;
    // Locked until the end of this function: after the writer.
    let prepared = file::prepare(&config.database, Timestamp::now())?;
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
    let served = runtime.block_on(serve(config, db.clone()));
    // What still holds on to a connection has had its time.
    runtime.shutdown_timeout(Duration::from_millis(100));
    db.close();
    served
}

async fn serve(config: &Config, db: Db) -> anyhow::Result<()> {
    let in_flight = InFlight::default();
    let photos = photos(config)?;
    let gate = access::gate(config, &db).await?;
    let (public_url, link) = (config.web.public_url.clone(), access::set_up_link(&db).await?);
    rocket::tokio::spawn(jobs::sweep_photos(db.clone()));
    rocket::tokio::spawn(jobs::forget_keys(db.clone()));
    let server = http::server(rocket_config(config), settings(config), db, gate, geocoder(&config.geocoder), photos, in_flight.clone())
        .attach(AdHoc::on_liftoff("announcement", |server| Box::pin(async move { announce(server, public_url, link) })))
        .ignite()
        .await
        .context("the server could not be set up")?;
    let stopped = server.shutdown();
    rocket::tokio::select! {
        launched = server.launch() => launched.map(drop).or_else(|error| explain(config, &error))?,
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

fn explain(config: &Config, error: &rocket::Error) -> anyhow::Result<()> {
    use rocket::error::ErrorKind;
    match error.kind() {
        ErrorKind::Bind(why) | ErrorKind::Io(why) => {
            bail!(
                "cannot listen on {} port {}: {why}. Is another server running there? --port 0 takes a free one.",
                config.host,
                config.port
            )
        }
        // Told to stop, Rocket complains of connections that are open still. They are waited for.
        ErrorKind::Shutdown(..) => Ok(()),
        kind => bail!("the server failed: {kind}"),
    }
}

fn settings(Config { web, limits, map, .. }: &Config) -> http::Settings {
    if limits.rate_limit_per_minute == 0 || limits.auth_rate_limit_per_minute == 0 {
        log::warn!("rate limits are off: clients may ask as often as they like");
    }
    http::Settings {
        rate_limit_per_minute: limits.rate_limit_per_minute,
        auth_rate_limit_per_minute: limits.auth_rate_limit_per_minute,
        trusted_proxies: web.trusted_proxies.clone(),
        allowed_origins: web.allowed_origins.clone(),
        hsts: !web.no_hsts,
        tiles: map.tile_url.clone().map(|url| http::Tiles { url, attribution: map.tile_attribution.clone() }),
    }
}

fn photos(Config { web, limits, .. }: &Config) -> anyhow::Result<PhotoDesk> {
    PhotoDesk::new(limits.max_upload_size_mb * 1024 * 1024, web.public_url.as_ref()).map_err(anyhow::Error::msg)
}

/// The geocoder, if one is named.
fn geocoder(config: &config::Geocoder) -> Option<Arc<Geocoder>> {
    let timeout = Duration::from_millis(config.geocoder_timeout_ms);
    let interval = Duration::from_millis(config.geocoder_interval_ms);
    let polite = |server| geocoder::Config { timeout, interval, ..geocoder::Config::polite(server) };
    config.geocoder_url.as_ref().map(|server| Geocoder::new(polite(server.reveal().clone())))
}

/// Rocket's configuration, from ours alone: a `Rocket.toml` or `ROCKET_*` changes nothing.
fn rocket_config(config: &Config) -> rocket::Config {
    rocket::Config {
        address: config.host,
        port: config.port,
        ident: Ident::none(),
        // Rocket would believe anybody's X-Real-IP.
        ip_header: None,
        log_level: LogLevel::Off,
        cli_colors: false,
        shutdown: Shutdown { ctrlc: true, signals: [Sig::Term].into(), grace: GRACE_S, mercy: 1, force: false, ..Shutdown::default() },
        ..rocket::Config::release_default()
    }
}

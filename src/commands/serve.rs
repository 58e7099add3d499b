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
use super::logging;
use super::manager;
use crate::analyzer::{self, Analyzer};
use crate::auth::secrets::{self, Secret};
use crate::backups::Place;
use crate::config::{self, Config, Environment};
use crate::domain::flags::{Flag, Share};
use crate::geocoder::{self, Geocoder};
use crate::http::{self, Features, InFlight, Metrics, Parts, PhotoDesk};
use crate::jobs;
use crate::store::observer::Observer;
use crate::store::{Db, file, flags};
use crate::telemetry::outlet::Outlet;

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
    pub(crate) config: Config,
    /// Say what every setting is, without the secrets, and whether the atlas would start with them; and do not start it
    #[arg(long)]
    check_config: bool,
    /// The settings as they are shown.
    #[arg(skip)]
    pub shown: String,
}

/// # Errors
/// The atlas cannot be served as the settings say.
pub fn run(args: &ServeArgs, read_again: fn() -> anyhow::Result<Config>) -> anyhow::Result<()> {
    if args.check_config {
        print!("{}", args.shown);
        config::refuse_postgres().map_err(anyhow::Error::msg)?;
        return access::check(&args.config);
    }
    let (outlet, reports) = logging::begin(&args.config)?;
    let served = start(&args.config, &outlet, read_again);
    reports.inspect(|reports| reports.close());
    outlet.flush();
    served
}

fn start(config: &Config, outlet: &Outlet, read_again: fn() -> anyhow::Result<Config>) -> anyhow::Result<()> {
    log::debug!("{config:?}");
    config::refuse_postgres().map_err(anyhow::Error::msg)?;
    access::check(config)?;
    let metrics = Arc::new(Metrics::new(config.environment.as_str())?);
    // Locked until the end of this function: after the writer.
    let prepared = file::prepare(&config.database, Timestamp::now())?;
    log::info!("{prepared}");
    let threads = std::thread::available_parallelism()?;
    let db = Db::open_observed(&prepared.file, u32::try_from(threads.get())?, Arc::clone(&metrics) as Arc<dyn Observer>)
        .with_context(|| format!("{} could not be opened", prepared.file.display()))?;
    let runtime = rocket::tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(threads.get())
        .thread_name("http")
        .build()
        .context("the threads that serve could not be started")?;
    let served = runtime.block_on(async {
        logging::reload_on_hangup(outlet.clone(), read_again)?;
        serve(config, db.clone(), metrics).await
    });
    // What still holds on to a connection has had its time.
    runtime.shutdown_timeout(Duration::from_millis(100));
    db.close();
    served
}

async fn serve(config: &Config, db: Db, metrics: Arc<Metrics>) -> anyhow::Result<()> {
    let in_flight = InFlight::default();
    let gate = access::gate(config, &db).await?;
    let (public_url, link) = (config.web.public_url.clone(), access::set_up_link(&db).await?);
    rocket::tokio::spawn(jobs::sweep_photos(db.clone()));
    rocket::tokio::spawn(jobs::forget_keys(db.clone()));
    let backups = config.backups.clone();
    let place = Place::new(db.file(), backups.backup_folder, backups.backup_keep);
    rocket::tokio::spawn(jobs::back_up(place, backups.backup_every).context("SIGUSR1 cannot be listened to")?);
    rocket::tokio::spawn(manager::keep_informed(db.clone()));
    let features = Arc::new(Features::new(shares(config)));
    features.update(&db.look_up(flags::all)?);
    let parts = Parts {
        db,
        gate,
        geocoder: geocoder(&config.geocoder),
        analyzer: analyzer(&config.analyzer),
        photos: photos(config)?,
        in_flight: in_flight.clone(),
        metrics,
        features,
    };
    let server = http::server(rocket_config(config), settings(config), parts)
        .attach(AdHoc::on_liftoff("announcement", |server| Box::pin(async move { announce(server, public_url, link) })))
        .ignite()
        .await
        .context("the server could not be set up")?;
    let stopped = server.shutdown();
    rocket::tokio::select! {
        launched = server.launch() => launched.map(drop).or_else(|error| explain(config, &error))?,
        () = stopped => {}
    }
    manager::ends();
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
    manager::is_ready();
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

fn settings(Config { web, limits, operation, backups, map, .. }: &Config) -> http::Settings {
    if limits.rate_limit_per_minute == 0 || limits.auth_rate_limit_per_minute == 0 {
        log::warn!("rate limits are off: clients may ask as often as they like");
    }
    http::Settings {
        rate_limit_per_minute: limits.rate_limit_per_minute,
        auth_rate_limit_per_minute: limits.auth_rate_limit_per_minute,
        trusted_proxies: web.trusted_proxies.clone(),
        allowed_origins: web.allowed_origins.clone(),
        hsts: !web.no_hsts,
        metrics_token: operation.metrics_token.as_ref().map(|token| secrets::hash(token.reveal())),
        metrics_from: operation.metrics_from.clone(),
        disk_floor_bytes: operation.disk_floor_mb.saturating_mul(1 << 20),
        backup_folder: backups.backup_folder.clone(),
        backup_keep: backups.backup_keep,
        tiles: map.tile_url.clone().map(|url| http::Tiles { url, attribution: map.tile_attribution.clone() }),
    }
}

/// Who has which feature where nobody sets it: what the environment has, and what the settings say otherwise.
fn shares(Config { environment, operation, .. }: &Config) -> [Share; Flag::ALL.len()] {
    let default = |flag| match (flag, environment) {
        (Flag::NewCatProfiles, Environment::Production) => Share::OFF,
        _ => Share::ON,
    };
    let set = |flag| operation.flags.iter().rfind(|(set, _)| *set == flag).map(|(_, share)| *share);
    Flag::ALL.map(|(_, flag)| set(flag).unwrap_or_else(|| default(flag)))
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

/// The model that analyzes notes, if one is wanted.
fn analyzer(config: &config::Analyzer) -> Option<Arc<Analyzer>> {
    let server = config.analyzer_url.as_ref()?.reveal().clone();
    let key = config.analyzer_key.as_ref().map(|key| key.reveal().clone());
    let (model, timeout) = (config.analyzer_model.clone(), Duration::from_millis(config.analyzer_timeout_ms));
    (config.analyzer == config::AnalyzerKind::Chat).then(|| Analyzer::new(analyzer::Config { server, model, key, timeout }))
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

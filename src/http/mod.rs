//! The table of contents: every route, fairing and catcher of the server on one page.

use std::path::PathBuf;
use std::sync::Arc;

use ipnet::IpNet;
use rocket::fairing::AdHoc;
use rocket::shield::Shield;
use rocket::{Build, Rocket, routes};

use crate::analyzer::Analyzer;
use crate::backups::Place;
use crate::domain::accounts::Act;
use crate::domain::backups::Keep;
use crate::geocoder::Geocoder;
use crate::store::Db;

mod access;
mod access_log;
mod accounts;
mod analyses;
mod answer;
mod areas;
mod assets;
mod audit;
mod backups;
mod body;
mod buckets;
mod cats;
mod client;
mod clusters;
mod comments;
mod context;
mod cookies;
mod cors;
mod entrance;
mod entries;
mod entry_changes;
mod error;
mod flags;
mod form;
mod gallery;
mod gate;
mod geocoding;
mod headers;
mod health;
mod idempotency;
mod identity;
mod input;
mod insights;
mod limits;
mod matching;
mod methods;
mod metrics;
mod not_same;
mod openapi;
mod pages;
mod photo_body;
mod photos;
mod profiles;
mod ranges;
mod scrape;
mod sessions;
mod standing;
mod stats;
mod tokens;
mod users;
mod visit;

pub use clusters::Tiles;
pub use context::InFlight;
pub use flags::{Features, deed as switch};
pub use gate::Gate;
pub use metrics::Metrics;
pub use photos::PhotoDesk;

use entrance::Routes;
use limits::{Category, Limits};
use stats::Samples;

/// What the server is told of its surroundings. Nothing is limited, trusted or let in by itself.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// How many times a minute a client may read; 0 takes the limits on reads, writes and analyses off.
    pub rate_limit_per_minute: u32,
    /// How many times a minute a client may sign in; 0 is without a limit.
    pub auth_rate_limit_per_minute: u32,
    /// Whose word on a client's address counts.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins of other pages whose scripts may ask, as browsers write them; `*` is every page.
    pub allowed_origins: Vec<String>,
    /// Whether browsers are told to insist on HTTPS.
    pub hsts: bool,
    /// The hash of what opens the metrics to whoever shows it.
    pub metrics_token: Option<String>,
    /// From where metrics may be asked for without it; from this machine always.
    pub metrics_from: Vec<IpNet>,
    /// Room on the disk, below which the server is not ready.
    pub disk_floor_bytes: u64,
    /// The folder of the backups; without it, `backups` beside the database.
    pub backup_folder: Option<PathBuf>,
    /// Which older backups stay; without it, all.
    pub backup_keep: Option<Keep>,
    /// What lies under the sightings on the map, if the operator named it.
    pub tiles: Option<Tiles>,
}

/// Every route, by what a request of it costs and what it does.
fn routes() -> Vec<Routes> {
    use Category::{Analysis, Auth, Read, Unlimited, Write};
    let read = routes![
        entries::list,
        entries::read,
        not_same::list,
        matching::matches,
        matching::nearby,
        areas::by_area,
        areas::suggested_groups,
        clusters::list,
        clusters::months,
        clusters::tiles,
        analyses::read,
        analyses::list,
        cats::list,
        cats::read,
        gallery::list,
        profiles::profile,
        profiles::enhanced,
        profiles::sightings,
        comments::list,
    ];
    let public = routes![
        health::live,
        health::health,
        health::ready,
        scrape::metrics,
        geocoding::health,
        openapi::document,
        standing::standing,
        assets::page,
        assets::docs,
        assets::icon,
        assets::manifest,
        assets::robots,
        assets::service_worker,
        assets::fingerprinted,
        cors::preflight,
    ];
    let mut all = vec![
        Unlimited.of(Act::Enter, public),
        Read.of(Act::Read, read),
        Unlimited.of(Act::Read, routes![photos::read, photos::read_thumb]),
        Write.of(Act::Log, routes![entries::create, photos::upload, photos::create]),
        Write.of(Act::ReplacePhoto, routes![photos::replace]),
        Write.of(Act::Edit, routes![entry_changes::change]),
        Write.of(Act::Delete, routes![entry_changes::remove, cats::remove]),
        Write.of(Act::Favor, routes![entries::favorite]),
        Write.of(Act::Link, routes![entries::assign, cats::link, cats::from_sightings, not_same::keep, not_same::forget]),
        Write.of(Act::AddCat, routes![cats::create]),
        Write.of(Act::Rename, routes![cats::change]),
        Write.of(Act::Comment, routes![comments::create]),
        Write.of(Act::DeleteComment, routes![comments::remove]),
        Analysis.of(Act::Analyze, routes![analyses::analyze, insights::create, geocoding::normalize_location]),
        Auth.of(Act::Enter, routes![accounts::register, accounts::set_up, accounts::login, accounts::refresh]),
        Write.of(Act::Enter, routes![accounts::logout]),
        Read.of(Act::WhoAmI, routes![accounts::me]),
        Read.of(Act::KeepAccount, routes![sessions::list, tokens::list]),
        Write.of(Act::KeepAccount, routes![sessions::revoke, tokens::create, tokens::revoke]),
        Read.of(Act::KeepAccounts, routes![users::list]),
        Write.of(Act::KeepAccounts, routes![users::change, users::invite]),
        Read.of(Act::Audit, routes![audit::list]),
        Read.of(Act::Enter, routes![flags::mine]),
        Read.of(Act::Operate, routes![flags::list, stats::stats]),
        Write.of(Act::Operate, routes![flags::change]),
        Read.of(Act::BackUp, routes![backups::list, backups::download]),
        Write.of(Act::BackUp, routes![backups::create]),
    ];
    all.push(Unlimited.of(Act::Enter, pages::alone(&entrance::read_paths(&all))));
    all
}

/// What every route does, by its method and path.
pub fn acts() -> Vec<(String, Act)> {
    routes().iter().flat_map(Routes::acts).collect()
}

/// What the routes work with.
pub struct Parts {
    pub db: Db,
    pub gate: Gate,
    pub geocoder: Option<Arc<Geocoder>>,
    pub analyzer: Option<Arc<Analyzer>>,
    pub photos: PhotoDesk,
    pub in_flight: InFlight,
    pub metrics: Arc<Metrics>,
    pub features: Arc<Features>,
}

/// The server, ready to be launched. Fairings work in the order in which they are attached.
pub fn server(
    config: rocket::Config,
    settings: Settings,
    Parts { db, gate, geocoder, analyzer, photos, in_flight, metrics, features }: Parts,
) -> Rocket<Build> {
    let samples = Arc::<Samples>::default();
    let limits = Arc::new(Limits::new(settings.rate_limit_per_minute, settings.auth_rate_limit_per_minute));
    let place = Place::new(db.file(), settings.backup_folder.clone(), settings.backup_keep);
    let server = rocket::custom(config)
        .manage(settings)
        .manage(place)
        .manage(Arc::clone(&limits))
        .manage(db.clone())
        .manage(gate)
        .manage(geocoder)
        .manage(analyzer)
        .manage(photos)
        .manage(in_flight.clone())
        .manage(Arc::clone(&metrics))
        .manage(Arc::clone(&samples))
        .manage(Arc::clone(&features))
        // Without this one Rocket attaches its own, with other values.
        .attach(Shield::new())
        .attach(limits::forgetting(limits))
        .attach(flags::watching(features, db.clone()))
        .attach(stats::sampling(samples, metrics, db, in_flight))
        .attach(AdHoc::on_request("request context", |request, _| Box::pin(async move { context::begin(request) })))
        .attach(methods::AsSent)
        .attach(AdHoc::on_response("headers", |request, response| Box::pin(async move { headers::complete(request, response) })))
        .attach(AdHoc::on_response("access log", |request, response| Box::pin(async move { access_log::tell(request, response) })))
        .register("/", rocket::catchers![error::catch]);
    entrance::mount(server, routes())
}

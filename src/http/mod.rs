//! The table of contents: every route, fairing and catcher of the server on one page.

use std::sync::Arc;

use ipnet::IpNet;
use rocket::fairing::AdHoc;
use rocket::shield::Shield;
use rocket::{Build, Rocket, routes};

use crate::domain::accounts::Act;
use crate::geocoder::Geocoder;
use crate::store::Db;

mod access;
mod accounts;
mod analyses;
mod answer;
mod areas;
mod assets;
mod audit;
mod body;
mod buckets;
mod cats;
mod client;
mod clusters;
mod comments;
mod context;
mod cookies;
mod cors;
mod entries;
mod entry_changes;
mod error;
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
mod not_same;
mod openapi;
mod pages;
mod photo_body;
mod photos;
mod profiles;
mod ranges;
mod sessions;
mod standing;
mod tokens;
mod users;
mod visit;

pub use clusters::Tiles;
pub use context::InFlight;
pub use gate::Gate;
pub use photos::PhotoDesk;

use limits::{Category, Limits, Routes};

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
    ];
    all.push(Unlimited.of(Act::Enter, pages::alone(&limits::read_paths(&all))));
    all
}

/// What every route does, by its method and path.
pub fn acts() -> Vec<(String, Act)> {
    routes().iter().flat_map(Routes::acts).collect()
}

/// The server, ready to be launched, with a geocoder or without. Fairings work in the order in which they are attached.
pub fn server(
    config: rocket::Config,
    settings: Settings,
    db: Db,
    gate: Gate,
    geocoder: Option<Arc<Geocoder>>,
    photos: PhotoDesk,
    in_flight: InFlight,
) -> Rocket<Build> {
    let limits = Arc::new(Limits::new(settings.rate_limit_per_minute, settings.auth_rate_limit_per_minute));
    let server = rocket::custom(config)
        .manage(settings)
        .manage(Arc::clone(&limits))
        .manage(db)
        .manage(gate)
        .manage(geocoder)
        .manage(photos)
        .manage(in_flight)
        // Without this one Rocket attaches its own, with other values.
        .attach(Shield::new())
        .attach(limits::forgetting(limits))
        .attach(AdHoc::on_request("request context", |request, _| Box::pin(async move { context::begin(request) })))
        .attach(methods::AsSent)
        .attach(AdHoc::on_response("headers", |request, response| Box::pin(async move { headers::complete(request, response) })))
        .register("/", rocket::catchers![error::catch]);
    limits::mount(server, routes())
}

//! The table of contents: every route, fairing and catcher of the server on one page.

use std::sync::Arc;

use ipnet::IpNet;
use rocket::fairing::AdHoc;
use rocket::shield::Shield;
use rocket::{Build, Rocket, routes};

use crate::geocoder::Geocoder;
use crate::store::Db;

mod analyses;
mod answer;
mod areas;
mod assets;
mod body;
mod buckets;
mod cats;
mod client;
mod comments;
mod context;
mod cors;
mod entries;
mod error;
mod form;
mod geocoding;
mod headers;
mod health;
mod input;
mod insights;
mod limits;
mod matching;
mod methods;
mod openapi;
mod photo_body;
mod photos;
mod profiles;
mod ranges;

pub use context::InFlight;
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
}

/// Every route, by what a request of it costs.
fn routes() -> Vec<Routes> {
    let auth = routes![];
    let read = routes![
        entries::list,
        entries::read,
        matching::matches,
        matching::nearby,
        areas::by_area,
        areas::suggested_groups,
        analyses::read,
        cats::list,
        profiles::profile,
        profiles::enhanced,
        profiles::sightings,
        comments::list,
    ];
    let write = routes![
        entries::create,
        entries::favorite,
        entries::assign,
        cats::create,
        cats::change,
        cats::link,
        cats::from_sightings,
        photos::upload,
        photos::create,
        photos::replace,
        comments::create,
        comments::remove,
    ];
    let analysis = routes![analyses::analyze, insights::create, geocoding::normalize_location];
    let unlimited = routes![
        health::live,
        health::health,
        geocoding::health,
        photos::read,
        photos::read_thumb,
        openapi::document,
        assets::page,
        assets::docs,
        assets::icon,
        assets::manifest,
        assets::robots,
        assets::fingerprinted,
        cors::preflight,
    ];
    vec![
        Category::Auth.of(auth),
        Category::Read.of(read),
        Category::Write.of(write),
        Category::Analysis.of(analysis),
        Category::Unlimited.of(unlimited),
    ]
}

/// The server, ready to be launched, with a geocoder or without. Fairings work in the order in which they are attached.
pub fn server(
    config: rocket::Config,
    settings: Settings,
    db: Db,
    geocoder: Option<Arc<Geocoder>>,
    photos: PhotoDesk,
    in_flight: InFlight,
) -> Rocket<Build> {
    let limits = Arc::new(Limits::new(settings.rate_limit_per_minute, settings.auth_rate_limit_per_minute));
    let server = rocket::custom(config)
        .manage(settings)
        .manage(Arc::clone(&limits))
        .manage(db)
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

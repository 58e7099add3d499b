//! The table of contents: every route, fairing and catcher of the server on one page.

use std::sync::Arc;

use rocket::fairing::AdHoc;
use rocket::{Build, Rocket, routes};

use crate::geocoder::Geocoder;
use crate::store::Db;

mod analyses;
mod answer;
mod areas;
mod assets;
mod body;
mod cats;
mod comments;
mod context;
mod entries;
mod error;
mod form;
mod geocoding;
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

use limits::{Category, Routes};

/// Every route, by what a request of it costs.
fn routes() -> Vec<Routes> {
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
    ];
    vec![Category::Read.of(read), Category::Write.of(write), Category::Analysis.of(analysis), Category::Unlimited.of(unlimited)]
}

/// The server, ready to be launched, with a geocoder or without. Fairings work in the order in which they are attached.
pub fn server(config: rocket::Config, db: Db, geocoder: Option<Arc<Geocoder>>, photos: PhotoDesk, in_flight: InFlight) -> Rocket<Build> {
    let server = rocket::custom(config)
        .manage(db)
        .manage(geocoder)
        .manage(photos)
        .manage(in_flight)
        .attach(AdHoc::on_request("request context", |request, _| Box::pin(async move { context::begin(request) })))
        .attach(methods::AsSent)
        .attach(AdHoc::on_response("request context", |request, response| Box::pin(async move { context::end(request, response) })))
        .register("/", rocket::catchers![error::catch]);
    limits::mount(server, routes())
}

//! The table of contents: every route, fairing and catcher of the server on one page.

use rocket::fairing::AdHoc;
use rocket::{Build, Rocket};

use crate::store::Db;

mod answer;
mod assets;
mod body;
mod cats;
mod comments;
mod context;
mod entries;
mod error;
mod health;
mod input;
mod limits;
mod methods;

pub use context::InFlight;

use limits::Routes;

/// Every route, each in a category of its own module's choice.
fn routes() -> Vec<Routes> {
    [assets::routes(), entries::routes(), cats::routes(), comments::routes(), health::routes()].into_iter().flatten().collect()
}

/// The server, ready to be launched. Fairings work in the order in which they are attached.
pub fn server(config: rocket::Config, db: Db, in_flight: InFlight) -> Rocket<Build> {
    let server = rocket::custom(config)
        .manage(db)
        .manage(in_flight)
        .attach(AdHoc::on_request("request context", |request, _| Box::pin(async move { context::begin(request) })))
        .attach(methods::AsSent)
        .attach(AdHoc::on_response("request context", |request, response| Box::pin(async move { context::end(request, response) })))
        .register("/", rocket::catchers![error::catch]);
    limits::mount(server, routes())
}

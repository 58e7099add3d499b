//! The server in this process: on a database of its own, without limits, and with a door of which the test has the key.

use std::sync::Arc;

use catatlas::auth::tokens::{Purpose, Signer};
use catatlas::domain::accounts::Role;
use catatlas::domain::flags::Share;
use catatlas::http::{Features, Gate, InFlight, Metrics, Parts, PhotoDesk, Settings, server};
use catatlas::store::{Db, StoreError, accounts, sessions};
use jiff::Timestamp;
use rocket::config::LogLevel;
use rocket::{Build, Rocket};

pub fn on(db: Db, gate: Gate) -> Rocket<Build> {
    let config = rocket::Config { log_level: LogLevel::Off, ..rocket::Config::debug_default() };
    let settings = Settings {
        rate_limit_per_minute: 0,
        auth_rate_limit_per_minute: 0,
        trusted_proxies: Vec::new(),
        allowed_origins: Vec::new(),
        hsts: true,
        ..Settings::default()
    };
    let parts = Parts {
        db,
        gate,
        geocoder: None,
        photos: PhotoDesk::new(1 << 20, None).unwrap(),
        in_flight: InFlight::default(),
        metrics: Arc::new(Metrics::new("development").unwrap()),
        features: Arc::new(Features::new([Share::ON; 2])),
    };
    server(config, settings, parts)
}

/// A new account, and an access token of it.
pub async fn account(db: &Db, signer: &Signer, name: &'static str, role: Role) -> (i64, String) {
    let now = Timestamp::now();
    let signed_in = db.write(move |tx| {
        let account = accounts::insert(tx, name, role, "$argon2id$none", now)?.unwrap();
        Ok::<_, StoreError>((account.id, sessions::begin(tx, account.id, None, name, now)?))
    });
    let (id, session_id) = signed_in.await.unwrap();
    (id, token(signer, id, session_id))
}

pub fn token(signer: &Signer, account_id: i64, session_id: i64) -> String {
    signer.sign(Purpose::Access, account_id, session_id.to_string(), Timestamp::now(), 1800).unwrap()
}

//! Who may come in, as the settings say it.

use anyhow::{Context as _, bail, ensure};
use jiff::Timestamp;

use crate::auth::secrets::{Secret, weakness};
use crate::auth::tokens::Signer;
use crate::config::{self, Config, Environment};
use crate::domain::accounts::Access;
use crate::http::Gate;
use crate::store::{self, Db, StoreError, invites, settings};

/// Warns of what is open, and in production refuses what is as good as open.
///
/// # Errors
/// A secret that can be guessed, or an origin that is everybody.
pub fn check(config: &Config) -> anyhow::Result<()> {
    if config.accounts.access == config::Access::Open && !config.host.is_loopback() {
        let host = config.host;
        log::warn!("--access open lets everybody who can reach {host} change what others logged; --access community does not");
    }
    let weak = config.accounts.jwt_secret.as_ref().and_then(|secret| weakness(secret.reveal()));
    match weak {
        Some(why) if config.environment == Environment::Production => {
            bail!("JWT_SECRET can be guessed: {why}. `openssl rand -hex 32` makes a good one; without one, a random one is made and kept.")
        }
        Some(why) => log::warn!("JWT_SECRET can be guessed: {why}. In production it would be refused"),
        None => {}
    }
    ensure!(
        config.environment != Environment::Production || !config.web.allowed_origins.iter().any(|origin| origin == "*"),
        "ALLOWED_ORIGINS is *, which lets every page of the web use this atlas. Name the pages that may; its own page needs no entry."
    );
    Ok(())
}

/// The door as it is configured.
///
/// # Errors
/// The secret that signs tokens could not be made or kept.
pub async fn gate(config: &Config, db: &Db) -> anyhow::Result<Gate> {
    let access = match config.accounts.access {
        config::Access::Community => Access::Community,
        config::Access::Open => Access::Open,
        config::Access::Private => Access::Private,
    };
    let secret = match &config.accounts.jwt_secret {
        Some(secret) => secret.reveal().clone(),
        None => kept_secret(db).await?,
    };
    Ok(Gate {
        registration_is_open: config.accounts.enable_registration,
        public_url: config.web.public_url.clone(),
        ..Gate::new(access, Signer::new(&secret))
    })
}

/// The secret that is kept in the database, made where there is none.
async fn kept_secret(db: &Db) -> anyhow::Result<String> {
    let new = Secret::random()?;
    let kept = db.write(move |tx| settings::keep_first(tx, settings::JWT_SECRET, new.expose())).await;
    kept.context("the secret that signs access tokens could not be kept")
}

/// A link to make the first account with, while there is none. The one before is worth nothing any more.
///
/// # Errors
/// It could not be kept.
pub async fn set_up_link(db: &Db) -> anyhow::Result<Option<Secret>> {
    let secret = Secret::random()?;
    let (hash, now) = (secret.hash(), Timestamp::now());
    let is_needed = db
        .write(move |tx| {
            let is_needed = !store::accounts::exist(tx)?;
            if is_needed {
                invites::insert_set_up(tx, &hash, now)?;
            }
            Ok::<_, StoreError>(is_needed)
        })
        .await?;
    Ok(is_needed.then_some(secret))
}

//! The flags that say who may come in, and what is made of them.

use std::net::IpAddr;

use anyhow::{Context as _, bail, ensure};
use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use url::Url;

use super::geocoding::web_address;
use crate::auth::secrets::{Secret, weakness};
use crate::auth::tokens::Signer;
use crate::domain::accounts;
use crate::http::Gate;
use crate::store::{self, Db, StoreError, invites, settings};

#[derive(Debug, Args)]
#[command(next_help_heading = "Accounts")]
pub struct AccessArgs {
    /// What people may do who are not signed in.
    #[arg(long, value_name = "WHO", default_value = "community", env = "CATATLAS_ACCESS")]
    access: Access,
    /// Let everybody make an account. Without it, members are invited.
    #[arg(long, env = "ENABLE_REGISTRATION", value_parser = BoolishValueParser::new())]
    enable_registration: bool,
    /// What access tokens are signed with. Without it, a random one is made and kept in the database.
    #[arg(long, value_name = "SECRET", env = "JWT_SECRET", hide_env_values = true)]
    jwt_secret: Option<String>,
    /// What this atlas is for. In production, secrets that can be guessed are refused.
    #[arg(long, value_name = "NAME", default_value = "development", env = "ENVIRONMENT", ignore_case = true)]
    environment: Environment,
    /// Other web pages whose scripts may use this atlas, such as <https://map.example.org>; several with commas between.
    #[arg(long, value_name = "ORIGINS", value_delimiter = ',', env = "ALLOWED_ORIGINS")]
    allowed_origins: Vec<String>,
    /// The address under which browsers find this atlas, such as <https://cats.example.org>.
    #[arg(long, value_name = "URL", value_parser = web_address, env = "PUBLIC_URL")]
    public_url: Option<Url>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Environment {
    Development,
    Staging,
    Production,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Access {
    /// Anyone reads, logs sightings, comments and asks for analyses; the rest is for members
    Community,
    /// Anyone may do all that the predecessor allowed
    Open,
    /// Sign in to read
    Private,
}

impl From<Access> for accounts::Access {
    fn from(access: Access) -> Self {
        match access {
            Access::Community => Self::Community,
            Access::Open => Self::Open,
            Access::Private => Self::Private,
        }
    }
}

impl AccessArgs {
    /// Warns of what is open, and in production refuses what is as good as open.
    pub fn check(&self, host: IpAddr) -> anyhow::Result<()> {
        if self.access == Access::Open && !host.is_loopback() {
            log::warn!("--access open lets everybody who can reach {host} change what others logged; --access community does not");
        }
        let weak = self.jwt_secret.as_deref().and_then(weakness);
        if self.environment != Environment::Production {
            if let Some(why) = weak {
                log::warn!("JWT_SECRET can be guessed: {why}. In production it would be refused");
            }
            return Ok(());
        }
        if let Some(why) = weak {
            bail!("JWT_SECRET can be guessed: {why}. `openssl rand -hex 32` makes a good one; without one, a random one is made and kept.");
        }
        ensure!(
            !self.allowed_origins.iter().any(|origin| origin == "*"),
            "ALLOWED_ORIGINS is *, which lets every page of the web use this atlas. Name the pages that may; its own page needs no entry."
        );
        Ok(())
    }

    pub async fn gate(&self, db: &Db) -> anyhow::Result<Gate> {
        let secret = match &self.jwt_secret {
            Some(secret) => secret.clone(),
            None => kept_secret(db).await?,
        };
        Ok(Gate {
            registration_is_open: self.enable_registration,
            public_url: self.public_url.clone(),
            allowed_origins: self.allowed_origins.clone(),
            ..Gate::new(self.access.into(), Signer::new(&secret))
        })
    }

    pub fn public_url(&self) -> Option<Url> {
        self.public_url.clone()
    }
}

/// The secret that is kept in the database, made where there is none.
async fn kept_secret(db: &Db) -> anyhow::Result<String> {
    let new = Secret::random()?;
    let kept = db.write(move |tx| settings::keep_first(tx, settings::JWT_SECRET, new.expose())).await;
    kept.context("the secret that signs access tokens could not be kept")
}

/// A link to make the first account with, while there is none. The one before is worth nothing any more.
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

//! The flags that name a geocoder.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use url::Url;

use crate::geocoder::{Config, Geocoder};

#[derive(Debug, Args)]
#[command(next_help_heading = "Geocoder")]
#[expect(clippy::struct_field_names, reason = "the flags are named after them, and stand among others")]
pub struct GeocodingArgs {
    /// A Nominatim server that may be asked where places are, such as <https://nominatim.openstreetmap.org>.
    ///
    /// The locations of sightings are sent to it when somebody asks to look one up. Without it nothing leaves this machine.
    #[arg(long, value_name = "URL", value_parser = web_address, env = "CATATLAS_GEOCODER_URL", hide_env_values = true)]
    geocoder_url: Option<Url>,
    /// How long one request to the geocoder may take.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=60_000),
        env = "CATATLAS_GEOCODER_TIMEOUT_MS")]
    geocoder_timeout_ms: u64,
    /// The pause between two requests. Public servers ask for a second; a server of your own may take less.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=60_000),
        env = "CATATLAS_GEOCODER_INTERVAL_MS")]
    geocoder_interval_ms: u64,
}

impl GeocodingArgs {
    /// The geocoder, if one is named.
    pub fn geocoder(&self) -> Option<Arc<Geocoder>> {
        let timeout = Duration::from_millis(self.geocoder_timeout_ms);
        let interval = Duration::from_millis(self.geocoder_interval_ms);
        let config = |server| Config { timeout, interval, ..Config::polite(server) };
        self.geocoder_url.clone().map(config).map(Geocoder::new)
    }
}

pub(super) fn web_address(text: &str) -> Result<Url, &'static str> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        _ => Err("it should start with http:// or https:// and name a server"),
    }
}

//! The flags about photos.

use clap::Args;
use url::Url;

use super::geocoding::web_address;
use crate::http::PhotoDesk;

#[derive(Debug, Args)]
#[command(next_help_heading = "Photos")]
pub struct PhotoArgs {
    /// The largest photo that may be sent.
    #[arg(long, value_name = "MEGABYTES", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=50), env = "MAX_UPLOAD_SIZE_MB")]
    max_upload_size_mb: u64,
    /// Where the atlas is on the web, such as <https://cats.example.org>: what the addresses of photos begin with.
    ///
    /// Without it they are relative, and right wherever the atlas is reached.
    #[arg(long, value_name = "URL", value_parser = web_address, env = "PUBLIC_URL")]
    public_url: Option<Url>,
}

impl PhotoArgs {
    pub fn photos(&self) -> anyhow::Result<PhotoDesk> {
        PhotoDesk::new(self.max_upload_size_mb * 1024 * 1024, self.public_url.as_ref()).map_err(anyhow::Error::msg)
    }
}

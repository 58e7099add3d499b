//! `catatlas healthcheck`: asks a running server how it is.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;

/// Asks a running server whether it is well: exits with 0 if so, with 1 if not.
///
/// Meant for containers and service managers, which need no other program for it.
#[derive(Debug, Args)]
pub struct HealthcheckArgs {
    /// Where the server answers.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8000", env = "CATATLAS_URL")]
    url: String,
    /// How many seconds to wait for the answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    timeout: u64,
}

pub fn run(args: &HealthcheckArgs) -> anyhow::Result<()> {
    let url = format!("{}/health", args.url.trim_end_matches('/'));
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(args.timeout)))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .build()
        .new_agent();
    let answer = agent.get(&url).call().with_context(|| format!("{url} does not answer"))?;
    ensure!(answer.status() == 200, "{url} answers {}: the server is not well", answer.status());
    Ok(())
}

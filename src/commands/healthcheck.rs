//! `catatlas healthcheck`: asks a running server how it is.

use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::Value;

/// Asks a running server whether it can do its work: exits with 0 if so, with 1 and the reason if not.
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
    /// Only ask whether it answers at all, not whether it can read, write and go on doing so.
    #[arg(long)]
    live: bool,
}

/// # Errors
/// It does not answer, or says that it is not well, and why.
pub fn run(args: &HealthcheckArgs) -> anyhow::Result<()> {
    let url = format!("{}/health/{}", args.url.trim_end_matches('/'), if args.live { "live" } else { "ready" });
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(args.timeout)))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .build()
        .new_agent();
    let mut answer = agent.get(&url).call().with_context(|| format!("{url} does not answer"))?;
    if answer.status() == 200 {
        return Ok(());
    }
    let status = answer.status();
    match answer.body_mut().read_json::<Value>() {
        Ok(body) => bail!("{url} answers {status}: {}", wrong(&body)),
        Err(_) => bail!("{url} answers {status}: the server is not well"),
    }
}

/// What of the checks is not well.
fn wrong(body: &Value) -> String {
    let checks = body["checks"].as_object().into_iter().flatten();
    let wrong: Vec<String> =
        checks.filter_map(|(name, state)| Some(format!("{name} {}", state.as_str().filter(|state| *state != "ok")?))).collect();
    if wrong.is_empty() { "the server is not well".to_owned() } else { wrong.join(", ") }
}

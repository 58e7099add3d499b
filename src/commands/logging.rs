//! Logging as the settings say it, and as they say it after a SIGHUP.

use std::sync::Arc;

use log::Log;
use rocket::tokio;
use rocket::tokio::signal::unix::{SignalKind, signal};

use crate::config::{Config, LogForm, Secret};
use crate::telemetry::levels::Levels;
use crate::telemetry::lines::Form;
use crate::telemetry::logs::{self, Settings};
use crate::telemetry::outlet::{FileTarget, Outlet};
use crate::telemetry::panics;
use crate::telemetry::reports::{self, Reports};

/// Starts logging, and reporting where that is wanted.
///
/// # Errors
/// The log file cannot be written, or the address of reports is none.
pub fn begin(config: &Config) -> anyhow::Result<(Outlet, Option<Arc<Reports>>)> {
    let operation = &config.operation;
    let report = |dsn: &Secret| {
        let environment = config.environment.as_str();
        reports::begin(&reports::Settings { dsn: dsn.reveal(), environment, sample_rate: operation.sentry_sample_rate }).map(Arc::new)
    };
    let reports = operation.sentry_dsn.as_ref().map(report).transpose()?;
    panics::tell();
    let logs = &config.logs;
    let file = logs.log_file.clone().map(|path| FileTarget { path, largest: logs.log_file_kilobytes * 1024, kept: logs.log_files });
    let form = match logs.log_form {
        LogForm::Console => Form::Console,
        LogForm::Json => Form::Json,
    };
    let told = reports.clone().map(|reports| Box::new(reports) as Box<dyn Log>);
    Ok((logs::begin(Settings { form, levels: levels(config), file, reports: told })?, reports))
}

fn levels(config: &Config) -> Levels {
    Levels { level: config.log_level(), parts: config.logs.log_parts.clone() }
}

/// At every SIGHUP lets go of the log file and opens it again, and reads the levels anew. Needs a runtime.
///
/// # Errors
/// The signal cannot be listened to.
pub fn reload_on_hangup(outlet: Outlet, read_again: fn() -> anyhow::Result<Config>) -> std::io::Result<()> {
    let mut hangups = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            outlet.reopen();
            match read_again() {
                Ok(config) => {
                    levels(&config).apply();
                    log::info!(level:% = config.log_level(); "log_reopened");
                }
                Err(error) => log::warn!("the settings could not be read anew, so the levels stay as they are: {error:#}"),
            }
        }
    });
    Ok(())
}

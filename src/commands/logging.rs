//! Logging as the settings say it, and as they say it after a SIGHUP.

use rocket::tokio;
use rocket::tokio::signal::unix::{SignalKind, signal};

use super::serve::ServeArgs;
use crate::config::{Config, LogForm};
use crate::telemetry::levels::Levels;
use crate::telemetry::lines::Form;
use crate::telemetry::logs::{self, Settings};
use crate::telemetry::outlet::{FileTarget, Outlet};

/// Starts logging.
///
/// # Errors
/// The log file cannot be written.
pub fn begin(config: &Config) -> anyhow::Result<Outlet> {
    let logs = &config.logs;
    let file = logs.log_file.clone().map(|path| FileTarget { path, largest: logs.log_file_kilobytes * 1024, kept: logs.log_files });
    let form = match logs.log_form {
        LogForm::Console => Form::Console,
        LogForm::Json => Form::Json,
    };
    logs::begin(Settings { form, levels: levels(config), file })
}

fn levels(config: &Config) -> Levels {
    Levels { level: config.log_level(), parts: config.logs.log_parts.clone() }
}

/// At every SIGHUP lets go of the log file and opens it again, and reads the levels anew. Needs a runtime.
///
/// # Errors
/// The signal cannot be listened to.
pub fn reload_on_hangup(outlet: Outlet, read_again: fn() -> anyhow::Result<ServeArgs>) -> std::io::Result<()> {
    let mut hangups = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            outlet.reopen();
            match read_again() {
                Ok(args) => {
                    levels(&args.config).apply();
                    log::info!(level:% = args.config.log_level(); "log_reopened");
                }
                Err(error) => log::warn!("the settings could not be read anew, so the levels stay as they are: {error:#}"),
            }
        }
    });
    Ok(())
}

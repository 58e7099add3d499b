//! Log lines, on standard error.

use anyhow::Context as _;
use jiff::Timestamp;
use log::LevelFilter;

/// Starts logging what is of this level or graver. Lines are `time [level] what happened`.
pub fn begin(level: LevelFilter) -> anyhow::Result<()> {
    fern::Dispatch::new()
        .format(|out, message, record| {
            let time = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ");
            out.finish(format_args!("{time} [{}] {message}", record.level().as_str().to_ascii_lowercase()));
        })
        .level(level.min(LevelFilter::Warn))
        .level_for("catatlas", level)
        // Rocket tells every request; the access log does that better.
        .level_for("rocket", LevelFilter::Off)
        .level_for("_", LevelFilter::Off)
        .chain(std::io::stderr())
        .apply()
        .context("logging could not be started")
}

//! Log lines: from `log`, past the levels, to standard error and a file.

use anyhow::Context as _;
use log::{LevelFilter, Log, Metadata, Record};

use super::levels::{self, Levels};
use super::lines::{self, Form};
use super::outlet::{FileTarget, Outlet};

/// How it is logged.
#[derive(Debug)]
pub struct Settings {
    pub form: Form,
    pub levels: Levels,
    pub file: Option<FileTarget>,
}

/// Starts logging.
///
/// # Errors
/// The file cannot be written.
pub fn begin(settings: Settings) -> anyhow::Result<Outlet> {
    let named = settings.file.as_ref().map_or_else(String::new, |file| file.path.display().to_string());
    let outlet = Outlet::open(settings.file).with_context(|| format!("the log file {named} cannot be written"))?;
    let lines: Box<dyn Log> = Box::new(Lines { form: settings.form, outlet: outlet.clone() });
    fern::Dispatch::new().level(LevelFilter::Trace).filter(levels::admit).chain(lines).apply().context("logging could not be started")?;
    settings.levels.apply();
    Ok(outlet)
}

struct Lines {
    form: Form,
    outlet: Outlet,
}

impl Log for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        self.outlet.add(&lines::line(self.form, record));
    }

    fn flush(&self) {
        self.outlet.flush();
    }
}

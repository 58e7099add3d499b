//! What settings are in an environment where nothing else says so.

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::Environment;

/// The settings that an environment has otherwise than a first start does.
pub fn defaults(environment: Environment) -> &'static [(&'static str, &'static str)] {
    match environment {
        Environment::Development => &[],
        Environment::Staging => &[("debug", "true"), ("log_level", "debug"), ("log_form", "json"), ("rate_limit_per_minute", "200")],
        Environment::Production => &[("log_form", "json")],
    }
}

/// What else there is to be laid beneath what was read, some of it from a file.
pub fn missing(matches: &ArgMatches, is_in_file: impl Fn(&str) -> bool) -> Vec<(&'static str, &'static str)> {
    let Some(matches) = leaf(matches) else { return Vec::new() };
    let Ok(Some(environment)) = matches.try_get_one::<Environment>("environment") else { return Vec::new() };
    let is_said = |id: &str| is_in_file(id) || matches.value_source(id).is_some_and(|source| source != ValueSource::DefaultValue);
    // Who names a level wants that one.
    let is_wanted = |id: &str| !is_said(id) && (id != "debug" || !is_said("log_level"));
    defaults(*environment).iter().filter(|(id, _)| is_wanted(id)).copied().collect()
}

/// The matches of the command that was called, if it is one with settings.
pub fn leaf(matches: &ArgMatches) -> Option<&ArgMatches> {
    match matches.subcommand() {
        Some((_, below)) => leaf(below),
        None => matches.try_contains_id("environment").is_ok().then_some(matches),
    }
}

//! The settings as they are, for whoever wants to check them. Secrets are not among what is shown.

use clap::{Arg, ArgMatches};

use super::environments::leaf;
use super::layers::{is_secret, settings};

/// Every setting and its value, a line each, as the configuration file would have them.
pub fn shown(matches: &ArgMatches) -> String {
    let Some(matches) = leaf(matches) else { return String::new() };
    settings().iter().map(|setting| line(setting, matches) + "\n").collect()
}

fn line(setting: &Arg, matches: &ArgMatches) -> String {
    let id = setting.get_id().as_str();
    let values: Vec<String> = match matches.try_get_raw(id) {
        Ok(Some(raw)) => raw.map(|value| value.to_string_lossy().into_owned()).collect(),
        _ => Vec::new(),
    };
    if values.is_empty() {
        return format!("# {id} is not set");
    }
    let value = values.join(",");
    if is_secret(setting) {
        return format!("{id} = \"***\"");
    }
    let is_bare = matches!(value.as_str(), "true" | "false") || value.parse::<u64>().is_ok();
    format!("{id} = {}", if is_bare { value } else { toml::Value::String(value).to_string() })
}

//! Where the value of a setting comes from: its default, the configuration file, a variable or a flag. The later wins.
//!
//! clap knows defaults, variables and flags. What the file says is made a default, and where only a variable of the predecessor is
//! set, clap is told to read that one. So every value is read by one parser, and refused in the same words, wherever it is from.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, Args as _, Command, Error, value_parser};

use super::environments;
use super::{Config, PREDECESSOR};

/// How the names of our variables begin.
const OURS: &str = "CATATLAS_";

/// Tells tests where what they share lies. Nothing of the program reads it.
const TESTS: &str = "CATATLAS_SHARED";

/// The argument that names the configuration file.
const FILE: &str = "config";

/// How alike two names are when one is taken for a slip of the other; 1 is the same.
const ALIKE: f64 = 0.75;

/// Where a setting got its value.
enum Source {
    Variable(String),
    /// A file, named for people, and what it says.
    File {
        name: String,
        value: String,
    },
}

/// The sources by setting.
type Sources = HashMap<String, Source>;

/// Reads the command line, and beneath it what variables and the configuration file say of the same settings.
///
/// # Errors
/// What clap refuses, a file that cannot be read, and settings that do not exist. Asking for help is an error of clap's, too.
pub fn read(command: Command, arguments: &[OsString]) -> Result<ArgMatches, Error> {
    let command = command.args_override_self(true).arg(file_argument());
    let settings = settings();
    let refused = |why: String| Error::raw(ErrorKind::InvalidValue, why + "\n");
    let variables = variables(&settings).map_err(refused)?;
    let matches = parse(layered(command.clone(), &settings, &variables), arguments, &variables)?;
    check_variables(&command, &settings).map_err(refused)?;
    let mut sources = match matches.get_one::<PathBuf>(FILE) {
        Some(path) => file(path, &settings).map_err(refused)?,
        None => Sources::new(),
    };
    sources.extend(variables);
    let matches = parse(layered(command.clone(), &settings, &sources), arguments, &sources)?;
    let missing = environments::missing(&matches, |id| sources.contains_key(id));
    if missing.is_empty() {
        return Ok(matches);
    }
    let as_default = |(id, value): (&str, &str)| (id.to_owned(), Source::File { name: "the environment".into(), value: value.into() });
    sources.extend(missing.into_iter().map(as_default));
    parse(layered(command, &settings, &sources), arguments, &sources)
}

/// The command with all that its settings can be said by, as its help has it.
pub fn described(command: Command) -> Command {
    layered(command.arg(file_argument()), &settings(), &Sources::new())
}

/// Fails where the database is said to be one of Postgres, which the predecessor could use.
///
/// # Errors
/// It is, and what to do about it.
pub fn refuse_postgres() -> Result<(), String> {
    let address = env::var("DATABASE_URL").unwrap_or_default();
    if ["postgres://", "postgresql://", "postgresql+"].iter().any(|scheme| address.starts_with(scheme)) {
        return Err("DATABASE_URL names a Postgres database. CatAtlas keeps everything in one SQLite file: \
                    `catatlas import` brings over what is there, and without DATABASE_URL this starts."
            .to_owned());
    }
    Ok(())
}

fn file_argument() -> Arg {
    let help = "A file of settings in TOML, such as `port = 8080`. Variables and flags win over it.";
    Arg::new(FILE).long(FILE).value_name("FILE").env("CATATLAS_CONFIG").global(true).value_parser(value_parser!(PathBuf)).help(help)
}

pub(super) fn settings() -> Vec<Arg> {
    Config::augment_args(Command::new("settings")).get_arguments().cloned().collect()
}

/// The variable of a setting.
fn variable(setting: &str) -> String {
    format!("{OURS}{}", setting.to_ascii_uppercase())
}

/// What is secret may also be in a file that a variable names. What must not show in help is secret.
pub(super) fn is_secret(setting: &Arg) -> bool {
    setting.is_hide_env_values_set()
}

/// A variable that is set. An empty one counts as none: that is how many tools pass on what nobody set.
fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn variables(settings: &[Arg]) -> Result<Sources, String> {
    let mut sources = Sources::new();
    for setting in settings {
        let id = setting.get_id().as_str();
        let theirs = PREDECESSOR.iter().filter(|(_, known)| *known == id).map(|(name, _)| (*name).to_owned());
        for name in theirs.rev().chain([variable(id)]) {
            let named = format!("{name}_FILE");
            let is_named = is_secret(setting) && is_set(&named);
            let source = match (is_set(&name), is_named) {
                (true, true) => return Err(format!("{name} and {named} are both set. Please keep one.")),
                (true, false) => Source::Variable(name),
                (false, true) => secret(named)?,
                (false, false) => continue,
            };
            sources.insert(id.to_owned(), source);
        }
    }
    Ok(sources)
}

/// A secret in the file that a variable names.
fn secret(variable: String) -> Result<Source, String> {
    let path = PathBuf::from(env::var_os(&variable).unwrap_or_default());
    match fs::read_to_string(&path) {
        Ok(text) if text.trim().is_empty() => Err(format!("{variable} names {}, which is empty.", path.display())),
        Ok(text) => Ok(Source::File { name: variable, value: text.trim_end().to_owned() }),
        Err(why) => Err(format!("{variable} names {}, which cannot be read: {why}", path.display())),
    }
}

fn file(path: &Path, settings: &[Arg]) -> Result<Sources, String> {
    let name = path.display();
    let text = fs::read_to_string(path).map_err(|why| format!("{name} cannot be read: {why}"))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        // The line itself stays out: it may hold a secret.
        let line = error.span().map_or(1, |span| text[..span.start].lines().count().max(1));
        format!("{name}, line {line}: {}", error.message())
    })?;
    let known: Vec<String> = settings.iter().map(|setting| setting.get_id().to_string()).collect();
    let mut sources = Sources::new();
    for (key, value) in &table {
        let id = key.replace('-', "_");
        if !known.contains(&id) {
            return Err(format!("{name}: there is no setting {key}.{}", did_you_mean(&id, &known)));
        }
        let value = as_flag(value).ok_or_else(|| format!("{name}: {key} should be a text, a number, true, false or a list of texts."))?;
        sources.insert(id, Source::File { name: name.to_string(), value });
    }
    Ok(sources)
}

/// A value of the file as one would write it after a flag.
fn as_flag(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Boolean(_) => Some(value.to_string()),
        toml::Value::Array(items) => Some(items.iter().map(toml::Value::as_str).collect::<Option<Vec<_>>>()?.join(",")),
        toml::Value::Table(_) | toml::Value::Datetime(_) => None,
    }
}

/// Lays the sources beneath every command that knows their settings.
fn layered(command: Command, settings: &[Arg], sources: &Sources) -> Command {
    let arguments = |argument: Arg| match sources.get(argument.get_id().as_str()) {
        Some(Source::Variable(name)) => argument.env(name),
        Some(Source::File { value, .. }) if value.is_empty() => argument,
        Some(Source::File { value, .. }) => argument.default_value(value).hide_default_value(true),
        None if settings.iter().any(|setting| setting.get_id() == argument.get_id()) => {
            let name = variable(argument.get_id().as_str());
            // For the help. A variable that is set is among the sources, unless it is empty.
            if env::var_os(&name).is_none() { argument.env(name) } else { argument }
        }
        None => argument,
    };
    command.mut_args(arguments).mut_subcommands(|command| layered(command, settings, sources))
}

fn parse(command: Command, arguments: &[OsString], sources: &Sources) -> Result<ArgMatches, Error> {
    command.try_get_matches_from(arguments).map_err(|mut error| {
        if let Some(tip) = origin_of_fault(&error, arguments, sources) {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
        }
        error
    })
}

/// Where a value that was refused is from, if it is not from the command line itself.
fn origin_of_fault(error: &Error, arguments: &[OsString], sources: &Sources) -> Option<String> {
    let ContextValue::String(argument) = error.get(ContextKind::InvalidArg)? else { return None };
    let flag = argument.split(' ').next()?;
    let is_typed = arguments.iter().any(|typed| typed.to_string_lossy().starts_with(flag));
    match sources.get(&flag.trim_start_matches('-').replace('-', "_"))? {
        _ if is_typed => None,
        Source::Variable(name) | Source::File { name, .. } => Some(format!("this is what {name} says")),
    }
}

/// Fails on a variable that is meant for us and that nothing reads.
fn check_variables(command: &Command, settings: &[Arg]) -> Result<(), String> {
    let names = |setting: &Arg| {
        let name = variable(setting.get_id().as_str());
        let file = is_secret(setting).then(|| format!("{name}_FILE"));
        [Some(name), file].into_iter().flatten()
    };
    let known: Vec<String> = settings.iter().flat_map(names).chain(variables_of(command)).collect();
    // A name that is no text is none of ours.
    let mut set = env::vars_os().filter_map(|(name, _)| name.to_str().map(str::to_owned));
    let ours = set.find(|name| name.starts_with(OURS) && name != TESTS && !known.contains(name));
    ours.map_or(Ok(()), |name| Err(format!("Nothing reads the variable {name}.{}", did_you_mean(&name, &known))))
}

/// The variables that a command and those below it name themselves.
fn variables_of(command: &Command) -> Vec<String> {
    let own = command.get_arguments().filter_map(|argument| argument.get_env()?.to_str()).map(str::to_owned);
    own.chain(command.get_subcommands().flat_map(variables_of)).collect()
}

/// A question to whom may have mistyped a name, or nothing.
fn did_you_mean(name: &str, known: &[String]) -> String {
    let likeness = |known: &String| strsim::jaro(name.trim_start_matches(OURS), known.trim_start_matches(OURS));
    let nearest = known.iter().map(|known| (likeness(known), known)).max_by(|(a, _), (b, _)| a.total_cmp(b));
    nearest.filter(|(likeness, _)| *likeness > ALIKE).map_or_else(String::new, |(_, known)| format!(" Did you mean {known}?"))
}

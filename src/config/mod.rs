//! The settings: each is a field of [`Config`], whose comment is its help. `layers` finds their values.
//!
//! To add one, add a field. It is then a flag (`--max-upload-size-mb`), a variable (`CATATLAS_MAX_UPLOAD_SIZE_MB`) and a key of the
//! configuration file (`max_upload_size_mb`). A setting that the predecessor knew by another name has it in `PREDECESSOR`.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use ipnet::IpNet;
use log::LevelFilter;
use url::Url;

use crate::domain::backups::Keep;
use crate::domain::flags::{Flag, Share};

mod environments;
mod layers;
mod shown;
mod values;

pub use layers::{described, read, refuse_postgres};
pub use shown::shown;
pub use values::Secret;

use values::{flag, log_level, log_part, network, origin, secret_address, share, span, tile_address, web_address};

/// Variables of the predecessor, and the settings they are.
const PREDECESSOR: [(&str, &str); 15] = [
    ("ALLOWED_ORIGINS", "allowed_origins"),
    ("AUTH_RATE_LIMIT_PER_MINUTE", "auth_rate_limit_per_minute"),
    ("DATABASE_PATH", "database"),
    ("DEBUG", "debug"),
    ("ENABLE_REGISTRATION", "enable_registration"),
    ("ENVIRONMENT", "environment"),
    ("JWT_SECRET", "jwt_secret"),
    ("LOG_LEVEL", "log_level"),
    ("MAX_UPLOAD_SIZE_MB", "max_upload_size_mb"),
    ("PORT", "port"),
    ("PUBLIC_URL", "public_url"),
    ("RATE_LIMIT_PER_MINUTE", "rate_limit_per_minute"),
    ("SECRET", "jwt_secret"),
    ("SENTRY_DSN", "sentry_dsn"),
    ("TRUSTED_PROXIES", "trusted_proxies"),
];

/// Everything that can be set.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// The one file that holds everything. Its folder must exist and be writable.
    #[arg(long, value_name = "FILE", default_value = "atlas.db")]
    pub database: PathBuf,
    /// The address to listen on. 0.0.0.0 or :: opens the atlas to the network.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// The port to listen on; 0 takes a free one, and the line printed says which.
    #[arg(long, value_name = "PORT", default_value_t = 8000)]
    pub port: u16,
    /// What this atlas is for. It decides what settings are that nobody sets; in production, secrets that can be guessed are refused.
    #[arg(long, value_name = "NAME", default_value = "development", ignore_case = true)]
    pub environment: Environment,
    /// The least that is logged: error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value = "info", value_parser = log_level)]
    pub log_level: LevelFilter,
    /// Log as with `--log-level debug`.
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub debug: bool,
    #[command(flatten)]
    pub web: Web,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub accounts: Accounts,
    #[command(flatten)]
    pub backups: Backups,
    #[command(flatten)]
    pub geocoder: Geocoder,
    #[command(flatten)]
    pub analyzer: Analyzer,
    #[command(flatten)]
    pub logs: Logs,
    #[command(flatten)]
    pub operation: Operation,
    #[command(flatten)]
    pub map: Map,
}

/// What the atlas is told of the web around it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Web")]
pub struct Web {
    /// The address under which browsers find this atlas, such as <https://cats.example.org>.
    ///
    /// Links to photos then begin with it. Without it they begin with a slash.
    #[arg(long, value_name = "URL", value_parser = web_address)]
    pub public_url: Option<Url>,
    /// Other web pages whose scripts may use this atlas, such as <https://map.example.org>; several with commas between.
    ///
    /// The page of the atlas itself needs none. A * lets every page in, which is for trying things out.
    #[arg(long, value_name = "ORIGINS", value_delimiter = ',', value_parser = origin)]
    pub allowed_origins: Vec<String>,
    /// Reverse proxies in front of this atlas: addresses or networks such as 10.0.0.0/8; several with commas between.
    ///
    /// Only what they say in X-Forwarded-For counts as a client's address, or in Forwarded where they remove X-Forwarded-For.
    #[arg(long, value_name = "NETWORKS", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,
    /// Do not tell browsers to insist on HTTPS. For an atlas that is served over plain HTTP on purpose.
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub no_hsts: bool,
}

/// How much one client may ask.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// How many times a minute one client may read. It may write 0.3 and analyze 0.1 times as often; 0 takes these limits off.
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    pub rate_limit_per_minute: u32,
    /// How many times a minute one client may sign in or up; 0 takes this limit off.
    #[arg(long, value_name = "NUMBER", default_value_t = 5)]
    pub auth_rate_limit_per_minute: u32,
    /// How large a photo may be, in megabytes.
    #[arg(long, value_name = "MEGABYTES", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=100))]
    pub max_upload_size_mb: u64,
}

/// Who may do what, and how that is known.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Accounts")]
pub struct Accounts {
    /// Who may do what.
    #[arg(long, value_name = "WHO", default_value = "community")]
    pub access: Access,
    /// Let everybody make an account. Without it, members are invited.
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub enable_registration: bool,
    /// What access tokens are signed with. Without it, a random one is made and kept in the database.
    ///
    /// Others on this machine can read flags: better set the variable, or name a file in it with _FILE after its name.
    #[arg(long, value_name = "SECRET", hide_env_values = true)]
    pub jwt_secret: Option<Secret>,
}

/// Backups that the server makes by itself. `catatlas backup` and SIGUSR1 make one at once.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Backups")]
pub struct Backups {
    /// How often a backup is made, such as 24h, 7d or 30m. Without it, only when somebody asks for one.
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub backup_every: Option<Duration>,
    /// The folder of the backups; best on another disk. Without it, `backups` beside the database.
    #[arg(long, value_name = "FOLDER")]
    pub backup_folder: Option<PathBuf>,
    /// Which older backups stay when a new one is made, such as last=3,daily=7,weekly=4,monthly=12. Without it, all.
    #[arg(long, value_name = "POLICY")]
    pub backup_keep: Option<Keep>,
}

/// The geocoder, if one is named.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Geocoder")]
pub struct Geocoder {
    /// A Nominatim server that may be asked where places are, such as <https://nominatim.openstreetmap.org>.
    ///
    /// The locations of sightings are sent to it when somebody asks to look one up. Without it nothing leaves this machine.
    #[arg(long, value_name = "URL", value_parser = secret_address, hide_env_values = true)]
    pub geocoder_url: Option<Secret<Url>>,
    /// How long one request to the geocoder may take.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=60_000))]
    pub geocoder_timeout_ms: u64,
    /// The pause between two requests. Public servers ask for a second; a server of your own may take less.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=60_000))]
    pub geocoder_interval_ms: u64,
}

/// Who analyzes notes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Analyzer")]
pub struct Analyzer {
    /// Who analyzes notes.
    #[arg(long, value_name = "WHO", default_value = "builtin", requires_if("chat", "analyzer_url"))]
    pub analyzer: AnalyzerKind,
    /// A server of the chat protocol that most language models speak, such as <http://127.0.0.1:11434/v1>.
    ///
    /// Notes are sent to it when somebody asks for an analysis.
    #[arg(long, value_name = "URL", value_parser = secret_address, hide_env_values = true)]
    pub analyzer_url: Option<Secret<Url>>,
    /// The model to ask, as that server calls it.
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub analyzer_model: String,
    /// What the server wants to be shown, if anything.
    #[arg(long, value_name = "KEY", hide_env_values = true)]
    pub analyzer_key: Option<Secret>,
    /// How long it may take. After that, or if it fails, the built-in rules stand in.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 30_000, value_parser = clap::value_parser!(u64).range(1..=300_000))]
    pub analyzer_timeout_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnalyzerKind {
    /// The rules that are built in
    Builtin,
    /// A language model, at --analyzer-url
    Chat,
}

/// Where log lines go, and which.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Logs")]
pub struct Logs {
    /// How lines are written. In staging and production json, unless this says otherwise.
    #[arg(long, value_name = "FORM", default_value = "console")]
    pub log_form: LogForm,
    /// The least that is logged of a part, such as `catatlas::store=debug`; several with commas between.
    #[arg(long, value_name = "PART=LEVEL", value_delimiter = ',', value_parser = log_part)]
    pub log_parts: Vec<(String, LevelFilter)>,
    /// A file for log lines, beside standard error. SIGHUP lets go of it and opens it again, and reads the level anew.
    #[arg(long, value_name = "FILE")]
    pub log_file: Option<PathBuf>,
    /// How large that file becomes before a new one begins, in kilobytes.
    #[arg(long, value_name = "KILOBYTES", default_value_t = 10_240, value_parser = clap::value_parser!(u64).range(4..=10_485_760))]
    pub log_file_kilobytes: u64,
    /// How many old ones are kept, as FILE.1 and so on.
    #[arg(long, value_name = "NUMBER", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub log_files: u32,
}

/// What monitors see, and which features there are.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Operation")]
pub struct Operation {
    /// What opens /metrics to whoever sends it as `Authorization: Bearer`. This machine itself needs none.
    #[arg(long, value_name = "TOKEN", hide_env_values = true)]
    pub metrics_token: Option<Secret>,
    /// From where /metrics may be asked for without a token: addresses or networks; several with commas between.
    #[arg(long, value_name = "NETWORKS", value_delimiter = ',', value_parser = network)]
    pub metrics_from: Vec<IpNet>,
    /// Where errors are reported to, in Sentry's protocol, such as <https://key@sentry.example.org/1>. Without it nothing is reported.
    #[arg(long, value_name = "DSN", hide_env_values = true)]
    pub sentry_dsn: Option<Secret>,
    /// Of all requests, which share is reported with what it spent its time on. In production 0.1, unless this says otherwise.
    #[arg(long, value_name = "SHARE", default_value_t = 1.0, value_parser = share)]
    pub sentry_sample_rate: f32,
    /// How much room the disk must have left, in megabytes, for /health/ready to say that all is well.
    #[arg(long, value_name = "MEGABYTES", default_value_t = 100)]
    pub disk_floor_mb: u64,
    /// Features switched otherwise than the environment has them, such as `ai_analysis=off,new_cat_profiles=25%`.
    ///
    /// What `catatlas flag` and admins set wins over this.
    #[arg(long, value_name = "FLAG=STATE", value_delimiter = ',', value_parser = flag)]
    pub flags: Vec<(Flag, Share)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// One line, for people
    Console,
    /// One object of JSON, for programs
    Json,
}

/// What lies under the sightings on the map. Without it, that is the outline of the land and a grid, which come with the program.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Map")]
pub struct Map {
    /// Where browsers find tiles of a map, such as <https://tiles.example.org/{z}/{x}/{y}.png>.
    ///
    /// They ask that server themselves, so it learns which places are looked at.
    #[arg(long, value_name = "URL", value_parser = tile_address)]
    pub tile_url: Option<String>,
    /// Whom the map is to name for its tiles, such as "© OpenStreetMap contributors".
    #[arg(long, value_name = "TEXT", requires = "tile_url")]
    pub tile_attribution: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    Development,
    Staging,
    Production,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Access {
    /// Anyone reads, logs sightings, comments and asks for analyses; the rest is for members
    Community,
    /// Anyone may do all that the predecessor allowed
    Open,
    /// Sign in to read
    Private,
}

impl Environment {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}

impl Config {
    /// The least that is logged.
    pub fn log_level(&self) -> LevelFilter {
        if self.debug { self.log_level.max(LevelFilter::Debug) } else { self.log_level }
    }
}

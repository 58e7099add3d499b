//! `catatlas user`: accounts, from the shell of the machine. Works while the server runs.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::PathBuf;

use anyhow::{Context as _, anyhow, bail, ensure};
use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::auth::passwords;
use crate::auth::secrets::Secret;
use crate::domain::accounts::{self as domain, Account};
use crate::domain::audit::{Actor, Deed};
use crate::domain::credentials::{wrong_password, wrong_username};
use crate::domain::time;
use crate::store::db::write_beside;
use crate::store::{StoreError, Tx, accounts, audit, file, invites, sessions, tokens};

/// Accounts: who may sign in, and as what.
///
/// Works while the server runs, and takes effect at once. Passwords are asked for, or read from standard input.
#[derive(Debug, Args)]
pub struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,

    /// The database file
    #[arg(long, value_name = "FILE", default_value = "atlas.db", global = true)]
    database: PathBuf,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Make an account, with a password that is asked for
    Add {
        /// 2 to 32 letters, digits, dots, dashes and underscores
        name: String,
        #[arg(long, default_value = "member")]
        role: Role,
    },
    /// List the accounts there are, and which are closed
    List,
    /// Give an account another role
    Role { name: String, role: Role },
    /// Set a new password, and end all sessions and tokens of the account
    Passwd { name: String },
    /// Close an account: nobody is signed in to it any more
    Disable {
        name: String,
        /// Open it again
        #[arg(long)]
        undo: bool,
    },
    /// Make a link with which one person can make an account
    Invite {
        #[arg(long, default_value = "member")]
        role: Role,
        /// For how many days it can be used
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=90))]
        days: i64,
        /// The address under which browsers find the atlas
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8000")]
        public_url: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    /// Changes what is their own
    Member,
    /// Looks after everybody's sightings and cats
    Caretaker,
    /// Sees who did what
    Admin,
}

impl From<Role> for domain::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Caretaker => Self::Caretaker,
            Role::Admin => Self::Admin,
        }
    }
}

/// # Errors
/// The file is refused, there is no such account, or a name or password will not do.
pub fn run(args: &UserArgs) -> anyhow::Result<()> {
    let now = Timestamp::now();
    let file = file::join(&args.database, now)?;
    let write = |work: &dyn Fn(&Tx<'_>) -> anyhow::Result<String>| {
        write_beside(&file, |tx| work(tx).map_err(Failure)).map_err(|Failure(error)| error)
    };
    let said = match &args.command {
        UserCommand::Add { name, role } => {
            wrong_username(name).map_or(Ok(()), |why| bail!("{why}."))?;
            let hash = passwords::hash(&new_password(name)?)?;
            write(&|tx| add(tx, name, (*role).into(), &hash, now))
        }
        UserCommand::List => write(&|tx| list(tx)),
        UserCommand::Role { name, role } => write(&|tx| set_role(tx, &find(tx, name)?, (*role).into(), now)),
        UserCommand::Passwd { name } => {
            write(&|tx| find(tx, name).map(|_| String::new()))?;
            let hash = passwords::hash(&new_password(name)?)?;
            write(&|tx| set_password(tx, &find(tx, name)?, &hash, now))
        }
        UserCommand::Disable { name, undo } => write(&|tx| set_disabled(tx, &find(tx, name)?, !undo, now)),
        UserCommand::Invite { role, days, public_url } => {
            let secret = Secret::random()?;
            write(&|tx| invite(tx, &secret, (*role).into(), *days, public_url, now))
        }
    }?;
    println!("{said}");
    Ok(())
}

/// What went wrong in a write, for a person.
struct Failure(anyhow::Error);

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

fn find(tx: &Tx<'_>, name: &str) -> anyhow::Result<Account> {
    let found = accounts::by_name(tx, name)?;
    found.map(|(account, _)| account).ok_or_else(|| anyhow!("there is no account {name}. `catatlas user list` lists them all."))
}

fn record(tx: &Tx<'_>, deed: &Deed, now: Timestamp) -> anyhow::Result<()> {
    Ok(audit::record(tx, &Actor::shell(), deed, now)?)
}

fn add(tx: &Tx<'_>, name: &str, role: domain::Role, hash: &str, now: Timestamp) -> anyhow::Result<String> {
    let account = accounts::insert(tx, name, role, hash, now)?.ok_or_else(|| anyhow!("there is an account {name} already."))?;
    record(tx, &Deed::new("add", "account", account.id).with(json!({ "role": role })), now)?;
    Ok(format!("Added {name}, {}.", role.as_str()))
}

fn list(tx: &Tx<'_>) -> anyhow::Result<String> {
    let mut lines = vec![format!("{:<32}  {:<10}{:<29}closed", "name", "role", "since")];
    let mut last = 0;
    loop {
        let found = accounts::after(tx, last)?;
        let Some(newest) = found.last() else { break };
        last = newest.id;
        lines.extend(found.iter().map(|account| {
            let closed = account.disabled_at.as_deref().unwrap_or("");
            format!("{:<32}  {:<10}{:<29}{closed}", account.username, account.role.as_str(), account.created_at).trim_end().to_owned()
        }));
    }
    Ok(lines.join("\n"))
}

fn set_role(tx: &Tx<'_>, account: &Account, role: domain::Role, now: Timestamp) -> anyhow::Result<String> {
    accounts::set_role(tx, account.id, role)?;
    record(tx, &Deed::new("change role", "account", account.id).with(json!({ "from": account.role, "to": role })), now)?;
    Ok(format!("{} is {} now, and was {}.", account.username, role.as_str(), account.role.as_str()))
}

fn set_password(tx: &Tx<'_>, account: &Account, hash: &str, now: Timestamp) -> anyhow::Result<String> {
    accounts::set_password(tx, account.id, hash)?;
    sessions::revoke_all(tx, account.id, now)?;
    tokens::delete_all(tx, account.id)?;
    record(tx, &Deed::new("set password", "account", account.id), now)?;
    Ok(format!("{} has a new password. All sessions and tokens of the account have ended.", account.username))
}

fn set_disabled(tx: &Tx<'_>, account: &Account, is_disabled: bool, now: Timestamp) -> anyhow::Result<String> {
    accounts::set_disabled(tx, account.id, is_disabled.then_some(now))?;
    if is_disabled {
        sessions::revoke_all(tx, account.id, now)?;
        tokens::delete_all(tx, account.id)?;
    }
    record(tx, &Deed::new(if is_disabled { "disable" } else { "enable" }, "account", account.id), now)?;
    let said = if is_disabled { "closed. Its sessions and tokens have ended" } else { "open again" };
    Ok(format!("The account {} is {said}.", account.username))
}

fn invite(tx: &Tx<'_>, secret: &Secret, role: domain::Role, days: i64, public_url: &str, now: Timestamp) -> anyhow::Result<String> {
    let expires = now.saturating_add(SignedDuration::from_hours(24 * days))?;
    let id = invites::insert(tx, &secret.hash(), role, now, expires)?;
    record(tx, &Deed::new("invite", "invite", id).with(json!({ "role": role, "expiresAt": time::format(expires) })), now)?;
    let link = format!("{}/#invite={}", public_url.trim_end_matches('/'), secret.expose());
    Ok(format!("This link makes one account, as {}, until {}:\n  {link}", role.as_str(), time::format(expires)))
}

/// A password that will do: asked for twice without showing it, or the first line of standard input.
fn new_password(name: &str) -> anyhow::Result<String> {
    let password = if io::stdin().is_terminal() {
        let password = rpassword::prompt_password(format!("New password of {name}: ")).context("the password could not be read")?;
        let again = rpassword::prompt_password("Once more: ").context("the password could not be read")?;
        ensure!(password == again, "the two are not the same. Please try again.");
        password
    } else {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).context("the password could not be read from standard input")?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    wrong_password(&password, name).map_or(Ok(password), |why| bail!("{why}."))
}

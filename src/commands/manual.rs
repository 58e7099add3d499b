//! `catatlas manual`: the manual pages and completions that packages bring along, made from what the commands say of themselves.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Command};
use clap_complete::Shell;

/// Writes manual pages and completions for shells into a folder, for packages.
#[derive(Debug, Args)]
pub struct ManualArgs {
    /// The folder, which must exist.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

/// # Errors
/// The folder cannot be written into.
pub fn run(args: &ManualArgs, command: Command) -> anyhow::Result<()> {
    let told = || format!("{} cannot be written into", args.folder.display());
    for shell in [Shell::Bash, Shell::Fish, Shell::Zsh] {
        clap_complete::generate_to(shell, &mut command.clone(), "catatlas", &args.folder).with_context(told)?;
    }
    clap_mangen::generate_to(command, &args.folder).with_context(told)
}

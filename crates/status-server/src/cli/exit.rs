//! How a command ends.

use std::{io, net::SocketAddr, process::ExitCode};

use access::FileError;
use orchestrator::{InvalidConfiguration, InvalidEndpoint};
use status_store::{OpenError, StoreError, sqlite::backup::BackupError};

/// How a command that did its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// All went well.
    Well,
    /// It failed.
    Failed,
    /// A part of the input could not be used.
    Partly,
    /// The command line is wrong.
    Usage,
    /// It was told to stop before the end.
    Stopped,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Well => 0,
            Exit::Failed => 1,
            Exit::Partly => 2,
            Exit::Usage => 64,
            Exit::Stopped => 130,
        })
    }
}

/// Why a command could not do its work: what happened, what it means, what to do.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("can't start: {0}. Free some memory or processes.")]
    Runtime(io::Error),
    #[error("can't listen to signals: {0}. So Ctrl-C would not end it cleanly; try again.")]
    Signals(io::Error),
    #[error("{0}.")]
    OpenStore(#[from] OpenError),
    #[cfg(feature = "dynamodb")]
    #[error("can't use the store {store}: {reason}.")]
    UnusableStore { store: String, reason: String },
    #[cfg(not(feature = "dynamodb"))]
    #[error(
        "this program was built without DynamoDB: take the released one, or build it with the \
         Cargo feature dynamodb."
    )]
    WithoutDynamoDb,
    #[error("can't listen on {address}: {source}. {}", advice(source))]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error(
        "without access control the server listens on loopback only, since whoever reaches it may \
         read and change every session: turn access control on with --access FILE, or listen on \
         127.0.0.1 behind a proxy on this machine that checks who they are."
    )]
    Unprotected,
    #[error(
        "on an address that other machines reach, tokens and sessions would cross the network for \
         everybody to read: give --tls-cert and --tls-key, or, where TLS ends at a proxy in front, \
         say so with --public-url https://NAME."
    )]
    Unencrypted,
    #[error("the simulated agents answer everybody, so they listen on loopback only.")]
    AgentsForAll,
    #[error("{0}.")]
    OpenAccess(#[from] access::OpenError),
    #[error("{0}. Check the file and the disk, and try again.")]
    AccessFile(FileError),
    #[error(
        "there is a token named {0} already. Choose another name, or revoke it first with \
         trade-status token revoke {0}."
    )]
    TokenNameTaken(String),
    #[error("there is no token {0:?}. `trade-status token list` shows those that there are.")]
    UnknownToken(String),
    #[error("the server broke off: {0}. Start it again.")]
    Serve(io::Error),
    #[cfg(feature = "tls")]
    #[error("{0}.")]
    Tls(#[from] crate::server::tls::TlsError),
    #[error("can't reach the agents: {0}.")]
    Agents(#[from] InvalidEndpoint),
    #[error(
        "can't read the agents' file {name}: {source}. Check its name, or give an address as in \
         http://127.0.0.1:9000."
    )]
    AgentsFile { name: String, source: io::Error },
    #[error("{name} does not say where the agents are: {source}. docs/agents.md has an example.")]
    Configuration {
        name: String,
        source: InvalidConfiguration,
    },
    #[error("can't read {name}: {source}. Check the name and whether this user may read it.")]
    Input { name: String, source: io::Error },
    #[error(
        "the store took no more: {0}. What was read before is loaded; once the store works, run \
         the same command again, which does no harm."
    )]
    Load(StoreError),
    #[error("{0}.")]
    Backup(#[from] BackupError),
    #[error("the backup broke off: {0}. Nothing was left of it; make it again.")]
    BackupThread(tokio::task::JoinError),
    #[error(
        "the table {0} is backed up by DynamoDB itself. For every second of the last 35 days: aws \
         dynamodb update-continuous-backups --table-name {0} --point-in-time-recovery-specification \
         PointInTimeRecoveryEnabled=true. Once, as it is now: aws dynamodb create-backup --table-name \
         {0} --backup-name NAME."
    )]
    BackupOfTable(String),
    #[cfg(feature = "sign-in")]
    #[error("people can't sign in: {0}.")]
    SignIn(crate::sign_in::Unusable),
    #[cfg(feature = "sign-in")]
    #[error(
        "people can't sign in: the identity provider could not send them back. Say with --public-url \
         where this server is."
    )]
    NoPublicUrl,
    #[cfg(feature = "dynamodb")]
    #[error("{0}.")]
    Table(#[from] super::table::Trouble),
}

impl Failure {
    /// How the command ends.
    pub(super) const fn exit(&self) -> Exit {
        match self {
            Self::Unprotected | Self::Unencrypted | Self::AgentsForAll => Exit::Usage,
            _ => Exit::Failed,
        }
    }
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "Another program listens there: end it, or choose another port with --listen."
        }
        io::ErrorKind::PermissionDenied => {
            "Ports below 1024 are for the system: choose a higher one with --listen."
        }
        _ => "Choose another address with --listen.",
    }
}

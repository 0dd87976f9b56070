//! Which store, as it is named on the command line, and opening it.

#[cfg(feature = "dynamodb")]
mod dynamodb;

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use clap::{Args, builder::PossibleValuesParser};
use status_store::{
    BulkStore, SqliteStore,
    address::{Endpoint, RegionName, TableName},
    sqlite::Claim,
};

use super::Failure;

/// The store that is taken where none is named.
const DEFAULT_STORE: &str = "sqlite:data/trade-status.db";

/// Which store, and where it is.
#[derive(Args)]
pub(super) struct StoreArguments {
    /// Where sessions are kept: sqlite: and the path of a file, which is created where it is
    /// missing, or dynamodb: and the name of a table
    #[arg(
        long,
        value_name = "STORE",
        env = "TRADE_STATUS_STORE",
        default_value = DEFAULT_STORE
    )]
    store: StoreAddress,
    /// The table's AWS region; without it the one of the environment or the profile, where the
    /// credentials are looked for too
    #[arg(long, value_name = "REGION", env = "TRADE_STATUS_REGION")]
    region: Option<RegionName>,
    /// Another address of DynamoDB than AWS's own, as in `http://127.0.0.1:8000`
    #[arg(long, value_name = "URL", env = "TRADE_STATUS_ENDPOINT")]
    endpoint: Option<Endpoint>,
    /// The name of the table's key; `processing_id` in tables of older orchestrators
    #[arg(
        long,
        value_name = "NAME",
        env = "TRADE_STATUS_KEY",
        default_value = "sessionId",
        value_parser = PossibleValuesParser::new(["sessionId", "processing_id"])
    )]
    key: String,
}

impl StoreArguments {
    /// Opens it; creates a file where it is missing.
    ///
    /// # Errors
    /// Where it can't be had as it is named. A table that is merely out of reach is none: the
    /// program waits for it.
    pub(super) async fn open(&self) -> Result<Arc<dyn BulkStore>, Failure> {
        match &self.store {
            StoreAddress::Sqlite(path) => Ok(Arc::new(SqliteStore::open(path)?)),
            #[cfg(feature = "dynamodb")]
            StoreAddress::DynamoDb(table) => self.open_table(table).await,
            #[cfg(not(feature = "dynamodb"))]
            StoreAddress::DynamoDb(_) => std::future::ready(Err(Failure::WithoutDynamoDb)).await,
        }
    }
}

impl StoreArguments {
    /// Claims a file for one server, until the claim is dropped. A table has as many servers as
    /// are wanted.
    ///
    /// # Errors
    /// Where another server has the file.
    pub(super) fn claim(&self) -> Result<Option<Claim>, Failure> {
        match &self.store {
            StoreAddress::Sqlite(path) => Ok(Some(Claim::take(path)?)),
            StoreAddress::DynamoDb(_) => Ok(None),
        }
    }

    /// The file that the store is.
    ///
    /// # Errors
    /// Where it is a table: its name.
    pub(super) fn file(&self) -> Result<&Path, &str> {
        match &self.store {
            StoreAddress::Sqlite(path) => Ok(path),
            StoreAddress::DynamoDb(table) => Err(table.as_str()),
        }
    }

    /// Which store it is among all: tables of one name may stand in several regions.
    pub(super) fn identity(&self) -> String {
        let region = self.region.as_ref().map(RegionName::as_str);
        let endpoint = self.endpoint.as_ref().map(Endpoint::as_str);
        let place = [region, endpoint];
        place
            .into_iter()
            .flatten()
            .fold(self.to_string(), |identity, part| {
                format!("{identity} {part}")
            })
    }
}

impl fmt::Display for StoreArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}

/// A store's kind and name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum StoreAddress {
    /// The file of the embedded store.
    Sqlite(PathBuf),
    /// A table.
    DynamoDb(TableName),
}

/// The text names no store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "give sqlite: and the path of a file, as in sqlite:data/trade-status.db, or dynamodb: and the \
     name of a table"
)]
struct InvalidStoreAddress;

impl FromStr for StoreAddress {
    type Err = InvalidStoreAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("dynamodb", table)) => {
                let table = table.parse().map_err(|_| InvalidStoreAddress)?;
                Ok(Self::DynamoDb(table))
            }
            _ => Err(InvalidStoreAddress),
        }
    }
}

impl fmt::Display for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::DynamoDb(table) => write!(f, "dynamodb:{table}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_named_by_its_kind_and_its_place() {
        for good in [
            DEFAULT_STORE,
            "dynamodb:ai-trade-matching-processing-status",
        ] {
            let store: StoreAddress = good.parse().unwrap();
            assert_eq!(store.to_string(), good);
        }
        for bad in [
            "",
            "sqlite:",
            "data/trade-status.db",
            "dynamodb:",
            "dynamodb:a",
            "dynamodb:a b c",
            "dynamodb:arn:aws",
            "postgres:table",
        ] {
            let refused = bad.parse::<StoreAddress>();
            assert_eq!(refused, Err(InvalidStoreAddress), "{bad}");
        }
    }
}

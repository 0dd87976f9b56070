//! Which table, and where.

use clap::Args;
use status_store::dynamodb::{Connection, KeyName, schema::DEFAULT_TABLE};
use status_table::{Endpoint, KmsKey, RegionName, Table, TableName, Wanted};

use super::Trouble;

/// Which table, and where.
#[derive(Args)]
pub(super) struct Place {
    /// The table's name
    #[arg(long, value_name = "NAME", default_value = DEFAULT_TABLE)]
    table: TableName,
    /// The AWS region; where none is named, that of the environment or the profile
    #[arg(long)]
    region: Option<RegionName>,
    /// Another address than AWS's own, as in `http://127.0.0.1:8000` for DynamoDB
    /// Local
    #[arg(long, value_name = "URL")]
    endpoint: Option<Endpoint>,
}

/// How the table should be.
#[derive(Args)]
pub(super) struct Shape {
    /// The name of its key: `sessionId` or, in tables of older orchestrators, `processing_id`
    #[arg(long, value_name = "NAME", default_value_t)]
    key: KeyName,
    /// The ARN of the KMS key that it is encrypted with; without it, the key that AWS manages
    #[arg(long, value_name = "ARN")]
    kms_key: Option<KmsKey>,
}

impl Place {
    /// The way to the table.
    pub(super) async fn connect(self) -> Result<Table, Trouble> {
        let connection = Connection {
            table: self.table.to_string(),
            key: KeyName::default(),
            region: self.region.map(|region| region.to_string()),
            endpoint: self.endpoint.map(|endpoint| endpoint.to_string()),
        };
        Ok(Table::connect(&connection, self.table).await?)
    }
}

impl Shape {
    /// The table as it should be; a key of another region is refused before anything is done.
    pub(super) fn wanted_at(self, table: &Table) -> Result<Wanted, Trouble> {
        let elsewhere = self.kms_key.as_ref().map(KmsKey::region);
        if let (Some(key), Some(table)) = (elsewhere, table.region())
            && key != table
        {
            return Err(Trouble::KeyElsewhere {
                key: key.to_owned(),
                table: table.to_owned(),
            });
        }
        Ok(Wanted {
            key: self.key,
            kms_key: self.kms_key,
        })
    }
}

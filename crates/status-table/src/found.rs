//! What is there.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndexDescription, IndexStatus,
    KeySchemaElement, KeyType, ProvisionedThroughputDescription, ScalarAttributeType, SseStatus,
    SseType, TableDescription, TableStatus, TimeToLiveDescription, TimeToLiveStatus,
};

/// The table as `DynamoDB` describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its ARN.
    pub arn: String,
    /// Whether it can be used.
    pub state: State,
    /// Its key.
    pub key: Key,
    /// How it is paid for.
    pub billing: Billing,
    /// By which attribute items are removed.
    pub expiry: Answer<Expiry>,
    /// Whether it can be brought back to any second of the last weeks.
    pub recovery: Answer<bool>,
    /// What it is encrypted with.
    pub encryption: Answer<Encryption>,
    /// Its tags.
    pub tags: Answer<BTreeMap<String, String>>,
    /// Its global secondary indexes.
    pub indexes: Vec<FoundIndex>,
    /// Whether it refuses to be deleted.
    pub is_protected: bool,
    /// About how many items it holds; `DynamoDB` counts every six hours.
    pub items: u64,
    /// About how large they are.
    pub bytes: u64,
}

/// What came of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// It was answered.
    Known(T),
    /// Whoever answers there doesn't know of such a thing, as `DynamoDB` Local of recovery.
    NotKnownHere,
    /// These credentials may not ask; the permission that they lack.
    Denied(&'static str),
}

/// Whether the table, or an index, can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It can.
    Active,
    /// Not yet, or it is being changed.
    Changing(String),
    /// It can't, and waiting won't help.
    Unusable(String),
}

/// The attributes of a key, with their types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// The attribute that it is divided by.
    pub hash: KeyPart,
    /// The attribute that it is sorted by.
    pub range: Option<KeyPart>,
}

/// An attribute of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPart {
    /// Its name.
    pub name: String,
    /// Its type: `S`, `N` or `B`.
    pub kind: String,
}

/// How a table is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Billing {
    /// By the request.
    OnDemand,
    /// By the capacity that is set aside.
    Provisioned {
        /// Read units a second.
        read: i64,
        /// Write units a second.
        write: i64,
    },
}

/// By which attribute items are removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// By none.
    Off,
    /// By this one.
    By(String),
}

/// What a table is encrypted with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// A key of AWS's own, which nobody sees.
    AwsOwned,
    /// A key of KMS; its ARN.
    Kms(String),
}

/// An index that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundIndex {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: Key,
    /// Whether it can be used.
    pub state: State,
}

impl Found {
    /// What `DescribeTable` says, with the answers to the questions that are asked one by one.
    ///
    /// A table without a word on encryption is encrypted with AWS's own key, but for one at an
    /// endpoint that knows no recovery either: that is not AWS, and encrypts nothing.
    #[must_use]
    pub fn new(
        table: &TableDescription,
        expiry: Answer<Expiry>,
        recovery: Answer<bool>,
        tags: Answer<BTreeMap<String, String>>,
    ) -> Self {
        let types = table.attribute_definitions();
        let encryption = match (encryption(table), &recovery) {
            (Encryption::AwsOwned, Answer::NotKnownHere) => Answer::NotKnownHere,
            (encryption, _) => Answer::Known(encryption),
        };
        let indexes = table.global_secondary_indexes().iter();
        Self {
            arn: table.table_arn().unwrap_or_default().to_owned(),
            state: table.table_status().into(),
            key: Key::new(table.key_schema(), types),
            billing: billing(table),
            expiry,
            recovery,
            encryption,
            tags,
            indexes: indexes.map(|index| FoundIndex::new(index, types)).collect(),
            is_protected: table.deletion_protection_enabled() == Some(true),
            items: unsigned(table.item_count()),
            bytes: unsigned(table.table_size_bytes()),
        }
    }
}

fn unsigned(number: Option<i64>) -> u64 {
    number.and_then(|n| u64::try_from(n).ok()).unwrap_or(0)
}

fn billing(table: &TableDescription) -> Billing {
    let mode = table.billing_mode_summary().and_then(|s| s.billing_mode());
    if mode == Some(&BillingMode::PayPerRequest) {
        return Billing::OnDemand;
    }
    let capacity = table.provisioned_throughput();
    let read = capacity.and_then(ProvisionedThroughputDescription::read_capacity_units);
    let write = capacity.and_then(ProvisionedThroughputDescription::write_capacity_units);
    Billing::Provisioned {
        read: read.unwrap_or(1),
        write: write.unwrap_or(1),
    }
}

fn encryption(table: &TableDescription) -> Encryption {
    match table.sse_description() {
        Some(sse)
            if sse.sse_type() == Some(&SseType::Kms)
                && matches!(
                    sse.status(),
                    Some(SseStatus::Enabled | SseStatus::Enabling | SseStatus::Updating)
                ) =>
        {
            Encryption::Kms(sse.kms_master_key_arn().unwrap_or_default().to_owned())
        }
        _ => Encryption::AwsOwned,
    }
}

impl From<Option<&TableStatus>> for State {
    fn from(status: Option<&TableStatus>) -> Self {
        match status {
            Some(TableStatus::Active) => Self::Active,
            Some(status @ (TableStatus::Creating | TableStatus::Updating)) => {
                Self::Changing(status.as_str().to_owned())
            }
            Some(status) => Self::Unusable(status.as_str().to_owned()),
            None => Self::Unusable("UNKNOWN".to_owned()),
        }
    }
}

impl From<Option<&IndexStatus>> for State {
    fn from(status: Option<&IndexStatus>) -> Self {
        match status {
            Some(IndexStatus::Active) => Self::Active,
            Some(IndexStatus::Deleting) => Self::Unusable("DELETING".to_owned()),
            Some(status) => Self::Changing(status.as_str().to_owned()),
            None => Self::Unusable("UNKNOWN".to_owned()),
        }
    }
}

impl From<&TimeToLiveDescription> for Expiry {
    fn from(description: &TimeToLiveDescription) -> Self {
        let is_on = matches!(
            description.time_to_live_status(),
            Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
        );
        match description.attribute_name() {
            Some(name) if is_on => Self::By(name.to_owned()),
            _ => Self::Off,
        }
    }
}

impl Key {
    fn new(schema: &[KeySchemaElement], types: &[AttributeDefinition]) -> Self {
        let part = |role: &KeyType| {
            let element = schema.iter().find(|element| element.key_type() == role)?;
            let name = element.attribute_name();
            let definition = types.iter().find(|known| known.attribute_name() == name);
            let kind = definition.map(AttributeDefinition::attribute_type);
            Some(KeyPart {
                name: name.to_owned(),
                kind: kind.map_or("", ScalarAttributeType::as_str).to_owned(),
            })
        };
        Self {
            hash: part(&KeyType::Hash).unwrap_or_default(),
            range: part(&KeyType::Range),
        }
    }
}

impl FoundIndex {
    fn new(index: &GlobalSecondaryIndexDescription, types: &[AttributeDefinition]) -> Self {
        Self {
            name: index.index_name().unwrap_or_default().to_owned(),
            key: Key::new(index.key_schema(), types),
            state: index.index_status().into(),
        }
    }
}

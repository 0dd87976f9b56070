//! The steps of a plan, done.

use std::time::Duration;

use aws_sdk_dynamodb::{
    error::BuildError,
    types::{
        BillingMode, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndexUpdate,
        PointInTimeRecoverySpecification, ProvisionedThroughput, SseSpecification, SseType, Tag,
        TimeToLiveSpecification,
    },
};
use status_store::dynamodb::{
    Definition, Index,
    definition::{index_attributes, index_key_schema, projection},
    schema::EXPIRES_AT,
};

use crate::{
    call::CallError,
    found::{Billing, Found},
    plan::Step,
    table::Table,
    wanted::{TAGS, Wanted},
};

/// For so long a new table may not know yet that it can be brought back.
const NEW: Duration = Duration::from_mins(10);
/// How long to wait before it is asked again.
const AGAIN: Duration = Duration::from_secs(2);

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is so now.
    Done,
    /// The endpoint doesn't know of such a thing.
    NotKnownHere,
}

impl Table {
    /// Does one step of a plan, and waits until it is done. `found` is what was there before.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn take(
        &self,
        step: &Step,
        found: Option<&Found>,
        wanted: &Wanted,
    ) -> Result<Done, CallError> {
        let done = match step {
            Step::Create => self.create(wanted).await,
            Step::TurnOnExpiry => self.turn_on_expiry().await,
            Step::TurnOnRecovery => self.turn_on_recovery().await,
            Step::Encrypt => self.encrypt(wanted).await,
            Step::AddTags(names) => self.add_tags(names, found).await,
            Step::AddIndex(index) => self.add_index(*index, found, wanted).await,
            Step::AwaitIndex(_) => Ok(()),
        };
        match done {
            Ok(()) => {}
            Err(CallError::NotKnownHere { .. }) => return Ok(Done::NotKnownHere),
            Err(error) => return Err(error),
        }
        self.active().await?;
        Ok(Done::Done)
    }

    async fn create(&self, wanted: &Wanted) -> Result<(), CallError> {
        let Definition {
            attributes,
            key_schema,
            indexes,
        } = Definition::new(wanted.key).map_err(malformed)?;
        let tags = TAGS.into_iter().map(|(name, value)| tag(name, value));
        let tags = tags.collect::<Result<_, _>>().map_err(malformed)?;
        self.client
            .create_table()
            .table_name(self.name.as_str())
            .set_attribute_definitions(Some(attributes))
            .set_key_schema(Some(key_schema))
            .set_global_secondary_indexes(Some(indexes))
            .billing_mode(BillingMode::PayPerRequest)
            .sse_specification(encryption(wanted))
            .set_tags(Some(tags))
            .send()
            .await
            .map(drop)
            .map_err(|error| self.error(&error))
    }

    async fn turn_on_expiry(&self) -> Result<(), CallError> {
        let specification = TimeToLiveSpecification::builder()
            .enabled(true)
            .attribute_name(EXPIRES_AT)
            .build()
            .map_err(malformed)?;
        self.client
            .update_time_to_live()
            .table_name(self.name.as_str())
            .time_to_live_specification(specification)
            .send()
            .await
            .map(drop)
            .map_err(|error| self.error(&error))
    }

    async fn turn_on_recovery(&self) -> Result<(), CallError> {
        let specification = PointInTimeRecoverySpecification::builder()
            .point_in_time_recovery_enabled(true)
            .build()
            .map_err(malformed)?;
        let call = self
            .client
            .update_continuous_backups()
            .table_name(self.name.as_str())
            .point_in_time_recovery_specification(specification);
        let deadline = tokio::time::Instant::now() + NEW;
        loop {
            let answer = call.clone().send().await;
            match answer.map_err(|error| self.error(&error)) {
                // Said of a table that was active only a moment ago.
                Err(CallError::Refused { code, .. })
                    if code == "ContinuousBackupsUnavailableException"
                        && tokio::time::Instant::now() < deadline =>
                {
                    tokio::time::sleep(AGAIN).await;
                }
                answer => return answer.map(drop),
            }
        }
    }

    async fn encrypt(&self, wanted: &Wanted) -> Result<(), CallError> {
        self.client
            .update_table()
            .table_name(self.name.as_str())
            .sse_specification(encryption(wanted))
            .send()
            .await
            .map(drop)
            .map_err(|error| self.error(&error))
    }

    async fn add_tags(&self, names: &[&str], found: Option<&Found>) -> Result<(), CallError> {
        let tags = TAGS.into_iter().filter(|(name, _)| names.contains(name));
        let tags = tags.map(|(name, value)| tag(name, value));
        self.client
            .tag_resource()
            .resource_arn(found.map_or("", |found| &found.arn))
            .set_tags(Some(tags.collect::<Result<_, _>>().map_err(malformed)?))
            .send()
            .await
            .map(drop)
            .map_err(|error| self.error(&error))
    }

    /// One at a time: `DynamoDB` builds no second index before the first is there.
    async fn add_index(
        &self,
        index: Index,
        found: Option<&Found>,
        wanted: &Wanted,
    ) -> Result<(), CallError> {
        self.active().await?;
        let key_schema = index_key_schema(index, wanted.key).map_err(malformed)?;
        let create = CreateGlobalSecondaryIndexAction::builder()
            .index_name(index.name())
            .set_key_schema(Some(key_schema))
            .projection(projection())
            .set_provisioned_throughput(capacity(found).map_err(malformed)?)
            .build()
            .map_err(malformed)?;
        let attributes = index_attributes(index, wanted.key).map_err(malformed)?;
        self.client
            .update_table()
            .table_name(self.name.as_str())
            .set_attribute_definitions(Some(attributes))
            .global_secondary_index_updates(
                GlobalSecondaryIndexUpdate::builder().create(create).build(),
            )
            .send()
            .await
            .map(drop)
            .map_err(|error| self.error(&error))
    }
}

/// An index of a table that is paid for by capacity needs its own: as much as the table has, so
/// that it never slows the table's writers.
fn capacity(found: Option<&Found>) -> Result<Option<ProvisionedThroughput>, BuildError> {
    let Some(Billing::Provisioned { read, write }) = found.map(|found| found.billing) else {
        return Ok(None);
    };
    let capacity = ProvisionedThroughput::builder()
        .read_capacity_units(read)
        .write_capacity_units(write);
    capacity.build().map(Some)
}

/// Without a key's ARN it is the key that AWS manages.
fn encryption(wanted: &Wanted) -> SseSpecification {
    let key = wanted.kms_key.as_ref().map(|key| key.as_str().to_owned());
    SseSpecification::builder()
        .enabled(true)
        .sse_type(SseType::Kms)
        .set_kms_master_key_id(key)
        .build()
}

fn tag(name: &str, value: &str) -> Result<Tag, BuildError> {
    Tag::builder().key(name).value(value).build()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what map_err passes on"
)]
fn malformed(error: BuildError) -> CallError {
    CallError::Malformed(error.to_string())
}

//! The table that is talked to; looked at, waited for.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    config::{retry::RetryConfig, timeout::TimeoutConfig},
    error::{ProvideErrorMetadata, SdkError},
    types::TableDescription,
};
use status_store::dynamodb::Connection;

use crate::{
    call::CallError,
    found::{Answer, Found, State},
    name::TableName,
};

/// How long a call may take, its repetitions not counted.
const CALL: Duration = Duration::from_secs(15);
/// How long a connection may take.
const CONNECTION: Duration = Duration::from_secs(5);
/// How long to wait between two looks at what is being built.
const LOOK: Duration = Duration::from_millis(500);

/// A table that may or may not be there, and the way to it.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: TableName,
    place: String,
}

impl Table {
    /// The way to the table of this connection.
    ///
    /// # Errors
    /// [`CallError::NoRegion`].
    pub async fn connect(connection: &Connection, name: TableName) -> Result<Self, CallError> {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECTION)
            .operation_attempt_timeout(CALL)
            .build();
        let once = connection.client(timeouts).await;
        let Some(region) = once.config().region() else {
            return Err(CallError::NoRegion);
        };
        let place = match &connection.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => format!("DynamoDB in {region}"),
        };
        // Whoever waits for a table can wait for a second attempt too.
        let config = once.config().to_builder();
        let config = config.retry_config(RetryConfig::standard()).build();
        Ok(Self {
            client: Client::from_conf(config),
            name,
            place,
        })
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &TableName {
        &self.name
    }

    /// Where it is, in words.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The region that it is in.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.client.config().region().map(AsRef::as_ref)
    }

    /// What is there.
    ///
    /// # Errors
    /// [`CallError`]; that there is no table is none.
    pub async fn look(&self) -> Result<Option<Found>, CallError> {
        let Some(described) = self.describe().await? else {
            return Ok(None);
        };
        let table = self.name.as_str();
        let expiry = self
            .client
            .describe_time_to_live()
            .table_name(table)
            .send()
            .await;
        let expiry = self.answer(expiry, "dynamodb:DescribeTimeToLive", |answer| {
            answer.time_to_live_description().map(Into::into)
        })?;
        let recovery = self
            .client
            .describe_continuous_backups()
            .table_name(table)
            .send()
            .await;
        let recovery = self.answer(recovery, "dynamodb:DescribeContinuousBackups", |answer| {
            let backups = answer.continuous_backups_description()?;
            let recovery = backups.point_in_time_recovery_description()?;
            let status = recovery.point_in_time_recovery_status()?;
            Some(status.as_str() == "ENABLED")
        })?;
        let arn = described.table_arn().unwrap_or_default();
        let tags = self
            .client
            .list_tags_of_resource()
            .resource_arn(arn)
            .send()
            .await;
        let tags = self.answer(tags, "dynamodb:ListTagsOfResource", |answer| {
            let tags = answer.tags().iter();
            let tags = tags.map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
            Some(tags.collect::<BTreeMap<_, _>>())
        })?;
        Ok(Some(Found::new(&described, expiry, recovery, tags)))
    }

    /// Waits until the table itself is no longer being changed, and answers what is there then.
    ///
    /// # Errors
    /// [`CallError`], and none for a table that has no use: that is for its reader to judge.
    pub async fn settled(&self) -> Result<Option<Found>, CallError> {
        loop {
            match self.look().await? {
                Some(Found {
                    state: State::Changing(_),
                    ..
                }) => tokio::time::sleep(LOOK).await,
                found => return Ok(found),
            }
        }
    }

    /// Waits until the table and all of its indexes can be used.
    ///
    /// # Errors
    /// [`CallError`]; [`CallError::NoTable`] where it has gone.
    pub(crate) async fn active(&self) -> Result<(), CallError> {
        loop {
            let described = self.describe().await?.ok_or_else(|| CallError::NoTable {
                place: self.place.clone(),
            })?;
            let indexes = described.global_secondary_indexes().iter();
            let is_changing = |state: &State| matches!(state, State::Changing(_));
            let waits = is_changing(&described.table_status().into())
                || indexes
                    .map(|index| State::from(index.index_status()))
                    .any(|state| is_changing(&state));
            if !waits {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until there is no table.
    pub(crate) async fn gone(&self) -> Result<(), CallError> {
        while self.describe().await?.is_some() {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    pub(crate) async fn describe(&self) -> Result<Option<TableDescription>, CallError> {
        let call = self.client.describe_table().table_name(self.name.as_str());
        match call.send().await.map_err(|error| self.error(&error)) {
            Ok(answer) => Ok(answer.table),
            Err(CallError::NoTable { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn error<E>(&self, error: &SdkError<E>) -> CallError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        CallError::new(&self.place, error)
    }

    /// What one question was answered.
    fn answer<T, E, A>(
        &self,
        answer: Result<A, SdkError<E>>,
        permission: &'static str,
        read: impl FnOnce(&A) -> Option<T>,
    ) -> Result<Answer<T>, CallError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        match answer.map_err(|error| self.error(&error)) {
            Ok(answer) => Ok(read(&answer).map_or(Answer::NotKnownHere, Answer::Known)),
            Err(CallError::NotKnownHere { .. }) => Ok(Answer::NotKnownHere),
            Err(CallError::Denied { .. }) => Ok(Answer::Denied(permission)),
            Err(error) => Err(error),
        }
    }
}

//! One session in the place of what its writer has seen.

use std::error::Error;

use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    operation::{put_item::PutItemError, update_item::UpdateItemError},
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};
use status_model::{AgentName, Session};

use super::{
    diff,
    error::Cause,
    expression::Expressions,
    item,
    retry::{Failure, Tried},
    schema::{LAST_UPDATED, OVERALL_STATUS},
    table::Table,
    value::{self, Item},
};
use crate::{CommitError, StoreError};

/// The version of an item, which our writers keep.
const VERSION: &str = "version";

/// What became of a write.
#[derive(Debug)]
pub(super) enum Written {
    /// It is done.
    Done,
    /// Something else stands there: this, or nothing.
    Stands(Option<Item>),
    /// It leads into a map that is not there.
    NoSuchPath,
}

impl Table {
    /// Puts `after` in the place of `before`, if that still stands there.
    pub(super) async fn commit(
        &self,
        before: Option<&Session>,
        after: &Session,
    ) -> Result<(), CommitError> {
        let Some(before) = before else {
            return match self.create(after).await? {
                Written::Done => Ok(()),
                _ => Err(CommitError::Conflict),
            };
        };
        if before.version.is_none() {
            return self.replace_as_it_stands(before, after).await;
        }
        match self.replace(before, after).await? {
            Written::Done => Ok(()),
            // It does stand there: a writer that keeps no version has written it in another form.
            Written::Stands(Some(item)) if self.is(&item, before) => {
                self.replace_item(&item, before, after).await
            }
            Written::Stands(_) => Err(CommitError::Conflict),
            Written::NoSuchPath => self.replace_as_it_stands(before, after).await,
        }
    }

    fn is(&self, item: &Item, session: &Session) -> bool {
        self.session(item).is_ok_and(|stands| stands == *session)
    }

    /// Puts an item where none is.
    pub(super) async fn create(&self, session: &Session) -> Result<Written, StoreError> {
        let mut condition = Expressions::default();
        condition.require(self.connection.key.as_str(), None);
        self.put(session, condition).await
    }

    /// Puts a whole item where this one stands, by its version and the time of its last change.
    pub(super) async fn put_over(
        &self,
        stands: &Item,
        session: &Session,
    ) -> Result<Written, StoreError> {
        let mut condition = Expressions::default();
        for name in [VERSION, LAST_UPDATED, OVERALL_STATUS] {
            condition.require(name, stands.get(name));
        }
        condition.require(
            self.connection.key.as_str(),
            stands.get(self.connection.key.as_str()),
        );
        self.put(session, condition).await
    }

    async fn put(&self, session: &Session, condition: Expressions) -> Result<Written, StoreError> {
        let put = self
            .client
            .put_item()
            .table_name(self.name())
            .set_item(Some(value::item(&item::attributes(
                session,
                self.connection.key,
            ))))
            .condition_expression(&condition.condition)
            .set_expression_attribute_names(Some(condition.names.clone()))
            .set_expression_attribute_values(condition.values())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let tried = self.tried(|| put.clone().send()).await;
        let stands = |error: PutItemError| match error {
            PutItemError::ConditionalCheckFailedException(failed) => Some(failed.item),
            _ => None,
        };
        self.written(tried, session, stands)
    }

    /// Attribute by attribute, by the version and the states of the agents that it touches.
    async fn replace(&self, before: &Session, after: &Session) -> Result<Written, StoreError> {
        let version = before.version.map(|v| AttributeValue::N(v.to_string()));
        if before.created_at != after.created_at {
            // Another session in its place, of which nothing of the old one may be a part.
            let mut condition = Expressions::default();
            condition.require(VERSION, version.as_ref());
            return self.put(after, condition).await;
        }
        let key = self.connection.key;
        let steps = diff::steps(
            &item::attributes(before, key),
            &item::attributes(after, key),
        );
        let touched = diff::agents(&steps);
        let mut expressions = Expressions::update(steps);
        expressions.require(VERSION, version.as_ref());
        for (name, agent) in before.agents.iter() {
            if touched.contains(name.as_str()) {
                expressions.require_status(name.as_str(), agent.run.status.as_str());
            }
        }
        self.update(expressions, after).await
    }

    /// Reads what stands there and, where it is what the writer has seen, writes over it.
    async fn replace_as_it_stands(
        &self,
        before: &Session,
        after: &Session,
    ) -> Result<(), CommitError> {
        match self.item(&before.session_id).await? {
            Some(item) if self.is(&item, before) => self.replace_item(&item, before, after).await,
            _ => Err(CommitError::Conflict),
        }
    }

    /// Over an item of a writer that keeps no version: where what is touched, and the time of its
    /// last change, are as they were read, to the letter.
    async fn replace_item(
        &self,
        stands: &Item,
        before: &Session,
        after: &Session,
    ) -> Result<(), CommitError> {
        let written = if before.created_at == after.created_at {
            let key = self.connection.key;
            let attributes = item::attributes(after, key);
            let steps = diff::steps(&item::attributes(before, key), &attributes);
            let steps = diff::grounded(steps, &value::plain(stands), &attributes);
            let touched = diff::agents(&steps);
            let mut expressions = Expressions::update(steps);
            for name in [VERSION, LAST_UPDATED, OVERALL_STATUS] {
                expressions.require(name, stands.get(name));
            }
            for name in AgentName::ALL.map(AgentName::as_str) {
                if touched.contains(name) {
                    expressions.require(name, stands.get(name));
                }
            }
            // An update would create what has gone by now.
            let key = key.as_str();
            expressions.require(key, stands.get(key));
            self.update(expressions, after).await?
        } else {
            self.put_over(stands, after).await?
        };
        match written {
            Written::Done => Ok(()),
            _ => Err(CommitError::Conflict),
        }
    }

    async fn update(&self, steps: Expressions, after: &Session) -> Result<Written, StoreError> {
        if steps.update.is_empty() {
            return Ok(Written::Done);
        }
        let update = self
            .client
            .update_item()
            .table_name(self.name())
            .set_key(Some(self.key(after.session_id.as_str())))
            .update_expression(&steps.update)
            .condition_expression(&steps.condition)
            .set_expression_attribute_names(Some(steps.names.clone()))
            .set_expression_attribute_values(steps.values())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let tried = self.tried(|| update.clone().send()).await;
        let stands = |error: UpdateItemError| match error {
            UpdateItemError::ConditionalCheckFailedException(failed) => Some(failed.item),
            _ => None,
        };
        self.written(tried, after, stands)
    }

    /// What became of a write, told by its answer.
    fn written<T, E>(
        &self,
        tried: Tried<T, E>,
        after: &Session,
        stands: impl Fn(E) -> Option<Option<Item>>,
    ) -> Result<Written, StoreError>
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        self.known.forget(&after.session_id);
        let Err(failure) = tried.result else {
            return Ok(Written::Done);
        };
        let cause = self.cause(&failure);
        if let Failure::Answer(error) = failure
            && let SdkError::ServiceError(answer) = *error
            && let Some(item) = stands(answer.into_err())
        {
            // The first try has been done, and only its answer was lost.
            let is_ours = |item: &Item| tried.is_repeated && self.is(item, after);
            return Ok(match item {
                Some(item) if is_ours(&item) => Written::Done,
                item => Written::Stands(item),
            });
        }
        match cause {
            Cause::NoSuchPath(_) => Ok(Written::NoSuchPath),
            cause => Err(cause.into()),
        }
    }
}

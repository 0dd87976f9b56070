//! An item written, read back and removed again.

use aws_sdk_dynamodb::types::AttributeValue;
use status_store::dynamodb::{KeyName, schema::EXPIRES_AT};

use crate::{
    assess::{Fault, Finding, Subject, Verdict},
    call::CallError,
    table::Table,
};

/// What a test item's id begins with. No session's id has such a character, so it is never taken
/// for one; the policies in `terraform/` let an operator remove nothing else.
pub const TEST_ITEM: &str = "#trade-status-test#";

/// It is removed at once. Should even that fail, the table removes it after this many seconds.
const LIFETIME: i64 = 3600;

/// The attribute by which an item is known to be ours.
const MARK: &str = "mark";

/// An item that was not there before and is not there afterwards. It has no attribute that an index
/// stands on, so that no listing ever shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestItem {
    key: KeyName,
    id: String,
    mark: String,
    expires_at: i64,
}

impl TestItem {
    /// One of its own for each number. `now` is in Unix seconds.
    #[must_use]
    pub fn new(key: KeyName, number: u64, now: i64) -> Self {
        Self {
            key,
            id: format!("{TEST_ITEM}{number:016x}"),
            mark: format!("{number:x}"),
            expires_at: now.saturating_add(LIFETIME),
        }
    }

    /// Its key.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl Table {
    /// Writes the item, reads it back, and removes it again, whatever became of the steps before.
    /// Whoever stops waiting for this leaves the item in the table.
    pub async fn probe(&self, item: &TestItem) -> Finding {
        let tried = self.write_and_read(item).await;
        // What was written without an answer may be there all the same.
        let removed = self.remove(item).await;
        let verdict = match (tried, removed) {
            (_, Err(error)) if !matches!(error, CallError::NoTable { .. }) => {
                Verdict::Bad(Fault::ItemLeft {
                    id: item.id.clone(),
                    reason: error.to_string(),
                })
            }
            (Err(reason), _) => Verdict::Bad(Fault::Item(reason)),
            (Ok(()), _) => Verdict::Good("written, read back and removed".to_owned()),
        };
        Finding {
            subject: Subject::Item,
            verdict,
        }
    }

    async fn write_and_read(&self, item: &TestItem) -> Result<(), String> {
        let written = self.write(item).await;
        written.map_err(|error| format!("it could not be written: {error}"))?;
        let mark = self.read(item).await;
        let mark = mark.map_err(|error| format!("it could not be read back: {error}"))?;
        match mark {
            Some(mark) if mark == item.mark => Ok(()),
            Some(_) => Err("somebody else has written over it".to_owned()),
            None => Err("it was written, and is not there".to_owned()),
        }
    }

    async fn write(&self, item: &TestItem) -> Result<(), CallError> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        self.client
            .put_item()
            .table_name(self.name.as_str())
            .item(item.key.as_str(), text(&item.id))
            .item(MARK, text(&item.mark))
            .item(EXPIRES_AT, AttributeValue::N(item.expires_at.to_string()))
            // Or ours, from an attempt whose answer was lost.
            .condition_expression("attribute_not_exists(#key) OR #mark = :mark")
            .expression_attribute_names("#key", item.key.as_str())
            .expression_attribute_names("#mark", MARK)
            .expression_attribute_values(":mark", text(&item.mark))
            .send()
            .await
            .map(drop)
            .map_err(|error| self.error(&error))
    }

    async fn read(&self, item: &TestItem) -> Result<Option<String>, CallError> {
        let call = self
            .client
            .get_item()
            .table_name(self.name.as_str())
            .key(item.key.as_str(), AttributeValue::S(item.id.clone()))
            .consistent_read(true);
        let answer = call.send().await.map_err(|error| self.error(&error))?;
        let found = answer.item.as_ref();
        Ok(found.map(|found| match found.get(MARK) {
            Some(AttributeValue::S(mark)) => mark.clone(),
            _ => String::new(),
        }))
    }

    async fn remove(&self, item: &TestItem) -> Result<(), CallError> {
        let call = self
            .client
            .delete_item()
            .table_name(self.name.as_str())
            .key(item.key.as_str(), AttributeValue::S(item.id.clone()))
            .condition_expression("attribute_not_exists(#key) OR #mark = :mark")
            .expression_attribute_names("#key", item.key.as_str())
            .expression_attribute_names("#mark", MARK)
            .expression_attribute_values(":mark", AttributeValue::S(item.mark.clone()));
        call.send()
            .await
            .map(drop)
            .map_err(|error| self.error(&error))
    }
}

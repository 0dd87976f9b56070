//! What an index says: keys, and the text that they are sorted by.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use status_model::SessionId;

use super::{
    Index, known::Changes, place::Range, schema::OVERALL_STATUS, table::Table, value::Item,
};
use crate::StoreError;

/// So many entries are read by one call at the most: some 100 KB.
pub(super) const MAX_PAGE: usize = 1_000;

/// A page of an index.
#[derive(Debug, Default)]
pub(super) struct IndexPage {
    /// In the order of the index, from the end: the text that it is sorted by, and the key.
    pub(super) entries: Vec<(String, SessionId)>,
    /// Where it goes on; nothing at the end.
    pub(super) next: Option<Item>,
}

/// Which entries of an index, all of one overall status.
#[derive(Clone, Debug)]
pub(super) enum Entries {
    /// Whose text is from here to there.
    Within(Range),
    /// Whose text starts so.
    StartingWith(String),
}

impl Table {
    /// A page of the entries of an index, from its end on.
    pub(super) async fn entries(
        &self,
        index: Index,
        status: &str,
        entries: &Entries,
        limit: i32,
        start: Option<&Item>,
    ) -> Result<IndexPage, StoreError> {
        let sorted_by = index.sorted_by(self.connection.key);
        let (condition, values) = match entries {
            Entries::Within(range) => (
                "#status = :status AND #text BETWEEN :low AND :high",
                vec![(":low", &range.low), (":high", &range.high)],
            ),
            Entries::StartingWith(text) => (
                "#status = :status AND begins_with(#text, :text)",
                vec![(":text", text)],
            ),
        };
        let call = || {
            let mut query = self
                .client
                .query()
                .table_name(self.name())
                .index_name(index.name())
                .key_condition_expression(condition)
                .expression_attribute_names("#status", OVERALL_STATUS)
                .expression_attribute_names("#text", sorted_by)
                .expression_attribute_values(":status", AttributeValue::S(status.to_owned()))
                .scan_index_forward(false)
                .limit(limit)
                .set_exclusive_start_key(start.cloned());
            for (name, value) in &values {
                let value = AttributeValue::S((*value).clone());
                query = query.expression_attribute_values(*name, value);
            }
            query.send()
        };
        let answer = self.ask(call).await?;
        let text = |entry: &Item, name: &str| entry.get(name)?.as_s().ok().cloned();
        let entries = answer.items.unwrap_or_default();
        let entries = entries.iter().filter_map(|entry| {
            // What is no id was put there by somebody else, and is no session.
            let id = text(entry, self.connection.key.as_str())?.parse().ok()?;
            Some((text(entry, sorted_by)?, id))
        });
        Ok(IndexPage {
            entries: entries.collect(),
            next: answer.last_evaluated_key,
        })
    }

    /// The last changes of all sessions in these states that somebody has changed within the range.
    pub(super) async fn changes(
        &self,
        statuses: &[String],
        range: Range,
    ) -> Result<Changes, StoreError> {
        let entries = Entries::Within(range);
        let limit = i32::try_from(MAX_PAGE).unwrap_or(i32::MAX);
        let walks = statuses.iter().map(async |status| {
            let mut changes = Vec::new();
            let mut start = None;
            loop {
                let page = self.entries(Index::Updated, status, &entries, limit, start.as_ref());
                let page = page.await?;
                changes.extend(page.entries.into_iter().map(|(text, id)| (id, text)));
                start = page.next;
                if start.is_none() {
                    return Ok::<_, StoreError>(changes);
                }
            }
        });
        Ok(try_join_all(walks).await?.into_iter().flatten().collect())
    }
}

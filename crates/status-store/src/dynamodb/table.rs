//! The table as the rest of the store sees it: items by key, keys by index.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    types::{AttributeValue, KeysAndAttributes},
};
use futures_util::future::try_join_all;
use serde_json::{Map, Value};
use status_model::{Session, SessionId};

use super::{
    Connection,
    error::{self, Cause},
    item,
    known::{Changes, KnownSessions},
    retry::{self, Tried},
    schema::LAST_UPDATED,
    value::{self, Item},
};
use crate::{StoreError, damage::Damage, writer::Random};

/// So many items are read by one call; the service takes no more.
const BATCH: usize = 100;

/// So often a busy table may give none of the items that it is asked for.
const MAX_EMPTY_ANSWERS: u32 = 8;

/// No id is like this, so no item is there.
const NOBODY: &str = "/";

/// The table, and what is known of how to ask it.
pub(super) struct Table {
    pub(super) client: Client,
    pub(super) connection: Connection,
    pub(super) known: KnownSessions,
    random: Box<Random>,
    damage: Damage,
}

impl Table {
    pub(super) fn new(client: Client, connection: Connection, random: Box<Random>) -> Self {
        Self {
            client,
            connection,
            known: KnownSessions::default(),
            random,
            damage: Damage::default(),
        }
    }

    /// The name of the table.
    pub(super) fn name(&self) -> &str {
        &self.connection.table
    }

    /// The key of an item, as calls take it.
    pub(super) fn key(&self, id: &str) -> Item {
        let id = AttributeValue::S(id.to_owned());
        Item::from([(self.connection.key.as_str().to_owned(), id)])
    }

    /// One call, with as many tries as fit.
    pub(super) async fn tried<T, E, F>(&self, call: impl FnMut() -> F) -> Tried<T, E>
    where
        F: Future<Output = Result<T, SdkError<E>>>,
        E: ProvideErrorMetadata,
    {
        retry::tried(&retry::POLICY, &self.random, call).await
    }

    /// Why a call failed.
    pub(super) fn cause<E>(&self, failure: &retry::Failure<E>) -> Cause
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        error::cause(&self.connection, failure)
    }

    /// One call that only reads.
    pub(super) async fn ask<T, E, F>(&self, call: impl FnMut() -> F) -> Result<T, Cause>
    where
        F: Future<Output = Result<T, SdkError<E>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let result = self.tried(call).await.result;
        result.map_err(|failure| self.cause(&failure))
    }

    /// Is it there, and is its key the one that is named?
    pub(super) async fn probe(&self) -> Result<(), Cause> {
        let call = || {
            let get = self.client.get_item().table_name(self.name());
            get.set_key(Some(self.key(NOBODY))).send()
        };
        self.ask(call).await.map(drop)
    }

    /// The item under the id, as of now.
    pub(super) async fn item(&self, id: &SessionId) -> Result<Option<Item>, StoreError> {
        let call = || {
            let get = self.client.get_item().table_name(self.name());
            let get = get.set_key(Some(self.key(id.as_str())));
            // A viewer who is told of a change is to see it, and a writer what it writes over.
            get.consistent_read(true).send()
        };
        Ok(self.ask(call).await?.item)
    }

    /// The session of an item.
    pub(super) fn session(&self, item: &Item) -> Result<Session, StoreError> {
        self.read(value::plain(item))
    }

    fn read(&self, plain: Map<String, Value>) -> Result<Session, StoreError> {
        let key = self.connection.key.as_str();
        let id = plain.get(key).and_then(Value::as_str).unwrap_or_default();
        let id = id.to_owned();
        match item::session(plain) {
            Ok(session) => {
                self.damage.partial(&session);
                Ok(session)
            }
            Err(error) => {
                self.damage.broken(&id, &error);
                Err(StoreError::Refused(format!("{id}: {error}")))
            }
        }
    }

    /// The sessions under these ids, in their order, but for those that are gone by now or can't
    /// be read.
    pub(super) async fn sessions(&self, ids: &[SessionId]) -> Result<Vec<Session>, StoreError> {
        self.sessions_since(ids, &Changes::new()).await
    }

    /// The same, where those are not read again that are known as they are since their last
    /// changes.
    pub(super) async fn sessions_since(
        &self,
        ids: &[SessionId],
        changes: &Changes,
    ) -> Result<Vec<Session>, StoreError> {
        let mut asked = HashSet::new();
        let ids: Vec<_> = ids.iter().filter(|id| asked.insert(*id)).collect();
        let mut found: HashMap<&SessionId, Session> = HashMap::with_capacity(ids.len());
        for id in &ids {
            found.extend(self.known.get(id, changes).map(|session| (*id, session)));
        }
        let unknown: Vec<_> = ids
            .iter()
            .copied()
            .filter(|id| !found.contains_key(id))
            .collect();
        let batches = try_join_all(unknown.chunks(BATCH).map(|ids| self.batch(ids))).await?;
        let mut read: HashMap<SessionId, Session> = HashMap::with_capacity(unknown.len());
        for item in batches.iter().flatten() {
            let Ok(session) = self.session(item) else {
                continue;
            };
            if let Some(AttributeValue::S(last_updated)) = item.get(LAST_UPDATED) {
                self.known.keep(&session, last_updated);
            }
            read.insert(session.session_id.clone(), session);
        }
        let of = |id| found.remove(id).or_else(|| read.remove(id));
        Ok(ids.into_iter().filter_map(of).collect())
    }

    async fn batch(&self, ids: &[&SessionId]) -> Result<Vec<Item>, StoreError> {
        let mut keys: Vec<Item> = ids.iter().map(|id| self.key(id.as_str())).collect();
        let mut items = Vec::with_capacity(keys.len());
        // What a busy table leaves out is asked for again, as long as it gives anything.
        while !keys.is_empty() {
            let request = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .build()
                .map_err(|error| StoreError::Refused(error.to_string()))?;
            let answer = self.part_of(&request).await?;
            keys = answer.1;
            items.extend(answer.0);
        }
        Ok(items)
    }

    /// Some of the items, at least one, and the keys of the others.
    async fn part_of(
        &self,
        request: &KeysAndAttributes,
    ) -> Result<(Vec<Item>, Vec<Item>), StoreError> {
        for tries in 1..=MAX_EMPTY_ANSWERS {
            let call = || {
                let get = self.client.batch_get_item();
                get.request_items(self.name(), request.clone()).send()
            };
            let mut answer = self.ask(call).await?;
            let items = answer
                .responses
                .as_mut()
                .and_then(|r| r.remove(self.name()));
            let items = items.unwrap_or_default();
            let left = answer
                .unprocessed_keys
                .as_mut()
                .and_then(|k| k.remove(self.name()));
            let left = left.map(|left| left.keys).unwrap_or_default();
            if !items.is_empty() || left.is_empty() {
                return Ok((items, left));
            }
            tokio::time::sleep(retry::POLICY.delay(tries, (self.random)())).await;
        }
        Err(StoreError::Unavailable(
            "the table is too busy to give the items of a page".to_owned(),
        ))
    }
}

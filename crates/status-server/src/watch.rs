//! What viewers look at, read once however many they are.
//!
//! Everything that can be looked at is a [`Watched`]. The [`Hub`] keeps one entry for each that
//! somebody looks at: its content as it goes over the wire, and when that was read. An entry
//! young enough is answered without asking the store, and never is the store asked more than
//! twice a second for the same thing. Viewers may wait for a change; one task an entry then looks
//! for them all.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`key`] | [`Watched`]: what can be looked at, and how the store is asked for it |
//! | [`snapshot`] | [`Content`]: the answer as it goes over the wire, with its [`EntityTag`] |
//! | `conditional` | `If-None-Match`: which snapshot a viewer has already; `If-Match`: which one is to be changed |
//! | [`hub`] | [`Hub`]: looking, waiting, telling of a change |
//! | [`telling_store`] | a store that tells the hub of what is written to it |
//! | `entry` | one watched thing: its latest reading, its single flight, its waiters |
//! | `link` | the address of the next page |
//! | `pace` | no more than two reads in a second |
//! | `shards` | the entries by key, and how they are forgotten |

mod conditional;
mod entry;
pub mod hub;
pub mod key;
mod link;
mod pace;
mod shards;
pub mod snapshot;
pub mod telling_store;

pub(crate) use conditional::{IfMatch, IfNoneMatch};
pub use hub::{Held, Hub, Reading};
pub use key::Watched;
pub use snapshot::{Content, EntityTag, Snapshot};
pub use telling_store::TellingStore;

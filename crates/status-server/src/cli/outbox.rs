//! Where reports wait while the store is away, as it is given.

use std::path::PathBuf;

use clap::Args;
use status_store::Outbox;

use super::store::StoreArguments;

#[derive(Args)]
pub(super) struct OutboxArguments {
    /// The directory in which reports wait while the store is away; several programs may share it
    #[arg(
        long,
        value_name = "DIR",
        env = "TRADE_STATUS_OUTBOX",
        default_value = "data/outbox"
    )]
    outbox: PathBuf,
}

impl OutboxArguments {
    /// The outbox of reports to this store, with what earlier programs have left there for it.
    pub(super) fn open(&self, store: &StoreArguments) -> Outbox {
        Outbox::open(&self.outbox, &store.identity())
    }
}

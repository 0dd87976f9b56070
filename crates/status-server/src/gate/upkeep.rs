//! The access file, looked at twice a second.

use std::{sync::Arc, time::Duration};

use access::Register;
use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval},
};
use tracing::{error, info};

use super::Gate;
use crate::clock::Clock;

/// A token that was revoked lets nobody in after this.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often what is over is removed. It lets nobody in meanwhile.
const PURGE_EVERY: Duration = Duration::from_hours(1);

/// Looks until it is dropped.
pub struct Upkeep(JoinHandle<()>);

impl Upkeep {
    pub(super) fn start(register: Arc<Register>, clock: Clock) -> Self {
        Self(tokio::spawn(keep_up(register, clock)))
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn keep_up(register: Arc<Register>, clock: Clock) {
    let mut times = interval(LOOK_EVERY);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut purge_at = Instant::now();
    let mut is_well = true;
    loop {
        times.tick().await;
        let is_due = Instant::now() >= purge_at;
        if is_due {
            purge_at += PURGE_EVERY;
        }
        let looked = Gate::change(&register, move |register| {
            if is_due {
                register.purge(clock())?;
            }
            register.refresh(clock())
        });
        // Told once, not twice a second.
        match looked.await {
            Ok(()) if !is_well => {
                info!("the access file can be read and written again");
                is_well = true;
            }
            Err(error) if is_well => {
                error!(
                    %error,
                    "who may get in can't be looked up: after a minute of this nobody may"
                );
                is_well = false;
            }
            _ => {}
        }
    }
}

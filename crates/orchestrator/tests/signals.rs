//! Signals. Alone in its program, for they go to the whole of it.
#![cfg(unix)]

use std::time::Duration;

use orchestrator::{Phase, stop::on_signals};
use rustix::process::{Signal, getpid, kill_process};

#[tokio::test]
async fn the_first_signal_drains_and_the_second_stops() {
    let mut stop = on_signals(Duration::from_hours(1)).unwrap();
    kill_process(getpid(), Signal::TERM).unwrap();
    stop.reached(Phase::Draining).await;
    kill_process(getpid(), Signal::INT).unwrap();
    stop.reached(Phase::Stopping).await;
}

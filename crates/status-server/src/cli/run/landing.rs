//! The end of a run: what waits in the outbox is waited for.

use std::time::Duration;

use orchestrator::{Phase, Stop};
use status_store::{Outbox, StatusWriter};
use tokio::time::timeout;

use super::Progress;

/// How long the end of a run waits for a store that is away.
const PATIENCE: Duration = Duration::from_mins(1);

/// Reports that do not stand in the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Unwritten {
    /// So many still wait.
    pub(super) kept: usize,
    /// So many were given up after they had waited, or found no room to wait.
    pub(super) dropped: u64,
}

/// Waits until everything is written, the time is over or somebody says to stop; answers what is
/// left, and says where.
pub(super) async fn land(writer: &StatusWriter, progress: &Progress, mut stop: Stop) -> Unwritten {
    let Some(outbox) = writer.outbox() else {
        return Unwritten::default();
    };
    let mut waiting = outbox.watch();
    let landed = async {
        if !outbox.is_empty() {
            progress.note(&format!(
                "Waiting up to {} s for the store to take {}.",
                PATIENCE.as_secs(),
                reports(outbox.len())
            ));
        }
        loop {
            let left = *waiting.borrow_and_update();
            if left == 0 {
                return;
            }
            progress.wait_for(&reports(left));
            // The sender is the outbox, which is still there.
            if waiting.changed().await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        _ = timeout(PATIENCE, landed) => {}
        () = stop.reached(Phase::Stopping) => {}
    }
    let health = writer.health();
    if health.outbox_reports > 0 {
        progress.note(&left_over(outbox, health.outbox_reports));
    }
    Unwritten {
        kept: health.outbox_reports,
        dropped: health.dropped,
    }
}

/// What has happened, what it means, what to do.
fn left_over(outbox: &Outbox, count: usize) -> String {
    let (reports, place) = (reports(count), outbox.directory().display());
    if outbox.is_durable() {
        format!(
            "The store is away, so {reports} could not be written, only kept in {place}: the next \
             run with this outbox and this store writes what is there."
        )
    } else {
        format!(
            "The store is away and the outbox {place} can't be written, so the end of this run \
             loses {reports}. Check who may write in that directory, and its disk."
        )
    }
}

fn reports(count: usize) -> String {
    match count {
        1 => "1 report".to_owned(),
        count => format!("{count} reports"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_with_its_place_and_what_to_do() {
        let directory = tempfile::tempdir().unwrap();
        let kept = left_over(&Outbox::open(directory.path(), "test"), 1);
        let place = directory.path().display().to_string();
        assert!(
            kept.contains("1 report ") && kept.contains(&place),
            "{kept}"
        );
        assert!(kept.contains("the next run"), "{kept}");

        let file = directory.path().join("file");
        std::fs::write(&file, "").unwrap();
        let lost = left_over(&Outbox::open(&file, "test"), 2);
        assert!(lost.contains("loses 2 reports"), "{lost}");
    }
}

//! How the server's own writer is doing, where it has one.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
    registry::Unit,
};
use status_store::StatusWriter;

/// What is told of a writer, once there is one. Cloning it shares the writer.
#[derive(Clone, Default)]
pub struct WriterMetrics(Arc<OnceLock<StatusWriter>>);

impl WriterMetrics {
    /// From now on this writer is told of. There is one in a server: a second one is not.
    pub fn watch(&self, writer: StatusWriter) {
        let _ = self.0.set(writer);
    }
}

impl fmt::Debug for WriterMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriterMetrics").finish_non_exhaustive()
    }
}

impl Collector for WriterMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let Some(writer) = self.0.get() else {
            return Ok(());
        };
        let health = writer.health();
        let mut tell = |name, help, unit: Option<&Unit>, metric: &dyn EncodeMetric| {
            let kind = metric.metric_type();
            metric.encode(encoder.encode_descriptor(name, help, unit, kind)?)
        };
        tell(
            "writer_retries",
            "Times that a status report was tried again",
            None,
            &ConstCounter::new(health.retries),
        )?;
        tell(
            "writer_dropped",
            "Status reports that were given up",
            None,
            &ConstCounter::new(health.dropped),
        )?;
        let reports = i64::try_from(health.outbox_reports).unwrap_or(i64::MAX);
        tell(
            "writer_outbox_reports",
            "Status reports that wait for the store",
            None,
            &ConstGauge::new(reports),
        )?;
        let age = health.outbox_oldest_age.unwrap_or_default();
        tell(
            "writer_outbox_oldest_age",
            "Age of the oldest status report that waits for the store; 0 where none does",
            Some(&Unit::Seconds),
            &ConstGauge::new(age.as_secs_f64()),
        )
    }
}

#[cfg(test)]
mod tests {
    use status_model::{Timestamp, change::FinalStatus};
    use status_store::{Outbox, SqliteStore};

    use crate::metrics::Metrics;

    use super::*;

    fn lines(metrics: &Metrics) -> Vec<String> {
        let text = metrics.text();
        let of_writer = text
            .lines()
            .filter(|line| line.starts_with("trade_status_writer"));
        of_writer.map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn a_writer_is_told_of_once_there_is_one() {
        let metrics = Metrics::new();
        assert!(lines(&metrics).is_empty());
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(directory.path().join("status.db")).unwrap();
        let now = || Timestamp::from_unix_millis(1_795_336_260_000);
        let writer = StatusWriter::new(Arc::new(store), now, || 0.5)
            .with_outbox(Outbox::open(&directory.path().join("outbox"), "test"));
        metrics.writer.watch(writer.clone());
        let id = "nobody".parse().unwrap();
        // Refused, and so neither tried again nor kept.
        writer.finalize_status(&id, FinalStatus::Failed).await;
        assert_eq!(
            lines(&metrics),
            [
                "trade_status_writer_retries_total 0",
                "trade_status_writer_dropped_total 0",
                "trade_status_writer_outbox_reports 0",
                "trade_status_writer_outbox_oldest_age_seconds 0.0",
            ]
        );
    }
}

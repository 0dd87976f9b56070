//! Counters and gauges, in the text format that Prometheus reads.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`counted_store`] | a store that counts what it is asked |
//! | [`writer`] | how the server's own writer is doing |

pub mod counted_store;
pub mod writer;

use std::time::Duration;

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

pub use counted_store::CountedStore;
pub use writer::WriterMetrics;

/// Everything that is counted. Cloning it shares the counters.
#[derive(Clone)]
pub struct Metrics {
    registry: std::sync::Arc<Registry>,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram>,
    waits: Histogram,
    /// Of the connections.
    pub connections: ConnectionMetrics,
    /// Of the watching.
    pub watch: WatchMetrics,
    /// Of the store.
    pub store: StoreMetrics,
    /// Of the writer, where the server has one.
    pub writer: WriterMetrics,
    /// Workflows that this server has under way.
    pub workflows: Gauge,
}

/// Who is connected. Cloning it shares the counters.
#[derive(Clone, Default)]
pub struct ConnectionMetrics {
    /// Connections that are open.
    pub open: Gauge,
    /// Connections that were turned away because all places were taken.
    pub turned_away: Counter,
}

/// How much is watched. Cloning it shares the gauges.
#[derive(Clone, Default)]
pub struct WatchMetrics {
    /// Requests that are being held until something changes.
    pub waiting: Gauge,
    /// Things that the store is asked for again and again because somebody waits for them.
    pub watched: Gauge,
}

/// What the store is asked. Cloning it shares the counters.
#[derive(Clone, Default)]
pub struct StoreMetrics {
    calls: Family<StoreLabels, Counter>,
}

impl StoreMetrics {
    fn count(&self, operation: &'static str, outcome: &'static str) {
        let labels = StoreLabels { operation, outcome };
        self.calls.get_or_create(&labels).inc();
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StoreLabels {
    operation: &'static str,
    outcome: &'static str,
}

/// From 50 µs to 13 s.
fn latency() -> Histogram {
    Histogram::new(exponential_buckets(0.000_05, 4.0, 10))
}

impl Metrics {
    /// The media type of [`Metrics::text`].
    pub const MEDIA_TYPE: &'static str =
        "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// All at zero.
    #[must_use]
    pub fn new() -> Self {
        let requests = Family::default();
        let durations = Family::new_with_constructor(latency as fn() -> Histogram);
        let waits = Histogram::new([0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 25.0]);
        let connections = ConnectionMetrics::default();
        let watch = WatchMetrics::default();
        let store = StoreMetrics::default();
        let writer = WriterMetrics::default();
        let workflows = Gauge::default();

        let mut registry = Registry::with_prefix("trade_status");
        registry.register(
            "http_requests",
            "Requests answered, by route, method and status",
            requests.clone(),
        );
        registry.register(
            "http_request_duration_seconds",
            "Time to the answer, of requests that were not held",
            durations.clone(),
        );
        registry.register(
            "http_wait_seconds",
            "Time to the answer, of requests that asked to be held until a change",
            waits.clone(),
        );
        registry.register(
            "connections",
            "Connections that are open",
            connections.open.clone(),
        );
        registry.register(
            "connections_turned_away",
            "Connections that were turned away because all places were taken",
            connections.turned_away.clone(),
        );
        registry.register(
            "waiting_viewers",
            "Requests that are being held until a change",
            watch.waiting.clone(),
        );
        registry.register(
            "watched_keys",
            "Things that somebody waits for, each read at most twice a second",
            watch.watched.clone(),
        );
        registry.register(
            "store_calls",
            "Calls of the store, by operation and outcome",
            store.calls.clone(),
        );
        registry.register_collector(Box::new(writer.clone()));
        registry.register(
            "workflows_running",
            "Workflows that this server has under way",
            workflows.clone(),
        );
        Self {
            registry: registry.into(),
            requests,
            durations,
            waits,
            connections,
            watch,
            store,
            writer,
            workflows,
        }
    }

    /// Counts an answer. `was_held` for one that could have been held.
    pub fn answered(
        &self,
        route: &'static str,
        method: &http::Method,
        status: http::StatusCode,
        after: Duration,
        was_held: bool,
    ) {
        let labels = RequestLabels {
            route,
            method: method_label(method),
            status: status.as_u16(),
        };
        self.requests.get_or_create(&labels).inc();
        let seconds = after.as_secs_f64();
        if was_held {
            self.waits.observe(seconds);
        } else {
            let histogram = self.durations.get_or_create(&RouteLabels { route });
            histogram.observe(seconds);
        }
    }

    /// As Prometheus reads it.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a text can't fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// A label has few values, whatever methods a client invents.
fn method_label(method: &http::Method) -> &'static str {
    match *method {
        http::Method::GET => "GET",
        http::Method::HEAD => "HEAD",
        http::Method::PUT => "PUT",
        http::Method::PATCH => "PATCH",
        http::Method::POST => "POST",
        http::Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

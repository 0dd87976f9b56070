//! What the server counts, as its `/metrics` tells it.

/// An answer of `/metrics`.
pub struct Metrics(pub String);

impl Metrics {
    /// The sum of a metric over all series that have these labels; 0 without any.
    #[must_use]
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let series = self.0.lines().filter_map(|line| {
            let (key, value) = line.rsplit_once(' ')?;
            let rest = key.strip_prefix(name)?;
            let known = match rest {
                "" => "",
                _ => rest.strip_prefix('{')?.strip_suffix('}')?,
            };
            labels
                .iter()
                .all(|(name, value)| has(known, name, value))
                .then(|| value.parse::<f64>().ok())?
        });
        series.sum()
    }

    /// Requests answered on every route but `/metrics`, which counts whoever counts.
    #[must_use]
    pub fn requests(&self) -> f64 {
        let name = "trade_status_http_requests_total";
        self.sum(name, &[]) - self.sum(name, &[("route", "/metrics")])
    }

    /// Requests that are being held until something changes.
    #[must_use]
    pub fn waiting(&self) -> f64 {
        self.sum("trade_status_waiting_viewers", &[])
    }

    /// Calls of the store by one operation, whatever came of them.
    #[must_use]
    pub fn store_calls(&self, operation: &str) -> f64 {
        let name = "trade_status_store_calls_total";
        self.sum(name, &[("operation", operation)])
    }
}

/// Is the label among those of a series, as in `route="/metrics",method="GET"`?
fn has(labels: &str, name: &str, value: &str) -> bool {
    let label = format!("{name}=\"{value}\"");
    labels.split("\",").any(|part| {
        // The last part has kept its quote, the others have lost it.
        part == label || label.strip_suffix('"') == Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "small whole numbers")]
    fn series_are_summed_by_name_and_labels() {
        let metrics = Metrics(
            "# TYPE trade_status_http_requests counter\n\
             trade_status_http_requests_total{route=\"/api/workflow/{sessionId}/status\",method=\"GET\",status=\"200\"} 3\n\
             trade_status_http_requests_total{route=\"portal\",method=\"GET\",status=\"200\"} 4\n\
             trade_status_http_requests_total{route=\"/metrics\",method=\"GET\",status=\"200\"} 5\n\
             trade_status_waiting_viewers 2\n\
             trade_status_store_calls_total{operation=\"get\",outcome=\"ok\"} 7\n\
             trade_status_store_calls_total{operation=\"get\",outcome=\"unavailable\"} 1\n\
             # EOF\n"
                .to_owned(),
        );
        assert_eq!(metrics.requests(), 7.0);
        assert_eq!(metrics.waiting(), 2.0);
        assert_eq!(metrics.store_calls("get"), 8.0);
        assert_eq!(metrics.store_calls("list"), 0.0);
        let status = [("status", "200"), ("route", "portal")];
        assert_eq!(
            metrics.sum("trade_status_http_requests_total", &status),
            4.0
        );
        assert_eq!(metrics.sum("trade_status_waiting", &[]), 0.0);
    }
}

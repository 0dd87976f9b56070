//! The calls of the status API that the figures need.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::http::{self, Answer, Connection, HttpAddress};
use crate::metrics::Metrics;

/// The status API of one server, over one connection.
pub struct Api {
    address: HttpAddress,
    connection: Connection,
}

impl Api {
    /// Connects.
    ///
    /// # Errors
    /// Where it is not answered with a 2xx.
    pub async fn connect(address: HttpAddress) -> Result<Self> {
        let connection = Connection::open(address)
            .await
            .with_context(|| format!("the server at {address} can't be reached"))?;
        Ok(Self {
            address,
            connection,
        })
    }

    /// Starts a session.
    ///
    /// # Errors
    /// Where it is not answered with a 2xx.
    pub async fn start(&mut self, id: &str) -> Result<()> {
        let body = json!({
            "correlationId": format!("corr_{id}"),
            "documentId": "FAB_26933659",
            "sourceType": "BANK",
        });
        self.write("PUT", &format!("/api/workflow/{id}"), &body)
            .await
    }

    /// Starts a session whose first agent is done and whose second one runs.
    ///
    /// # Errors
    /// Where it is not answered with a 2xx.
    pub async fn start_running(&mut self, id: &str) -> Result<()> {
        self.start(id).await?;
        self.report(id, "pdfAdapter", &json!({"status": "in-progress"}))
            .await?;
        let done = json!({
            "status": "success",
            "activity": "Text extraction complete",
            "tokenUsage": {"inputTokens": 13_212, "outputTokens": 957, "totalTokens": 14_169},
        });
        self.report(id, "pdfAdapter", &done).await?;
        let runs = json!({
            "status": "in-progress",
            "activity": "Extracting structured trade data",
        });
        self.report(id, "tradeExtraction", &runs).await
    }

    /// Reports on an agent.
    ///
    /// # Errors
    /// Where it is not answered with a 2xx.
    pub async fn report(&mut self, id: &str, agent: &str, report: &Value) -> Result<()> {
        let path = format!("/api/workflow/{id}/agents/{agent}");
        self.write("PATCH", &path, report).await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Where it is not answered with a 2xx.
    pub async fn finalize(&mut self, id: &str, overall_status: &str) -> Result<()> {
        let body = json!({ "overallStatus": overall_status });
        self.write("POST", &format!("/api/workflow/{id}/finalize"), &body)
            .await
    }

    /// The session's entity tag.
    ///
    /// # Errors
    /// Where it is not answered with a 2xx.
    pub async fn etag(&mut self, id: &str) -> Result<String> {
        let answer = self.get(&status_path(id)).await?;
        let etag = answer.etag.context("the status has no ETag")?;
        Ok(etag.to_owned())
    }

    /// What the server counts.
    ///
    /// # Errors
    /// Where it is not answered with a 2xx.
    pub async fn metrics(&mut self) -> Result<Metrics> {
        let answer = self.get("/metrics").await?;
        Ok(Metrics(String::from_utf8(answer.body.to_vec())?))
    }

    /// The bytes before the body of what a browser gets from a path.
    ///
    /// # Errors
    /// Where it is not answered with a 2xx.
    pub async fn head_length(&mut self, path: &str) -> Result<usize> {
        let accept = [("Accept-Encoding", "gzip, deflate, br, zstd")];
        let request = http::request(self.address, "GET", path, &accept, "");
        Ok(self.send("GET", path, &request).await?.head_length)
    }

    /// A 2xx answer.
    ///
    /// # Errors
    /// Where it is not answered with a 2xx.
    pub async fn get(&mut self, path: &str) -> Result<Answer<'_>> {
        let request = http::request(self.address, "GET", path, &[], "");
        self.send("GET", path, &request).await
    }

    async fn write(&mut self, method: &str, path: &str, body: &Value) -> Result<()> {
        let request = http::request(self.address, method, path, &[], &body.to_string());
        self.send(method, path, &request).await?;
        Ok(())
    }

    async fn send(&mut self, method: &str, path: &str, request: &[u8]) -> Result<Answer<'_>> {
        let answer = self.connection.exchange(request).await;
        let answer = answer.with_context(|| format!("{method} {path} has no answer"))?;
        if !(200..300).contains(&answer.status) {
            let body = String::from_utf8_lossy(answer.body);
            bail!("{method} {path} is answered with {}: {body}", answer.status);
        }
        Ok(answer)
    }
}

/// Where a session's status is.
#[must_use]
pub fn status_path(id: &str) -> String {
    format!("/api/workflow/{id}/status")
}

/// A page of sessions that answers `query`, as in `limit=50`.
#[must_use]
pub fn recent_path(query: &str) -> String {
    format!("/api/workflow/recent?{query}")
}

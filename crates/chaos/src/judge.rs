//! Is what was acknowledged there, and whole?

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use harness::http::{Connection, HttpAddress, request};
use rusqlite::OpenFlags;
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use crate::story::{is_whole, status_path};

/// What was found wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Sessions that were looked at.
    pub sessions: u64,
    /// Acknowledged steps that are not there.
    pub lost: u64,
    /// Sessions in which something stands that does not go together, or that nobody has reported.
    pub torn: u64,
}

impl Verdict {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.lost += other.lost;
        self.torn += other.torn;
    }

    fn on(id: &str, acknowledged: u64, at_most: u64, found: Option<&Value>) -> Self {
        let version = found.and_then(|status| status["version"].as_u64());
        let seen = version.unwrap_or_default();
        // A step whose acknowledgement was lost may have been done.
        let is_known = seen <= at_most + 1;
        let is_torn = found.is_some_and(|status| !is_known || !is_whole(id, status));
        Self {
            sessions: 1,
            lost: acknowledged.saturating_sub(seen),
            torn: u64::from(is_torn),
        }
    }
}

/// Asks the server for each of the sessions.
pub async fn sessions(
    address: HttpAddress,
    acknowledged: &BTreeMap<String, u64>,
) -> Result<Verdict> {
    sessions_between(address, acknowledged, acknowledged).await
}

/// Asks a server for each of the sessions whose store is of some moment between two: what was
/// acknowledged before has to be there, and nothing that was not reported until after.
pub async fn sessions_between(
    address: HttpAddress,
    acknowledged: &BTreeMap<String, u64>,
    after: &BTreeMap<String, u64>,
) -> Result<Verdict> {
    let mut connection = Connection::open(address).await?;
    let mut verdict = Verdict::default();
    for (id, step) in acknowledged {
        let path = status_path(id);
        let answer = connection
            .exchange(&request(address, "GET", &path, &[], ""))
            .await
            .with_context(|| format!("{path} has no answer"))?;
        let found: Option<Value> = match answer.status {
            200 => Some(serde_json::from_slice(answer.body)?),
            404 => None,
            status => bail!("{path} is answered with {status}"),
        };
        let at_most = after.get(id).unwrap_or(step);
        verdict.add(Verdict::on(id, *step, *at_most, found.as_ref()));
    }
    Ok(verdict)
}

/// What `SQLite` itself says of the file, of which a copy is looked at as it was left: nobody has
/// repaired it yet.
pub async fn file(store: &Path) -> Result<bool> {
    let store = store.to_path_buf();
    spawn_blocking(move || {
        let directory = TempDir::new().context("there is no place for a copy of the store")?;
        let copy = directory.path().join("copy.db");
        for suffix in ["", "-wal"] {
            let with = |path: &Path| {
                let mut name = path.as_os_str().to_owned();
                name.push(suffix);
                name
            };
            if Path::new(&with(&store)).exists() {
                fs::copy(with(&store), with(&copy)).context("the store can't be copied")?;
            }
        }
        let connection =
            rusqlite::Connection::open_with_flags(&copy, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let answer: String =
            connection.query_row("PRAGMA integrity_check", (), |row| row.get(0))?;
        Ok(answer == "ok")
    })
    .await?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(version: u64) -> Value {
        let pending = json!({ "status": "pending", "activity": null, "tokenUsage": null });
        let mut status = json!({
            "version": version, "documentId": "a", "overallStatus": "initializing",
            "agents": {
                "pdfAdapter": pending, "tradeExtraction": pending, "tradeMatching": pending,
                "exceptionManagement": pending,
            },
        });
        if version == 2 {
            status["agents"]["pdfAdapter"] =
                json!({ "status": "in-progress", "activity": "step 2", "tokenUsage": null });
        }
        status
    }

    #[test]
    fn what_was_acknowledged_has_to_be_there() {
        assert_eq!(Verdict::on("a", 1, 1, Some(&found(1))).lost, 0);
        assert_eq!(Verdict::on("a", 2, 2, Some(&found(1))).lost, 1);
        assert_eq!(Verdict::on("a", 3, 3, None).lost, 3);
    }

    #[test]
    fn one_step_more_may_have_been_done_and_no_more() {
        assert_eq!(Verdict::on("a", 1, 1, Some(&found(2))).torn, 0);
        assert_eq!(Verdict::on("a", 0, 0, Some(&found(2))).torn, 1);
        assert_eq!(Verdict::on("a", 0, 1, Some(&found(2))).torn, 0);
        let mut torn = found(2);
        torn["agents"]["pdfAdapter"]["activity"] = Value::Null;
        assert_eq!(Verdict::on("a", 2, 2, Some(&torn)).torn, 1);
    }
}

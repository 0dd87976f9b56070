//! Somebody who waits for one change of a session after the other.

use std::time::Duration;

use harness::http::{Connection, HttpAddress, request};
use tokio::sync::watch;
use tokio::time::timeout;

/// After so long without an answer a viewer counts as forgotten.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// The last version of each session; nothing while there is more to come.
pub type Last = watch::Receiver<Option<Vec<u64>>>;

/// A viewer.
pub struct Viewer {
    /// Of which server.
    pub address: HttpAddress,
    /// Where the status is.
    pub path: String,
    /// Which of the sessions it is.
    pub session: usize,
    /// What lets it in, where somebody has to be let in.
    pub token: Option<String>,
}

/// What one viewer has seen.
#[derive(Clone, Debug, Default)]
pub struct Viewed {
    changes: u64,
    skipped: u64,
    /// What was wrong, where something was.
    pub wrong: Option<String>,
    is_up_to_date: bool,
}

/// What viewers were told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    /// Changes.
    pub changes: u64,
    /// Answers that were wrong, or none.
    pub wrong: u64,
    /// Viewers that did not come to know the last change.
    pub starved: u64,
    /// Changes that came together with the next one.
    pub skipped: u64,
}

impl Told {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.changes += other.changes;
        self.wrong += other.wrong;
        self.starved += other.starved;
        self.skipped += other.skipped;
    }
}

impl From<&Viewed> for Told {
    fn from(viewed: &Viewed) -> Self {
        Self {
            changes: viewed.changes,
            wrong: viewed.wrong.is_some().into(),
            starved: (!viewed.is_up_to_date).into(),
            skipped: viewed.skipped,
        }
    }
}

impl Viewer {
    /// Waits for one change after the other, until the last one is known.
    pub async fn view(self, mut connection: Connection, mut last: Last) -> Viewed {
        let token = self.token.map(|token| format!("Bearer {token}"));
        let mut viewed = Viewed::default();
        let mut known: Option<(u64, String)> = None;
        loop {
            let is_known = |last: &Option<Vec<u64>>| {
                let last = last.as_ref().and_then(|last| last.get(self.session));
                last.is_some() && last == known.as_ref().map(|(version, _)| version)
            };
            if is_known(&last.borrow()) {
                viewed.is_up_to_date = true;
                return viewed;
            }
            let tag = known.as_ref().map_or("\"none\"", |(_, tag)| tag.as_str());
            let mut headers = vec![("Prefer", "wait=25"), ("If-None-Match", tag)];
            headers.extend(token.as_deref().map(|token| ("Authorization", token)));
            let request = request(self.address, "GET", &self.path, &headers, "");
            let exchange = timeout(PATIENCE, connection.exchange(&request));
            let answer = tokio::select! {
                answer = exchange => answer,
                // The last change may be known already, and no other come.
                over = last.wait_for(is_known) => {
                    viewed.is_up_to_date = over.is_ok();
                    return viewed;
                }
            };
            let answer = match answer {
                Ok(Ok(answer)) => answer,
                Ok(Err(error)) => {
                    viewed.wrong = Some(error.to_string());
                    return viewed;
                }
                Err(_) => {
                    viewed.wrong = Some(format!("none within {} s", PATIENCE.as_secs()));
                    return viewed;
                }
            };
            match (answer.status, answer.etag, version(answer.body)) {
                (304, _, _) => {}
                (200, Some(tag), Some(version)) => {
                    if let Some((before, _)) = known {
                        viewed.changes += 1;
                        viewed.skipped += version.saturating_sub(before + 1);
                    }
                    known = Some((version, tag.to_owned()));
                }
                (status, ..) => {
                    viewed.wrong = Some(format!("status {status}"));
                    return viewed;
                }
            }
        }
    }
}

/// The version in a status: to read all of it would cost more than the server's answer.
pub fn version(body: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.rsplit_once("\"version\":")?;
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    rest[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_a_status() {
        let body = br#"{"sessionId":"a","version":17,"warnings":[]}"#;
        assert_eq!(version(body), Some(17));
        assert_eq!(version(br#"{"version":null}"#), None);
        assert_eq!(version(b"{}"), None);
    }
}

//! Which table where, and the client for it.

use aws_config::{BehaviorVersion, Region, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::Client;

use super::schema::{DEFAULT_TABLE, KeyName};

/// Which table, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The table's name.
    pub table: String,
    /// The name of its key.
    pub key: KeyName,
    /// The AWS region; the one of the environment or profile where none is named.
    pub region: Option<String>,
    /// Another address than AWS's own, as in `http://127.0.0.1:8000`.
    pub endpoint: Option<String>,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            table: DEFAULT_TABLE.to_owned(),
            key: KeyName::default(),
            region: None,
            endpoint: None,
        }
    }
}

impl Connection {
    /// A client that finds its credentials as every AWS program does: environment, profile,
    /// web identity, container, instance.
    ///
    /// It tries each call once, within `timeouts`: when to try again is its caller's to decide.
    pub async fn client(&self, timeouts: TimeoutConfig) -> Client {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts);
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &self.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        Client::new(&loader.load().await)
    }
}

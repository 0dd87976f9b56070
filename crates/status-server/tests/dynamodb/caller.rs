//! What talks to the program.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

/// A service that runs, and what to talk to it with.
pub struct Caller {
    url: String,
    pub client: Client,
}

impl Caller {
    pub fn new(url: String) -> Self {
        let client = Client::builder().no_proxy().build().unwrap();
        Self { url, client }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api/workflow/{path}", self.url);
        self.client
            .request(method, url)
            .timeout(Duration::from_secs(40))
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        self.request(method, path).json(&body).send().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        answer.error_for_status().unwrap().json().await.unwrap()
    }

    /// How often the store was asked for a session, by the program's own count.
    pub async fn reads(&self) -> u64 {
        let url = format!("{}/metrics", self.url);
        let text = self
            .client
            .get(url)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let lines = text
            .lines()
            .filter(|line| line.contains("operation=\"get\"") && line.contains("outcome=\"ok\""));
        let counts = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
        counts.sum()
    }
}

/// A command with the options that name its store.
pub fn words<'a>(command: &[&'a str], options: &'a [String]) -> Vec<&'a str> {
    let options = options.iter().map(String::as_str);
    command.iter().copied().chain(options).collect()
}

//! Asking the identity provider over HTTP: not for long, not for much, and nobody else.

use std::{future::Future, pin::Pin, time::Duration};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::{Client, redirect};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it may take to be connected.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest answer that is read; the longest there are, of keys, have a few kilobytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// Asks the identity provider.
pub(super) struct Http(Client);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error("{}", with_reasons(.0))]
    Request(#[from] reqwest::Error),
    #[error("the answer is longer than {MAX_ANSWER} bytes")]
    TooLong,
}

/// With its sources: the first alone says only that a request has failed.
fn with_reasons(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

impl Http {
    /// Asks; past a proxy where the provider is on this machine, which none can reach.
    pub(super) fn new(is_loopback: bool) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            // A provider that sends elsewhere could send into this machine's own network.
            .redirect(redirect::Policy::none());
        let client = if is_loopback {
            client.no_proxy()
        } else {
            client
        };
        client.build().map(Self)
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let mut answer = self.0.execute(request.try_into()?).await?;
        let mut response = HttpResponse::new(Vec::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        while let Some(part) = answer.chunk().await? {
            let body = response.body_mut();
            if body.len() + part.len() > MAX_ANSWER {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&part);
        }
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

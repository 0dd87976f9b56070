//! Signing people in, by `OpenID` Connect.

use std::{sync::Arc, time::Duration};

use access::{Person, SigningKey};
use async_trait::async_trait;
use status_model::Timestamp;
use tokio::time::sleep;
use tracing::{info, warn};

use super::{
    Answer, Begun, ReturnPath, SignIn, SignInError, attempt::Attempt, provider::Provider,
    settings::Settings,
};

/// The longest pause between two tries to reach the provider.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Why nobody can ever sign in.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The HTTP client can't be set up.
    #[error("the HTTP client can't be set up: {0}")]
    Http(#[from] reqwest::Error),
    /// People can't come back to this server.
    #[error("the public address is none: {0}")]
    PublicUrl(#[from] openidconnect::url::ParseError),
}

/// Signs people in with an identity provider.
#[derive(Clone)]
pub struct OpenId {
    provider: Arc<Provider>,
    key: SigningKey,
}

impl OpenId {
    /// With this provider; what is under way is sealed with this key.
    ///
    /// # Errors
    /// See [`Unusable`].
    pub fn new(settings: Settings, key: SigningKey) -> Result<Self, Unusable> {
        let provider = Arc::new(Provider::new(settings)?);
        Ok(Self { provider, key })
    }

    /// Asks the provider who it is, until it answers: the first to sign in need not wait for it.
    pub async fn meet(self) {
        let mut pause = Duration::from_secs(1);
        while let Err(error) = self.provider.meet().await {
            let seconds = pause.as_secs();
            warn!(%error, "nobody can sign in yet; the provider is asked again in {seconds} s");
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        info!("the identity provider is known: people can sign in");
    }
}

#[async_trait]
impl SignIn for OpenId {
    async fn begin(
        &self,
        return_path: ReturnPath,
        is_anew: bool,
        now: Timestamp,
    ) -> Result<Begun, SignInError> {
        let (url, attempt) = self.provider.begin(return_path, is_anew, now).await?;
        Ok(Begun {
            address: url.into(),
            cookie: attempt.sealed(&self.key),
        })
    }

    async fn finish(
        &self,
        cookie: Option<&str>,
        answer: Answer<'_>,
        now: Timestamp,
    ) -> Result<(Person, ReturnPath), SignInError> {
        let attempt = cookie
            .and_then(|cookie| Attempt::opened(cookie, &self.key, now))
            .filter(|attempt| attempt.state == answer.state)
            .ok_or(SignInError::NotBegun)?;
        let is_other = |name| !self.provider.is_issuer(name);
        if answer.issuer.is_some_and(is_other) {
            return Err(SignInError::Token("another issuer answered".to_owned()));
        }
        let code = match (answer.code, answer.error) {
            (Some(code), None) => code.to_owned(),
            (_, Some("access_denied")) => return Err(SignInError::Denied),
            (_, error) => {
                let said = error.unwrap_or("neither code nor error");
                return Err(SignInError::Unusable(format!("it answered {said:?}")));
            }
        };
        let person = self.provider.finish(&attempt, code, now).await?;
        Ok((person, attempt.return_path))
    }

    async fn farewell(&self) -> Option<String> {
        Some(self.provider.farewell().await?.into())
    }
}

//! The identity provider: who it is, where it sends people, and whom it has sent back.

use std::sync::Arc;

use access::Person;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use openidconnect::{
    AuthType, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, CsrfToken,
    DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl,
    RequestTokenError, SignatureVerificationError, TokenResponse,
    core::{
        CoreAuthPrompt, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreJwsSigningAlgorithm,
        CoreResponseType,
    },
    url::Url,
};
use serde_json::{Map, Value};
use status_model::Timestamp;
use tokio::sync::Mutex;

use super::{
    LASTS, ReturnPath, SignInError, Unusable, attempt::Attempt, farewell::farewell, http::Http,
    person, settings::Settings,
};

type Metadata = ProviderMetadataWithLogout;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The identity provider. What it says of itself is asked once it is needed, and again for as long
/// as there is no answer.
pub(super) struct Provider {
    settings: Settings,
    callback: RedirectUrl,
    home: PostLogoutRedirectUrl,
    http: Http,
    known: Mutex<Option<Arc<Metadata>>>,
}

impl Provider {
    pub(super) fn new(settings: Settings) -> Result<Self, Unusable> {
        let at = |path: &str| Url::parse(&format!("{}{path}", settings.public_url));
        Ok(Self {
            http: Http::new(settings.issuer.is_loopback())?,
            callback: RedirectUrl::from_url(at(super::CALLBACK)?),
            home: PostLogoutRedirectUrl::from_url(at("/")?),
            known: Mutex::default(),
            settings,
        })
    }

    /// Makes sure that the provider is known.
    pub(super) async fn meet(&self) -> Result<(), SignInError> {
        self.metadata().await.map(drop)
    }

    /// Where somebody goes to sign in, and what has to be known when they come back. Anew means
    /// that the provider is not to take whom it knows already.
    pub(super) async fn begin(
        &self,
        return_path: ReturnPath,
        is_anew: bool,
        now: Timestamp,
    ) -> Result<(Url, Attempt), SignInError> {
        let client = self.client(&*self.metadata().await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(self.settings.scopes.iter().cloned())
            .set_pkce_challenge(challenge);
        if is_anew {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        let (url, state, nonce) = request.url();
        let attempt = Attempt {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            return_path,
            expires: (now + LASTS).unix_millis(),
        };
        Ok((url, attempt))
    }

    /// Is this the provider that was asked? Some say who they are when they send somebody back
    /// (RFC 9207).
    pub(super) fn is_issuer(&self, name: &str) -> bool {
        self.settings.issuer.url().as_str() == name
    }

    /// Who has come back with this code.
    pub(super) async fn finish(
        &self,
        attempt: &Attempt,
        code: String,
        now: Timestamp,
    ) -> Result<Person, SignInError> {
        let metadata = self.metadata().await?;
        let client = self.client(&metadata);
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| SignInError::Unusable(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.clone()))
            .request_async(&self.http)
            .await
            .map_err(of_token)?;
        let token = answer
            .id_token()
            .ok_or_else(|| SignInError::Unusable("it sent no ID token".to_owned()))?;
        let nonce = Nonce::new(attempt.nonce.clone());
        let checked = match check(&client, &metadata, token, &nonce, now) {
            // It has other keys by now.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let metadata = self.ask_again().await?;
                check(&self.client(&metadata), &metadata, token, &nonce, now)
            }
            checked => checked,
        };
        checked.map_err(|error| SignInError::Token(error.to_string()))?;
        let claims = claims(token)
            .ok_or_else(|| SignInError::Unusable("its ID token has no claims".to_owned()))?;
        person::read(&claims, &self.settings.roles, now)
    }

    /// Where the provider is told that somebody has signed out, if it wants to know.
    pub(super) async fn farewell(&self) -> Option<Url> {
        let metadata = self.metadata().await.ok()?;
        let end = metadata
            .additional_metadata()
            .end_session_endpoint
            .clone()?;
        let Settings {
            issuer, client_id, ..
        } = &self.settings;
        Some(farewell(end, issuer.url().url(), client_id, &self.home))
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, SignInError> {
        // Whoever comes while it is asked waits for the answer.
        let mut known = self.known.lock().await;
        if let Some(known) = &*known {
            return Ok(Arc::clone(known));
        }
        let metadata = self.ask().await?;
        *known = Some(Arc::clone(&metadata));
        Ok(metadata)
    }

    async fn ask_again(&self) -> Result<Arc<Metadata>, SignInError> {
        let metadata = self.ask().await?;
        *self.known.lock().await = Some(Arc::clone(&metadata));
        Ok(metadata)
    }

    /// What the provider says of itself, with its keys.
    async fn ask(&self) -> Result<Arc<Metadata>, SignInError> {
        let issuer = self.settings.issuer.url().clone();
        let asked = Metadata::discover_async(issuer, &self.http).await;
        asked.map(Arc::new).map_err(|error| match error {
            DiscoveryError::Request(error) => SignInError::Away(error.to_string()),
            DiscoveryError::Response(status, _, _) => SignInError::Away(format!(
                "it answers with {status} where its discovery document should be"
            )),
            DiscoveryError::Parse(error) => SignInError::Unusable(error.to_string()),
            error => SignInError::Unusable(error.to_string()),
        })
    }

    fn client(&self, metadata: &Metadata) -> Client {
        let Settings {
            client_id,
            client_secret,
            ..
        } = &self.settings;
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            client_id.clone(),
            client_secret.clone(),
        )
        .set_redirect_uri(self.callback.clone());
        // What is usual goes in a header. Some take it in the body only.
        let ways = metadata.token_endpoint_auth_methods_supported();
        let knows = |way| ways.is_some_and(|ways| ways.contains(&way));
        if knows(CoreClientAuthMethod::ClientSecretPost)
            && !knows(CoreClientAuthMethod::ClientSecretBasic)
        {
            client.set_auth_type(AuthType::RequestBody)
        } else {
            client
        }
    }
}

/// Is the token the provider's, for us, for this sign-in, and still good?
fn check(
    client: &Client,
    metadata: &Metadata,
    token: &CoreIdToken,
    nonce: &Nonce,
    now: Timestamp,
) -> Result<(), ClaimsVerificationError> {
    // Who knows our secret is not yet the provider: only what it alone can sign counts.
    let algorithms = metadata.id_token_signing_alg_values_supported();
    let its_own = algorithms.iter().filter(|algorithm| {
        !matches!(
            algorithm,
            CoreJwsSigningAlgorithm::HmacSha256
                | CoreJwsSigningAlgorithm::HmacSha384
                | CoreJwsSigningAlgorithm::HmacSha512
                | CoreJwsSigningAlgorithm::None
        )
    });
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(its_own.cloned())
        .set_time_fn(move || {
            // A time beyond all calendars: nothing is good any more.
            DateTime::from_timestamp_millis(now.unix_millis()).unwrap_or(DateTime::<Utc>::MAX_UTC)
        });
    token.claims(&verifier, nonce).map(drop)
}

/// All claims of a token that has been checked, those that the standard does not know among them.
fn claims(token: &CoreIdToken) -> Option<Map<String, Value>> {
    let token = token.to_string();
    let payload = token.split('.').nth(1)?;
    let json = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice(&json).ok()
}

fn of_token<E, R>(error: RequestTokenError<E, R>) -> SignInError
where
    E: std::error::Error + 'static,
    R: openidconnect::ErrorResponse + 'static,
{
    match error {
        RequestTokenError::Request(error) => SignInError::Away(error.to_string()),
        RequestTokenError::Parse(error, _) => SignInError::Unusable(error.to_string()),
        RequestTokenError::ServerResponse(answer) => {
            SignInError::Unusable(format!("it does not redeem the code: {answer:?}"))
        }
        RequestTokenError::Other(reason) => SignInError::Unusable(reason),
    }
}

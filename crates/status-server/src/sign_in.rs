//! Sign-in of people: `OpenID` Connect with any provider, Amazon Cognito among them, by
//! authorization code with PKCE.
//!
//! Nobody is let in whom the provider does not give a role. What it gives is a session of our own;
//! its tokens are forgotten at once.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `openid` | [`OpenId`]: signing people in, by the feature `sign-in` |
//! | `settings` | who signs people in, and for whom |
//! | `provider` | what is asked of the identity provider, and what is believed of its answers |
//! | `http` | asking it |
//! | `attempt` | a sign-in that is under way, sealed in a cookie |
//! | `return_path` | where to go afterwards |
//! | `roles`, `person` | who has come back, and what they may do |
//! | `farewell` | telling the provider that somebody has signed out |
//! | `error` | why nobody was signed in, as a page in words |
//!
//! The calls are in [`api`](crate::api).

#[cfg(feature = "sign-in")]
mod attempt;
mod error;
#[cfg(feature = "sign-in")]
mod farewell;
#[cfg(feature = "sign-in")]
mod http;
#[cfg(feature = "sign-in")]
mod openid;
#[cfg(feature = "sign-in")]
mod person;
#[cfg(feature = "sign-in")]
mod provider;
mod return_path;
#[cfg(feature = "sign-in")]
mod roles;
#[cfg(feature = "sign-in")]
mod settings;

use access::Person;
use async_trait::async_trait;
use status_model::{Seconds, Timestamp};

pub use error::SignInError;
pub use return_path::ReturnPath;

#[cfg(feature = "sign-in")]
pub use {
    openid::{OpenId, Unusable},
    openidconnect::{ClientId, ClientSecret, Scope},
    roles::{InvalidRoleRule, RoleRule, Roles},
    settings::{InvalidIssuer, Issuer, Settings},
};

/// Where somebody begins to sign in.
pub(crate) const SIGN_IN: &str = "/sign-in";
/// Where somebody begins whom the provider is to ask anew.
pub(crate) const SIGN_IN_ANEW: &str = "/sign-in?anew";
/// Where the provider sends them back.
pub(crate) const CALLBACK: &str = "/sign-in/callback";
/// How long the identity provider may take with somebody.
pub(crate) const LASTS: Seconds = Seconds::from_secs(10 * 60);

/// Somebody goes to the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// There.
    pub address: String,
    /// What the browser keeps until it comes back.
    pub cookie: String,
}

/// What comes back from the provider, as it stands in the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// Which sign-in it is about.
    pub state: &'a str,
    /// What is redeemed for who it is.
    pub code: Option<&'a str>,
    /// Why it is nobody.
    pub error: Option<&'a str>,
    /// Who answers, as some providers say (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// Signs people in.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// Sends somebody to the provider. Anew means that it is not to take whom it knows already.
    ///
    /// # Errors
    /// See [`SignInError`].
    async fn begin(
        &self,
        return_path: ReturnPath,
        is_anew: bool,
        now: Timestamp,
    ) -> Result<Begun, SignInError>;

    /// Who has come back with this cookie and this answer, and where they go now.
    ///
    /// # Errors
    /// See [`SignInError`].
    async fn finish(
        &self,
        cookie: Option<&str>,
        answer: Answer<'_>,
        now: Timestamp,
    ) -> Result<(Person, ReturnPath), SignInError>;

    /// Where the provider is told that somebody has signed out, if it wants to know.
    async fn farewell(&self) -> Option<String>;
}

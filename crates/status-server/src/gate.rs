//! Who gets in: what a request shows of its caller, and what the server knows of that.
//!
//! The decisions themselves are in the crate [`access`]; here they meet HTTP.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`shown`] | the identities that a request shows: its token, its cookies |
//! | [`cookies`] | the cookies: their names, how they are set and removed |
//! | [`same_origin`] | was a browser told to ask by one of our own pages? |
//! | [`public_url`] | what links begin with |
//! | [`peer`] | where a request comes from |
//! | [`audit`] | who looked: a line in the log |
//! | `upkeep` | the access file, looked at twice a second |

pub mod audit;
pub mod cookies;
pub mod peer;
pub mod public_url;
pub mod same_origin;
pub mod shown;
mod upkeep;

use std::sync::Arc;

use access::{FileError, Identity, Known, Limits, Register, Via, Viewers};
use http::{HeaderMap, header};
use status_model::Timestamp;
use tokio::task::spawn_blocking;

use crate::clock::Clock;
pub use public_url::PublicUrl;
pub use shown::Shown;
pub use upkeep::Upkeep;

/// Who gets in.
pub struct Gate {
    register: Option<Arc<Register>>,
    pub(crate) viewers: Viewers,
    /// What links begin with, where that is known.
    pub public_url: Option<PublicUrl>,
    /// Does the server speak TLS itself?
    pub is_https: bool,
    /// Is what a proxy says of where a request comes from to be believed?
    pub trusts_proxy: bool,
    /// So many links of one maker are good at a time.
    pub max_shares: usize,
    /// Can people sign in at `/sign-in`?
    pub signs_in: bool,
}

/// Why the access file has not taken a change. The text is for the log.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The file has not.
    #[error(transparent)]
    File(#[from] FileError),
    /// A defect.
    #[error("the change was lost: {0}")]
    Lost(#[from] tokio::task::JoinError),
}

impl Gate {
    /// More links than anybody keeps in mind.
    pub const USUAL_SHARES: usize = 1000;

    /// Without access control: whoever reaches the server is an operator. It has to be on loopback.
    #[must_use]
    pub fn open() -> Self {
        Self::with(None, Limits::USUAL)
    }

    /// Lets in whom the access file knows, so often.
    #[must_use]
    pub fn guarded(register: Arc<Register>, limits: Limits) -> Self {
        Self::with(Some(register), limits)
    }

    fn with(register: Option<Arc<Register>>, limits: Limits) -> Self {
        Self {
            register,
            viewers: Viewers::new(limits),
            public_url: None,
            is_https: false,
            trusts_proxy: false,
            max_shares: Self::USUAL_SHARES,
            signs_in: false,
        }
    }

    /// The access file, where there is one.
    #[must_use]
    pub const fn register(&self) -> Option<&Arc<Register>> {
        self.register.as_ref()
    }

    /// Everybody whom a request shows itself to be.
    #[must_use]
    pub fn shown(&self, headers: &HeaderMap, now: Timestamp) -> Shown {
        match &self.register {
            Some(register) => Shown::of(headers, register, now),
            None => Shown {
                known: vec![Known {
                    identity: Identity::Loopback,
                    via: Via::Open,
                }],
                is_token_wrong: false,
            },
        }
    }

    /// Is whoever was known a while ago still known?
    #[must_use]
    pub fn knows_still(&self, identity: &Identity, now: Timestamp) -> bool {
        let register = self.register.as_ref();
        register.is_none_or(|register| register.knows_still(identity, now))
    }

    /// An address of this server, for people: below the public one or, where that is not known,
    /// below the one that the request was sent to.
    #[must_use]
    pub fn link(&self, headers: &HeaderMap, path: &str) -> String {
        if let Some(url) = &self.public_url {
            return format!("{url}{path}");
        }
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let scheme = if self.is_https { "https" } else { "http" };
        format!("{scheme}://{}{path}", host.unwrap_or("localhost"))
    }

    /// Changes the access file without holding up anybody else.
    ///
    /// # Errors
    /// Where the file has not taken it.
    pub async fn change<T: Send + 'static>(
        register: &Arc<Register>,
        change: impl FnOnce(&Register) -> Result<T, FileError> + Send + 'static,
    ) -> Result<T, ChangeError> {
        let register = Arc::clone(register);
        Ok(spawn_blocking(move || change(&register)).await??)
    }

    /// Looks at the access file twice a second, until what it answers is dropped.
    #[must_use]
    pub fn keep_up(&self, clock: Clock) -> Option<Upkeep> {
        let register = self.register.as_ref()?;
        Some(Upkeep::start(Arc::clone(register), clock))
    }
}

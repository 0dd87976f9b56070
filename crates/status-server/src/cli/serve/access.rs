//! `serve --access`: who gets in.

use std::{num::NonZeroU32, path::PathBuf, sync::Arc};

use access::{Limits, Register};
use clap::Args;
use tracing::{info, warn};

use crate::{
    api::HostName,
    cli::{Failure, address::ListenAddress},
    clock,
    gate::{Gate, PublicUrl},
};

#[derive(Args)]
pub(super) struct AccessArguments {
    /// Who gets in: a file that `trade-status token` puts tokens into, and that is made where it
    /// is missing. Without it there is no access control: the server listens on loopback only, and
    /// whoever reaches it may do everything (docs/access.md)
    #[arg(long, value_name = "FILE", env = "TRADE_STATUS_ACCESS")]
    access: Option<PathBuf>,
    /// The address under which people reach the server, as in `https://status.example`: what links
    /// begin with. https:// says that TLS ends at a proxy before it
    #[arg(long, value_name = "URL", env = "TRADE_STATUS_PUBLIC_URL")]
    public_url: Option<PublicUrl>,
    /// Believe what the proxy in front says of where requests come from (X-Forwarded-For), for the
    /// log. Only where nobody gets past that proxy
    #[arg(long, env = "TRADE_STATUS_TRUST_PROXY")]
    trust_proxy: bool,
    /// So many requests a second one viewer may make; further ones are answered 429. A viewer is a
    /// person, a token or a link; without --access there is no telling them apart
    #[arg(long, value_name = "N", env = "TRADE_STATUS_VIEWER_RATE", default_value_t = Limits::USUAL.rate)]
    viewer_rate: NonZeroU32,
    /// So many requests one viewer may make at once after a pause
    #[arg(long, value_name = "N", env = "TRADE_STATUS_VIEWER_BURST", default_value_t = Limits::USUAL.burst)]
    viewer_burst: NonZeroU32,
    /// So many requests of one viewer may wait for a change at a time; further ones are answered at
    /// once
    #[arg(long, value_name = "N", env = "TRADE_STATUS_VIEWER_WAITING", default_value_t = Limits::USUAL.waiting)]
    viewer_waiting: usize,
}

impl AccessArguments {
    /// May the server listen there? `has_tls` where it speaks TLS itself.
    ///
    /// # Errors
    /// Where others could read and change every session, or what they send and get.
    pub(super) fn check(&self, listen: ListenAddress, has_tls: bool) -> Result<(), Failure> {
        let is_encrypted = has_tls || self.is_https();
        match (listen.is_loopback(), &self.access) {
            (true, _) => Ok(()),
            (false, None) => Err(Failure::Unprotected),
            (false, Some(_)) if is_encrypted => Ok(()),
            (false, Some(_)) => Err(Failure::Unencrypted),
        }
    }

    /// Do people reach the server over TLS that ends before it?
    pub(super) fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }

    /// The name that links have, which the server answers to.
    pub(super) fn host(&self) -> Option<HostName> {
        self.public_url.as_ref().map(|url| url.host().clone())
    }

    /// Opens the access file, where there is to be one.
    ///
    /// # Errors
    /// Where it can't be had.
    pub(super) fn gate(self) -> Result<Gate, Failure> {
        let limits = Limits {
            rate: self.viewer_rate,
            burst: self.viewer_burst,
            waiting: self.viewer_waiting,
        };
        let mut gate = if let Some(path) = &self.access {
            let register = Register::open(path, clock::system(), &mut rand::rng())?;
            if register.is_empty() {
                warn!("no token lets anybody in yet: make one with trade-status token create");
            }
            Gate::guarded(Arc::new(register), limits)
        } else {
            info!(
                "no access control: listening on loopback only, where whoever reaches the server \
                 may do everything (--access changes that)"
            );
            Gate::open()
        };
        gate.public_url = self.public_url;
        gate.trusts_proxy = self.trust_proxy;
        Ok(gate)
    }
}

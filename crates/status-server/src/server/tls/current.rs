//! The pair that new connections get.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use rustls::{
    crypto::CryptoProvider,
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use super::pair::{Pair, TlsError};

pub(super) struct Current {
    provider: Arc<CryptoProvider>,
    /// As it was read, and as it is used.
    pair: RwLock<(Pair, Arc<CertifiedKey>)>,
}

impl Current {
    pub(super) fn new(pair: Pair, provider: Arc<CryptoProvider>) -> Result<Self, TlsError> {
        let certified = Arc::new(pair.certified(&provider)?);
        Ok(Self {
            provider,
            pair: RwLock::new((pair, certified)),
        })
    }

    /// Takes this one from now on; answers whether it is another.
    ///
    /// # Errors
    /// Where it can't be used. Then the one before stays.
    pub(super) fn renew(&self, pair: Pair) -> Result<bool, TlsError> {
        let current = self.pair.read().unwrap_or_else(PoisonError::into_inner);
        if current.0 == pair {
            return Ok(false);
        }
        drop(current);
        let certified = Arc::new(pair.certified(&self.provider)?);
        *self.pair.write().unwrap_or_else(PoisonError::into_inner) = (pair, certified);
        Ok(true)
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let pair = self.pair.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&pair.1))
    }
}

/// The key is nobody's business.
impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Current").finish_non_exhaustive()
    }
}

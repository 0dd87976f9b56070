//! TLS by the program itself, with a certificate that may change while it runs.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `pair` | a certificate and its key, read from their files |
//! | `current` | the pair that new connections get |

mod current;
mod pair;

use std::{io, sync::Arc, time::Duration};

use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{MissedTickBehavior, interval},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tracing::{info, warn};

use current::Current;
pub use pair::{Files, TlsError};

/// How often the files are looked at. They are some kilobytes.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// TLS 1.2 and 1.3, with the certificate of these files.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    files: Files,
    current: Arc<Current>,
}

impl Tls {
    /// With what is in the files now.
    ///
    /// # Errors
    /// Where that is no certificate with its key. The text is for the person who named the files.
    pub fn new(files: Files) -> Result<Self, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let current = Arc::new(Current::new(files.read()?, Arc::clone(&provider))?);
        let mut configuration = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(TlsError::Versions)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as _);
        configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(configuration)),
            files,
            current,
        })
    }

    /// Looks at the files every two seconds. New connections get what is new in them; those that
    /// are open stay as they are. What can't be used is told once, and the pair before it stays.
    pub(super) async fn look_after(self) {
        let mut times = interval(LOOK_EVERY);
        times.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = None;
        loop {
            times.tick().await;
            let files = self.files.clone();
            let Ok(read) = tokio::task::spawn_blocking(move || files.read()).await else {
                return;
            };
            match read.and_then(|pair| self.current.renew(pair)) {
                Ok(false) => told = None,
                Ok(true) => {
                    told = None;
                    info!(certificate = %self.files.certificate.display(), "new certificate");
                }
                // Between the writing of the one file and the other they do not fit.
                Err(error) => {
                    let text = error.to_string();
                    if told.as_ref() != Some(&text) {
                        warn!(error = %text, "the certificate before it stays in use");
                        told = Some(text);
                    }
                }
            }
        }
    }

    /// Agrees with the client on how to speak.
    pub(super) async fn greet<Io>(&self, io: Io) -> io::Result<TlsStream<Io>>
    where
        Io: AsyncRead + AsyncWrite + Unpin,
    {
        self.acceptor.accept(io).await
    }
}

//! The server's own certificate, as it is given.

use std::path::PathBuf;

use clap::Args;

use crate::{
    cli::Failure,
    server::tls::{Files, Tls},
};

#[derive(Args)]
pub(super) struct TlsArguments {
    /// The server's certificate and after it those that lead to a root, in PEM: the server then
    /// speaks TLS 1.2 and 1.3. Looked at every two seconds: a new one holds for new connections
    #[arg(
        long,
        value_name = "FILE",
        env = "TRADE_STATUS_TLS_CERT",
        requires = "tls_key"
    )]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key, in PEM and not encrypted
    #[arg(
        long,
        value_name = "FILE",
        env = "TRADE_STATUS_TLS_KEY",
        requires = "tls_cert"
    )]
    tls_key: Option<PathBuf>,
}

impl TlsArguments {
    /// Reads the certificate, where there is one.
    pub(super) fn read(self) -> Result<Option<Tls>, Failure> {
        match (self.tls_cert, self.tls_key) {
            (Some(certificate), Some(key)) => Ok(Some(Tls::new(Files { certificate, key })?)),
            _ => Ok(None),
        }
    }
}

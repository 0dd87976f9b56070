//! A certificate and its key, read from their files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rustls::{
    Error,
    crypto::CryptoProvider,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
    sign::CertifiedKey,
};

/// Where a certificate and its key are, each in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The server's certificate, and after it those that lead from it to a root.
    pub certificate: PathBuf,
    /// Its private key, not encrypted: PKCS #8, PKCS #1 or SEC 1.
    pub key: PathBuf,
}

/// Why files are of no use. The texts are for the person who named them.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read.
    #[error(
        "can't read {}: {source}. Check the name and whether this user may read it",
        path.display()
    )]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file has not what it should have.
    #[error(
        "{} has no {what} in PEM: {source}. It has to have -----BEGIN {}-----",
        path.display(),
        what.to_uppercase()
    )]
    Content {
        /// The file.
        path: PathBuf,
        /// What is missing.
        what: &'static str,
        /// Why.
        source: pem::Error,
    },
    /// The key is another certificate's, or one of the two is of a kind that nobody knows.
    #[error(
        "the certificate {} can't be used with the key {}: {source}. Name a certificate and the \
         key that it was made for",
        certificate.display(),
        key.display()
    )]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why not.
        source: Error,
    },
    /// The versions of TLS can't be had.
    #[error("can't speak TLS: {0}")]
    Versions(#[source] Error),
}

/// What the two files have in them.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Pair {
    files: Files,
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Files {
    pub(super) fn read(&self) -> Result<Pair, TlsError> {
        let read = |path: &Path| {
            fs::read(path).map_err(|source| TlsError::File {
                path: path.to_owned(),
                source,
            })
        };
        Ok(Pair {
            certificate: read(&self.certificate)?,
            key: read(&self.key)?,
            files: self.clone(),
        })
    }
}

impl Pair {
    /// Makes of it what connections are signed with.
    pub(super) fn certified(&self, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let content = |path: &Path, what, source| TlsError::Content {
            path: path.to_owned(),
            what,
            source,
        };
        let chain = CertificateDer::pem_slice_iter(&self.certificate)
            .collect::<Result<Vec<_>, _>>()
            .and_then(|chain| match chain.len() {
                0 => Err(pem::Error::NoItemsFound),
                _ => Ok(chain),
            })
            .map_err(|source| content(&self.files.certificate, "certificate", source))?;
        let key = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|source| content(&self.files.key, "private key", source))?;
        CertifiedKey::from_der(chain, key, provider).map_err(|source| TlsError::Pair {
            certificate: self.files.certificate.clone(),
            key: self.files.key.clone(),
            source,
        })
    }
}

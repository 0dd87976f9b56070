//! Who signs people in, and for whom.

use std::str::FromStr;

use openidconnect::{ClientId, ClientSecret, IssuerUrl, Scope};

use super::roles::Roles;
use crate::gate::PublicUrl;

/// All that has to be known of the identity provider beforehand.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who signs people in.
    pub issuer: Issuer,
    /// Who this server is to the provider.
    pub client_id: ClientId,
    /// How it proves that; nothing where the provider takes it at its word.
    pub client_secret: Option<ClientSecret>,
    /// What is asked of the provider, besides who somebody is.
    pub scopes: Vec<Scope>,
    /// What somebody may do.
    pub roles: Roles,
    /// Where people find this server.
    pub public_url: PublicUrl,
}

/// An identity provider's address, as it calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(IssuerUrl);

/// The text is no issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuer {
    /// It is no address.
    #[error(
        "not an issuer: give its whole address as its discovery document has it, as in \
         https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc"
    )]
    Form,
    /// Who signs in would do so in clear text.
    #[error("an issuer has to be at https://, unless it is on this machine")]
    ClearText,
}

impl FromStr for Issuer {
    type Err = InvalidIssuer;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let issuer = IssuerUrl::new(text.to_owned()).map_err(|_| InvalidIssuer::Form)?;
        let url = issuer.url();
        if url.host().is_none() || url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidIssuer::Form);
        }
        match url.scheme() {
            "https" => Ok(Self(issuer)),
            "http" if is_loopback(url) => Ok(Self(issuer)),
            "http" => Err(InvalidIssuer::ClearText),
            _ => Err(InvalidIssuer::Form),
        }
    }
}

impl Issuer {
    /// Its address.
    pub(super) const fn url(&self) -> &IssuerUrl {
        &self.0
    }

    /// Is it on this machine?
    pub(super) fn is_loopback(&self) -> bool {
        is_loopback(self.0.url())
    }
}

fn is_loopback(url: &openidconnect::url::Url) -> bool {
    use openidconnect::url::Host;
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_signs_in_in_clear_text() {
        for good in [
            "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc",
            "https://login.bank.example/realms/trade/",
            "http://127.0.0.1:9000",
            "http://localhost:9000",
            "http://[::1]:9000",
        ] {
            assert!(good.parse::<Issuer>().is_ok(), "{good}");
        }
        for open in ["http://login.bank.example", "http://10.0.0.1"] {
            assert_eq!(open.parse::<Issuer>(), Err(InvalidIssuer::ClearText));
        }
        for bad in [
            "",
            "login.bank.example",
            "ftp://login.bank.example",
            "https://a?b",
            "https://a#b",
        ] {
            assert_eq!(bad.parse::<Issuer>(), Err(InvalidIssuer::Form), "{bad}");
        }
    }
}

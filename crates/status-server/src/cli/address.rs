//! Addresses as they are given.

use std::{
    net::{Ipv4Addr, SocketAddr},
    str::FromStr,
};

use tokio::net::TcpListener;

use super::Failure;

/// Where to listen: on this machine only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ListenAddress(SocketAddr);

/// Why an address is not listened on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidListenAddress {
    #[error("give an address and a port, as in 127.0.0.1:8080")]
    Form,
    #[error(
        "there is no access control yet, so whoever reaches this address could read and change \
         every session: listen on a loopback address such as 127.0.0.1:8080, and let others in \
         through a proxy or tunnel on this machine that checks who they are"
    )]
    NotLoopback,
}

impl FromStr for ListenAddress {
    type Err = InvalidListenAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let address = match text.strip_prefix("localhost:") {
            Some(port) => port
                .parse()
                .ok()
                .map(|port| (Ipv4Addr::LOCALHOST, port).into()),
            None => text.parse::<SocketAddr>().ok(),
        };
        match address {
            None => Err(InvalidListenAddress::Form),
            Some(address) if !address.ip().is_loopback() => Err(InvalidListenAddress::NotLoopback),
            Some(address) => Ok(Self(address)),
        }
    }
}

impl ListenAddress {
    /// Listens there; answers the address too, whose port the system may have chosen.
    pub(super) async fn listen(self) -> Result<(TcpListener, SocketAddr), Failure> {
        let failure = |source| Failure::Listen {
            address: self.0,
            source,
        };
        let listener = TcpListener::bind(self.0).await.map_err(failure)?;
        let address = listener.local_addr().map_err(failure)?;
        Ok((listener, address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_listened_on() {
        for good in ["127.0.0.1:8080", "127.1.2.3:1", "[::1]:0", "localhost:8080"] {
            assert!(good.parse::<ListenAddress>().is_ok(), "{good}");
        }
        for open in ["0.0.0.0:8080", "[::]:8080", "192.168.1.7:80", "8.8.8.8:80"] {
            let error = open.parse::<ListenAddress>().unwrap_err();
            assert_eq!(error, InvalidListenAddress::NotLoopback, "{open}");
        }
        for bad in ["", "8080", ":8080", "localhost", "example.com:80"] {
            let error = bad.parse::<ListenAddress>().unwrap_err();
            assert_eq!(error, InvalidListenAddress::Form, "{bad}");
        }
    }
}

//! Addresses as they are given.

use std::{
    net::{Ipv4Addr, SocketAddr},
    str::FromStr,
};

use tokio::net::TcpListener;

use super::Failure;

/// Where to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ListenAddress(SocketAddr);

/// The text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("give an address and a port, as in 127.0.0.1:8080")]
pub(super) struct InvalidListenAddress;

impl FromStr for ListenAddress {
    type Err = InvalidListenAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let address = match text.strip_prefix("localhost:") {
            Some(port) => port
                .parse()
                .ok()
                .map(|port| (Ipv4Addr::LOCALHOST, port).into()),
            None => text.parse().ok(),
        };
        address.map(Self).ok_or(InvalidListenAddress)
    }
}

impl ListenAddress {
    /// Do only programs of this machine reach it?
    pub(super) const fn is_loopback(self) -> bool {
        self.0.ip().is_loopback()
    }

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
    fn an_address_has_a_port_and_may_be_loopback() {
        let read = |text: &str| text.parse::<ListenAddress>();
        for own in ["127.0.0.1:8080", "127.1.2.3:1", "[::1]:0", "localhost:8080"] {
            assert!(read(own).unwrap().is_loopback(), "{own}");
        }
        for open in ["0.0.0.0:8080", "[::]:8080", "192.168.1.7:80", "8.8.8.8:80"] {
            assert!(!read(open).unwrap().is_loopback(), "{open}");
        }
        for bad in ["", "8080", ":8080", "localhost", "example.com:80"] {
            assert_eq!(read(bad), Err(InvalidListenAddress), "{bad}");
        }
    }
}

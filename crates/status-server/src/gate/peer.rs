//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, HeaderName};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of the connection; where the proxy there is to be believed, whom it speaks for.
#[must_use]
pub fn of(headers: &HeaderMap, extensions: &Extensions, trusts_proxy: bool) -> Option<IpAddr> {
    let connected = extensions.get::<ConnectInfo<SocketAddr>>();
    let connected = connected.map(|ConnectInfo(address)| address.ip());
    if trusts_proxy {
        forwarded(headers).or(connected)
    } else {
        connected
    }
}

/// The last one is what our own proxy has seen; those before anybody can write.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let values = headers.get_all(X_FORWARDED_FOR);
    let last = values.iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(forwarded: Option<&str>, trusts_proxy: bool) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 7))));
        let mut headers = HeaderMap::new();
        if let Some(value) = forwarded {
            headers.insert(X_FORWARDED_FOR, value.parse().unwrap());
        }
        of(&headers, &extensions, trusts_proxy).unwrap().to_string()
    }

    #[test]
    fn a_proxy_is_believed_where_it_is_to_be_and_nobody_else_is() {
        assert_eq!(from(Some("10.0.0.1"), false), "127.0.0.1");
        assert_eq!(from(Some("10.0.0.1"), true), "10.0.0.1");
        assert_eq!(from(Some("6.6.6.6, 10.0.0.1"), true), "10.0.0.1");
        assert_eq!(from(Some("2001:db8::1"), true), "2001:db8::1");
        for nonsense in ["", "nobody", "10.0.0.1:80"] {
            assert_eq!(from(Some(nonsense), true), "127.0.0.1", "{nonsense}");
        }
        assert_eq!(from(None, true), "127.0.0.1");
    }
}

//! The cookies: their names, how they are set and removed.
//!
//! Each is for this host alone (`__Host-`), over TLS or on loopback, out of reach of scripts, and
//! not sent along when another site has a browser post something.

use cookie::{Cookie, SameSite, time};
use http::{HeaderMap, HeaderValue, header};
use status_model::Seconds;

/// A person's.
pub const SESSION: &str = "__Host-session";
/// A display's: its token.
pub const DISPLAY: &str = "__Host-display";
/// A link's, with the share's id behind.
pub const SHARE: &str = "__Host-share-";

/// So many links a browser keeps at a time.
pub const MAX_SHARES: usize = 8;
/// Browsers keep no cookie for longer.
pub const LONGEST: Seconds = Seconds::from_secs(400 * 24 * 60 * 60);

/// More than this are not looked at.
const MAX_COOKIES: usize = 64;

/// A request's cookies. Those that can't be read are passed over.
pub fn of(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    let values = headers.get_all(header::COOKIE).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .take(MAX_COOKIES)
}

/// The header `Set-Cookie` that has a browser keep it for so long.
#[must_use]
pub fn set(name: &str, value: &str, lifetime: Seconds) -> HeaderValue {
    let seconds = lifetime.min(LONGEST).millis() / 1000;
    let seconds = i64::try_from(seconds).unwrap_or_default();
    header_of(name, value, time::Duration::seconds(seconds))
}

/// The header `Set-Cookie` that has a browser forget it.
#[must_use]
pub fn remove(name: &str) -> HeaderValue {
    header_of(name, "", time::Duration::ZERO)
}

fn header_of(name: &str, value: &str, max_age: time::Duration) -> HeaderValue {
    let cookie = Cookie::build((name, value))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(max_age);
    // Names and values are of base64url and plain words, which are always valid.
    HeaderValue::try_from(cookie.to_string()).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts() {
        let header = set(SESSION, "secret", Seconds::from_secs(60));
        assert_eq!(
            header,
            "__Host-session=secret; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"
        );
        assert_eq!(
            remove("__Host-share-0123456789abcdef"),
            "__Host-share-0123456789abcdef=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
        let longest = set(DISPLAY, "x", Seconds::from_secs(u64::from(u32::MAX)));
        assert!(longest.to_str().unwrap().ends_with("Max-Age=34560000"));
    }

    #[test]
    fn cookies_are_found_among_others_and_broken_ones() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; =; b=2;;x"));
        headers.append(header::COOKIE, HeaderValue::from_static("c=3"));
        let found: Vec<_> = of(&headers).map(|cookie| cookie.to_string()).collect();
        assert_eq!(found, ["a=1", "b=2", "c=3"]);
    }
}

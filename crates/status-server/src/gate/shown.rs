//! The identities that a request shows: its token, its cookies.

use access::{Identity, Known, Register, Via};
use http::{HeaderMap, header};
use status_model::Timestamp;

use super::cookies;

/// Everybody whom a request shows itself to be.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Those who are known: accounts, then links.
    pub known: Vec<Known>,
    /// A token was sent that lets nobody in.
    pub is_token_wrong: bool,
}

impl Shown {
    /// Whoever sends a token means it: cookies are not looked at then.
    pub(super) fn of(headers: &HeaderMap, register: &Register, now: Timestamp) -> Self {
        if let Some(token) = bearer(headers) {
            let identity = register.token(token, now);
            let is_token_wrong = identity.is_none();
            let via = Via::Bearer;
            let known = identity.map(|identity| Known { identity, via });
            return Self {
                known: known.into_iter().collect(),
                is_token_wrong,
            };
        }
        let mut accounts = Vec::new();
        let mut shares = Vec::new();
        for cookie in cookies::of(headers) {
            let identity = match cookie.name() {
                cookies::SESSION => register.person(cookie.value(), now),
                cookies::DISPLAY => register.display(cookie.value(), now),
                name if name.starts_with(cookies::SHARE) => register.share(cookie.value(), now),
                _ => None,
            };
            let via = Via::Cookie;
            let known = identity.map(|identity| Known { identity, via });
            match &known {
                Some(Known {
                    identity: Identity::Share(_),
                    ..
                }) => shares.extend(known),
                _ => accounts.extend(known),
            }
        }
        accounts.append(&mut shares);
        Self {
            known: accounts,
            is_token_wrong: false,
        }
    }
}

/// The token of `Authorization: Bearer`. What a proxy has asked for, such as `Basic`, is none of
/// ours.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_matches(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearers_token_is_found_and_other_schemes_are_not_ours() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            bearer(&headers).map(str::to_owned)
        };
        for value in ["Bearer x", "bearer x", "BEARER  x "] {
            assert_eq!(of(value).as_deref(), Some("x"), "{value}");
        }
        for value in ["Basic eDp5", "Bearer", "x", ""] {
            assert_eq!(of(value), None, "{value}");
        }
    }
}

//! Where somebody goes who has signed in: back to where they were.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

/// A path of this portal with its query. What leads anywhere else is home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnPath(String);

/// Longer addresses than the portal ever makes would not fit into a cookie.
const LONGEST: usize = 1024;

/// What would lead in circles, or is no page.
const NO_PAGES: [&str; 4] = ["/sign-in", "/sign-out", "/shared", "/api"];

impl ReturnPath {
    /// This address if it is a path of the portal, else home.
    #[must_use]
    pub fn checked(address: &str) -> Self {
        let path = if is_own(address) { address } else { "/" };
        Self(path.to_owned())
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Display for ReturnPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A browser leaves out tabs and line breaks, takes `\` for `/`, and takes what begins with `//` for
/// the name of a host.
fn is_own(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let is_page = !NO_PAGES.iter().any(|no_page| {
        let rest = path.strip_prefix(no_page);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    address.len() <= LONGEST
        && path.starts_with('/')
        && !path.contains("//")
        && address
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && is_page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_the_portal_is_kept_with_its_query() {
        for path in [
            "/",
            "/sessions/a.b:c@d_e-1?agent=tradeExtraction&attempt=2&zone=local",
            "/?q=https%3A%2F%2Fevil.example",
            "/?since=2026-11-22T12:00:00Z",
            "/wall?source=bank",
            "/sign-ins",
            "/account?share=s-1",
        ] {
            assert_eq!(ReturnPath::checked(path).as_str(), path);
        }
    }

    #[test]
    fn what_leads_elsewhere_or_in_circles_is_home() {
        for address in [
            "",
            "sessions/s-1",
            "https://evil.example/",
            "//evil.example/",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            " /",
            "/a//b",
            "javascript:alert(1)",
            "/é",
            "/sign-in",
            "/sign-in?return=/",
            "/sign-in/callback?code=x",
            "/sign-out",
            "/shared/x.y",
            "/api/workflow/recent",
        ] {
            assert_eq!(ReturnPath::checked(address).as_str(), "/", "{address:?}");
        }
        let long = format!("/{}", "x".repeat(1024));
        assert_eq!(ReturnPath::checked(&long).as_str(), "/");
    }
}

//! Where the provider is told that somebody has signed out, and where it sends them then.

use openidconnect::{ClientId, EndSessionUrl, LogoutRequest, PostLogoutRedirectUrl, url::Url};

/// The address at the provider.
pub(super) fn farewell(
    end: EndSessionUrl,
    issuer: &Url,
    client_id: &ClientId,
    home: &PostLogoutRedirectUrl,
) -> Url {
    let request = LogoutRequest::from(end).set_client_id(client_id.clone());
    if !is_cognito(issuer) {
        let request = request.set_post_logout_redirect_uri(home.clone());
        return request.http_get_url();
    }
    // Amazon Cognito has a name of its own for where to go, and demands it.
    let mut url = request.http_get_url();
    url.query_pairs_mut()
        .append_pair("logout_uri", home.as_str());
    url
}

fn is_cognito(issuer: &Url) -> bool {
    let host = issuer.host_str().unwrap_or_default();
    host.starts_with("cognito-idp.") && host.contains(".amazonaws.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(issuer: &str) -> String {
        let url = |text: &str| Url::parse(text).unwrap();
        let end = EndSessionUrl::from_url(url("https://login.example/end"));
        let home = PostLogoutRedirectUrl::from_url(url("https://status.example/"));
        let id = ClientId::new("trade-status".to_owned());
        farewell(end, &url(issuer), &id, &home).to_string()
    }

    #[test]
    fn a_provider_is_told_who_asks_and_where_to_go() {
        assert_eq!(
            at("https://login.example/realms/trade"),
            "https://login.example/end?client_id=trade-status\
             &post_logout_redirect_uri=https%3A%2F%2Fstatus.example%2F"
        );
    }

    #[test]
    fn cognito_is_told_in_its_own_words() {
        assert_eq!(
            at("https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc"),
            "https://login.example/end?client_id=trade-status\
             &logout_uri=https%3A%2F%2Fstatus.example%2F"
        );
    }
}

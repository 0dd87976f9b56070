//! Nobody is let in by a token, an answer or a page that is not what it should be.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    provider::{CODE, Signature},
    stage::{Stage, seconds},
};

/// Comes back with a token that a test has spoiled; nobody may be signed in.
async fn is_refused(stage: &Stage, what: &str, spoil: impl FnOnce(&mut Value, &mut Signature)) {
    let begun = stage.begin("/sign-in").await;
    {
        let mut says = stage.provider.says();
        let says = &mut *says;
        says.signature = Signature::Key(1);
        spoil(&mut says.claims, &mut says.signature);
    }
    let finished = stage.finish(&begun).await;
    assert_eq!(finished.status, StatusCode::BAD_GATEWAY, "{what}");
    assert_eq!(finished.cookies(), "", "{what}");
    assert!(finished.body.contains("Signing in did not work"), "{what}");
}

#[tokio::test]
async fn a_token_has_to_be_the_providers_for_this_server_for_this_sign_in_and_still_good() {
    let stage = Stage::set().await;
    is_refused(&stage, "another issuer", |claims, _| {
        claims["iss"] = json!("https://evil.example");
    })
    .await;
    is_refused(&stage, "another client", |claims, _| {
        claims["aud"] = json!("other");
    })
    .await;
    is_refused(&stage, "another client too", |claims, _| {
        claims["aud"] = json!(["trade-status", "other"]);
    })
    .await;
    is_refused(&stage, "another sign-in", |claims, _| {
        claims["nonce"] = json!("other");
    })
    .await;
    is_refused(&stage, "no sign-in", |claims, _| {
        claims.as_object_mut().unwrap().remove("nonce");
    })
    .await;
    is_refused(&stage, "too old", |claims, _| {
        claims["exp"] = json!(seconds(-1));
    })
    .await;
    is_refused(&stage, "nobody", |claims, _| claims["sub"] = json!("")).await;
    // All else being as it should be, it is good.
    assert!(stage.me(&stage.signed_in().await).await.is_some());
}

#[tokio::test]
async fn a_token_has_to_be_signed_with_a_key_that_only_the_provider_has() {
    let stage = Stage::set().await;
    for signature in [
        Signature::None,
        Signature::Secret,
        Signature::Forged,
        Signature::Key(7),
    ] {
        let spoil = |_: &mut Value, signed: &mut Signature| *signed = signature;
        is_refused(&stage, &format!("{signature:?}"), spoil).await;
    }
    stage.provider.says().signature = Signature::Key(1);
    assert!(stage.me(&stage.signed_in().await).await.is_some());
}

#[tokio::test]
async fn an_answer_counts_only_in_the_browser_that_asked_and_only_for_what_it_asked() {
    let stage = Stage::set().await;
    let begun = stage.begin("/sign-in").await;
    let asked = &begun.asked["state"];
    let right = format!("/sign-in/callback?code={CODE}&state={asked}");
    let other = stage.begin("/sign-in").await;
    let forged = format!("{}x", begun.cookies);
    for (path, cookies) in [
        (right.as_str(), ""),
        (right.as_str(), other.cookies.as_str()),
        (right.as_str(), forged.as_str()),
        ("/sign-in/callback?code=code-1", begun.cookies.as_str()),
        (
            "/sign-in/callback?code=code-1&state=x",
            begun.cookies.as_str(),
        ),
        ("/sign-in/callback", begun.cookies.as_str()),
        ("/sign-in/callback?%ff", begun.cookies.as_str()),
    ] {
        let answered = stage.get(path, cookies).await;
        assert_eq!(answered.status, StatusCode::BAD_REQUEST, "{path} {cookies}");
        assert_eq!(answered.cookies(), "", "{path}");
        assert!(
            answered.body.contains("can&#39;t be finished"),
            "{}",
            answered.body
        );
    }
}

#[tokio::test]
async fn an_error_of_the_provider_is_told_in_our_own_words() {
    let stage = Stage::set().await;
    for (answer, status, words) in [
        (
            "error=access_denied",
            StatusCode::FORBIDDEN,
            "Not signed in",
        ),
        (
            "error=%3Cscript%3E",
            StatusCode::BAD_GATEWAY,
            "did not work",
        ),
        ("code=other", StatusCode::BAD_GATEWAY, "did not work"),
        (
            "code=code-1&iss=https%3A%2F%2Fevil.example",
            StatusCode::BAD_GATEWAY,
            "did not work",
        ),
    ] {
        let begun = stage.begin("/sign-in").await;
        let asked = &begun.asked["state"];
        let path = format!("/sign-in/callback?{answer}&state={asked}");
        let answered = stage.get(&path, &begun.cookies).await;
        assert_eq!(answered.status, status, "{answer}");
        assert!(answered.body.contains(words), "{answer}: {}", answered.body);
        assert!(!answered.body.contains("script"), "{}", answered.body);
        assert_eq!(answered.cookies(), "");
    }
}

#[tokio::test]
async fn a_provider_that_calls_itself_otherwise_is_not_believed() {
    let stage = Stage::set().await;
    stage.provider.says().issuer = "https://evil.example".to_owned();
    let answered = stage.get("/sign-in", "").await;
    assert_eq!(answered.status, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn no_page_of_another_site_signs_anybody_out() {
    let stage = Stage::set().await;
    let cookies = stage.signed_in().await;
    for header in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://127.0.0.1:9999"),
        ("origin", "null"),
    ] {
        let headers = [("cookie", cookies.as_str()), header];
        let answered = stage.ask(Method::POST, "/sign-out", &headers).await;
        assert_eq!(answered.status, StatusCode::FORBIDDEN, "{header:?}");
    }
    assert_eq!(
        stage.get("/sign-out", &cookies).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    assert!(stage.me(&cookies).await.is_some());
}

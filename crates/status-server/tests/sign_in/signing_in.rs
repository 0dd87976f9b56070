//! Who gets in, and where they go.

use http::{Method, StatusCode};
use serde_json::json;

use crate::stage::Stage;

#[tokio::test]
async fn somebody_is_sent_to_the_provider_and_comes_back_signed_in() {
    let stage = Stage::set().await;
    let place = "%2Fsessions%2Fs-1%3Fagent%3DpdfAdapter%26zone%3Dlocal";
    let begun = stage.begin(&format!("/sign-in?return={place}")).await;
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "trade-status"),
        ("redirect_uri", "http://127.0.0.1:8080/sign-in/callback"),
        ("scope", "openid profile"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(begun.asked[name], value, "{name}");
    }
    assert!(!begun.asked.contains_key("prompt"));
    let finished = stage.finish(&begun).await;
    assert_eq!(finished.status, StatusCode::SEE_OTHER, "{}", finished.body);
    assert_eq!(
        finished.place(),
        "/sessions/s-1?agent=pdfAdapter&zone=local"
    );
    assert_eq!(finished.headers["cache-control"], "no-store");

    let me = stage.me(&finished.cookies()).await.unwrap();
    assert_eq!(me["kind"], "person");
    assert_eq!(me["name"], "Ann");
    assert_eq!(me["role"], "viewer");
    assert_eq!(stage.me("__Host-session=x").await, None);
}

#[tokio::test]
async fn cookies_are_for_this_host_alone_and_out_of_reach_of_scripts() {
    let stage = Stage::set().await;
    let answered = stage.get("/sign-in", "").await;
    let attempt = &answered.set_cookies()[0];
    assert!(attempt.starts_with("__Host-sign-in="), "{attempt}");
    assert!(
        attempt.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=600"),
        "{attempt}"
    );

    let begun = stage.begin("/sign-in").await;
    let set = stage.finish(&begun).await.set_cookies();
    assert!(set[0].starts_with("__Host-session="), "{set:?}");
    assert!(
        set[0].contains("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=43"),
        "{set:?}"
    );
    assert!(set[1].starts_with("__Host-sign-in=; "), "{set:?}");
}

#[tokio::test]
async fn whoever_wants_to_be_sent_elsewhere_is_sent_home() {
    let stage = Stage::set().await;
    for place in [
        "https%3A%2F%2Fevil.example",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
    ] {
        let begun = stage.begin(&format!("/sign-in?return={place}")).await;
        assert_eq!(stage.finish(&begun).await.place(), "/", "{place}");
    }
}

#[tokio::test]
async fn every_sign_in_has_secrets_of_its_own() {
    let stage = Stage::set().await;
    let (one, other) = (stage.begin("/sign-in").await, stage.begin("/sign-in").await);
    for name in ["state", "nonce", "code_challenge"] {
        assert!(one.asked[name].len() >= 22, "{name}");
        assert_ne!(one.asked[name], other.asked[name], "{name}");
    }
}

#[tokio::test]
async fn who_has_no_role_is_told_so_and_may_come_as_somebody_else() {
    let stage = Stage::set().await;
    let begun = stage.begin("/sign-in").await;
    stage.provider.says().claims["groups"] = json!(["others"]);
    let finished = stage.finish(&begun).await;
    assert_eq!(finished.status, StatusCode::FORBIDDEN);
    assert!(
        finished.body.contains("knows you as Ann"),
        "{}",
        finished.body
    );
    assert!(
        finished.body.contains("href=\"/sign-in?anew\""),
        "{}",
        finished.body
    );
    assert_eq!(finished.cookies(), "");

    let begun = stage.begin("/sign-in?anew").await;
    assert_eq!(begun.asked["prompt"], "login");
    stage.provider.says().claims["groups"] = json!(["ops"]);
    let cookies = stage.finish(&begun).await.cookies();
    assert_eq!(stage.me(&cookies).await.unwrap()["role"], "operator");
}

#[tokio::test]
async fn keys_that_the_provider_has_changed_are_read_again() {
    let stage = Stage::set().await;
    stage.signed_in().await;
    assert_eq!(stage.provider.says().asked_for_keys, 1);
    let begun = stage.begin("/sign-in").await;
    {
        let mut says = stage.provider.says();
        says.key = 2;
        says.signature = crate::provider::Signature::Key(2);
    }
    let cookies = stage.finish(&begun).await.cookies();
    assert!(stage.me(&cookies).await.is_some());
    assert_eq!(stage.provider.says().asked_for_keys, 2);
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_again() {
    let stage = Stage::set().await;
    stage.provider.says().is_away = true;
    let answered = stage.get("/sign-in", "").await;
    assert_eq!(answered.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        answered.body.contains("does not work at the moment"),
        "{}",
        answered.body
    );
    assert_eq!(stage.get("/healthz", "").await.status, StatusCode::OK);
    stage.provider.says().is_away = false;
    assert!(stage.me(&stage.signed_in().await).await.is_some());
}

#[tokio::test]
async fn who_signs_out_is_signed_out_and_the_provider_is_told() {
    let stage = Stage::set().await;
    let cookies = stage.signed_in().await;
    let headers = [
        ("cookie", cookies.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    let ended = stage.ask(Method::POST, "/sign-out", &headers).await;
    assert_eq!(ended.status, StatusCode::OK, "{}", ended.body);
    let next: serde_json::Value = serde_json::from_str(&ended.body).unwrap();
    let farewell = format!(
        "{}/end?client_id=trade-status&post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2F",
        stage.provider.issuer
    );
    assert_eq!(next["next"], farewell.as_str());
    assert!(ended.set_cookies()[0].starts_with("__Host-session=; "));
    assert_eq!(
        stage.me(&cookies).await,
        None,
        "the cookie is good for nothing"
    );
}

#[tokio::test]
async fn who_signs_in_anew_leaves_no_session_behind() {
    let stage = Stage::set().await;
    let before = stage.signed_in().await;
    let mut begun = stage.begin("/sign-in").await;
    begun.cookies = format!("{}; {before}", begun.cookies);
    let after = stage.finish(&begun).await.cookies();
    assert_ne!(before, after);
    assert!(stage.me(&after).await.is_some());
    assert_eq!(stage.me(&before).await, None);
}

//! People sign in with an identity provider, are sent back to where they were, and sign out.

use serde_json::json;

use crate::support::{
    Browser, Server, eventually, identity_provider::IdentityProvider, journey, other_origin,
};

/// A place on a long page.
const PLACE: &str = "/sessions/s-1?agent=tradeExtraction&attempt=2&zone=local";

#[tokio::test]
async fn somebody_signs_in_sees_the_sessions_and_signs_out() {
    journey(async |browser| {
        let (server, _provider) = stage().await;
        browser.open(&server.url("/?status=running")).await;
        browser.reads(".message h1", "Not signed in").await;
        assert_eq!(visible(browser, ".bar .personal").await, 0);
        browser.click(".message .sign-in").await;
        browser.introduce("ann viewers").await;
        browser.is_at("/?status=running").await;
        browser.shows("tbody", "FAB_1.pdf").await;

        browser.click(".bar .personal").await;
        browser.is_at("/account").await;
        browser.reads(".account-name", "ann").await;
        browser.shows(".account-part", "Viewer: ").await;

        browser.click(".account-part .button").await;
        // The provider is told too; it asks whether it is meant.
        browser.click("button[name=logout]").await;
        browser.is_at("/").await;
        browser.reads(".message h1", "Not signed in").await;
        browser.open(&server.url("/sessions/s-1")).await;
        browser.reads(".message h1", "Not signed in").await;
    })
    .await;
}

#[tokio::test]
async fn what_somebody_may_do_is_what_the_provider_says_of_them() {
    journey(async |browser| {
        let (server, _provider) = stage().await;
        browser.open(&server.url("/account")).await;
        browser.click(".message .sign-in").await;
        browser.introduce("eve others").await;
        browser.reads("h1", "No access").await;
        browser.shows("p", "knows you as eve").await;

        browser.click("main a").await;
        browser.introduce("bob others operators").await;
        browser.is_at("/").await;
        browser.open(&server.url("/account")).await;
        browser.reads(".account-name", "bob").await;
        browser.shows(".account-part", "Operator: ").await;
    })
    .await;
}

#[tokio::test]
async fn who_cancels_is_not_signed_in_and_told_so() {
    journey(async |browser| {
        let (server, _provider) = stage().await;
        browser.open(&server.url("/sign-in")).await;
        browser.click("button[name=cancel]").await;
        browser.reads("h1", "Not signed in").await;
        browser.click("main a").await;
        browser.introduce("ann viewers").await;
        browser.shows("tbody", "FAB_1.pdf").await;
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_that_ends_leaves_the_page_and_leads_back_to_the_same_place() {
    journey(async |browser| {
        let (server, _provider) = stage().await;
        signed_in(browser, &server, PLACE).await;
        browser.shows(".fresh-live", "Live").await;

        end_session(browser).await;
        let progress = json!({ "status": "in-progress", "activity": "Reading" });
        server.report("s-1", "pdfAdapter", progress).await;
        browser
            .shows(".fresh-gone", "Your sign-in or link has ended · as of ")
            .await;
        browser.reads("h1", "FAB_1.pdf").await;

        browser.click(".freshness .sign-in").await;
        // The provider still knows who it is.
        browser.shows(".fresh-live", "Live").await;
        browser.is_drawn().await;
        browser.is_at(PLACE).await;
        let marked = "#attempt-tradeExtraction-2.is-focused";
        assert_eq!(browser.count(marked).await, 1);
    })
    .await;
}

#[tokio::test]
async fn who_comes_back_is_where_they_had_scrolled_to() {
    journey(async |browser| {
        let (server, _provider) = stage().await;
        browser.set_width(360).await;
        signed_in(browser, &server, "/sessions/s-1").await;
        browser.shows(".fresh-live", "Live").await;
        browser.is_drawn().await;
        let scrolled = async || browser.script("return scrollY", &[]).await;
        browser.script("scrollTo(0, 300)", &[]).await;
        assert_eq!(scrolled().await, 300);

        end_session(browser).await;
        server
            .report("s-1", "pdfAdapter", json!({ "status": "in-progress" }))
            .await;
        browser.shows(".fresh-gone", "has ended").await;
        let click = "document.querySelector('.freshness .sign-in').click()";
        browser.script(click, &[]).await;
        browser.shows(".fresh-live", "Live").await;
        eventually(
            async || (scrolled().await == 300).then_some(()),
            async || format!("300 px down, not {}", scrolled().await),
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_page_of_another_origin_can_do_nothing_in_somebodys_name() {
    journey(async |browser| {
        let (server, _provider) = stage().await;
        signed_in(browser, &server, "/account").await;
        browser.reads(".account-name", "ann").await;
        // Of the same site, so that the browser sends the cookies along; the answer is kept from it.
        let other = other_origin().await;
        browser.open(&other.url("/")).await;
        let forge = "
            const ask = (path, body) => fetch(arguments[0] + path, {
                method: 'POST', mode: 'no-cors', credentials: 'include', body,
                headers: { 'content-type': 'text/plain' },
            }).catch(() => null);
            return ask('/sign-out', '').then(() => ask('/api/shares', '{\"sessionId\":\"s-1\"}'))
                .then(() => 'sent')";
        let sent = browser.script(forge, &[json!(server.origin())]).await;
        assert_eq!(sent, "sent");
        browser.open(&server.url("/account")).await;
        browser.reads(".account-name", "ann").await;
        browser
            .shows(".account-part:last-of-type", "No links.")
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_said_to_be_and_asked_again() {
    journey(async |browser| {
        let mut provider = IdentityProvider::start();
        let server = Server::signing_in(provider.origin());
        server.begin("s-1", "FAB_1.pdf").await;
        browser
            .open(&server.url("/sign-in?return=/sessions/s-1"))
            .await;
        browser
            .reads("h1", "Signing in does not work at the moment")
            .await;
        provider.serve(&server.origin());
        browser.reload().await;
        browser.introduce("ann viewers").await;
        browser.is_at("/sessions/s-1").await;
        browser.reads("h1", "FAB_1.pdf").await;
    })
    .await;
}

/// A server with a session that has failed and goes on, and whoever signs people in for it.
pub async fn stage() -> (Server, IdentityProvider) {
    let mut provider = IdentityProvider::start();
    let server = Server::signing_in(provider.origin());
    provider.serve(&server.origin());
    server.begin("s-1", "FAB_1.pdf").await;
    let attempt = |number: u32| {
        json!({
            "status": "error",
            "startedAt": format!("2026-11-22T12:01:{:02}.000Z", 10 * number),
            "completedAt": format!("2026-11-22T12:01:{:02}.500Z", 10 * number),
            "error": format!("HTTP 429: throttled\nRequest id {number}"),
        })
    };
    let failed = json!({
        "status": "error",
        "error": "HTTP 429: throttled\nRequest id 2",
        "attempts": [attempt(1), attempt(2)],
    });
    server.report("s-1", "tradeExtraction", failed).await;
    (server, provider)
}

/// Signs in as a viewer, and goes on to this place.
pub async fn signed_in(browser: &Browser, server: &Server, place: &str) {
    let place: String = url_encoded(place);
    browser
        .open(&server.url(&format!("/sign-in?return={place}")))
        .await;
    browser.introduce("ann viewers").await;
}

fn url_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// Ends the session behind the page's back, as its time does.
async fn end_session(browser: &Browser) {
    let end = "return fetch('/sign-out', { method: 'POST' }).then((answer) => answer.status)";
    assert_eq!(browser.script(end, &[]).await, 200);
}

/// How many elements of a selector are seen.
pub async fn visible(browser: &Browser, css: &str) -> u64 {
    let script = "return [...document.querySelectorAll(arguments[0])]
        .filter((element) => element.checkVisibility()).length";
    let visible = browser.script(script, &[json!(css)]).await;
    visible.as_u64().unwrap()
}

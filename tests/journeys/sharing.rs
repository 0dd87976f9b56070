//! Links to one session for somebody without an account, and a display that signs in by its link.

use serde_json::json;

use crate::{
    access::violations,
    signing_in::{signed_in, stage, visible},
    support::{Browser, eventually, journey},
};

#[tokio::test]
async fn a_link_opens_one_session_and_nothing_else_until_it_is_revoked() {
    journey(async |browser| {
        let (server, _provider) = stage().await;
        server.begin("s-2", "FAB_2.pdf").await;
        signed_in(browser, &server, "/sessions/s-1").await;
        browser.click(".menu summary").await;
        browser.click(".menu-items .personal").await;
        browser.is_at("/account?share=s-1").await;
        let link = made(browser).await;

        let other = Browser::start().await;
        other.open(&link).await;
        other.is_at("/sessions/s-1").await;
        other.reads("h1", "FAB_1.pdf").await;
        other.shows(".fresh-live", "Live").await;
        other.shows(".failure", "HTTP 429: throttled").await;
        for nothing in [".bar a", ".bar form", ".personal", ".menu-items form"] {
            assert_eq!(visible(&other, nothing).await, 0, "{nothing}");
        }
        let progress = json!({ "status": "in-progress", "activity": "Reading" });
        server.report("s-1", "pdfAdapter", progress).await;
        other
            .shows("[data-agent=pdfAdapter] .agent-summary", "Reading")
            .await;
        for (address, title) in [
            ("/sessions/s-2", "No access"),
            ("/", "No access"),
            ("/account", "A link to one session"),
        ] {
            other.open(&server.url(address)).await;
            other.reads(".message h1, .account-name", title).await;
        }
        other.open(&server.url("/sessions/s-1")).await;
        other.shows(".fresh-live", "Live").await;

        browser.click(".shares .ways .button:last-child").await;
        browser.shows(".account-said", "The link is revoked").await;
        browser.shows("main", "No links.").await;
        server
            .report("s-1", "pdfAdapter", json!({ "status": "success" }))
            .await;
        other
            .shows(".fresh-gone", "Your sign-in or link has ended")
            .await;
        other.reads("h1", "FAB_1.pdf").await;
        other.open(&link).await;
        other.reads("h1", "The link opens nothing").await;
        other.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_link_may_keep_error_texts_and_names_back() {
    journey(async |browser| {
        let (server, _provider) = stage().await;
        signed_in(browser, &server, "/account?share=s-1").await;
        browser.click("input[name=redacted]").await;
        let link = made(browser).await;
        browser
            .shows(".shares", "without error texts and document names")
            .await;

        let other = Browser::start().await;
        other.open(&link).await;
        other.is_at("/sessions/s-1").await;
        other.shows(".fresh-live", "Live").await;
        for file in ["status", "export?format=csv"] {
            let script = "return fetch(arguments[0]).then((answer) => answer.text())";
            let path = format!("/api/workflow/s-1/{file}");
            let text = other.script(script, &[json!(path)]).await.to_string();
            assert!(text.contains("s-1"), "{text}");
            for secret in ["throttled", "FAB_1", "corr_"] {
                assert!(!text.contains(secret), "{text}");
            }
        }
        let page = other.text("main").await;
        assert!(
            !page.contains("throttled") && !page.contains("FAB_1"),
            "{page}"
        );
        other.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_display_signs_in_by_its_link_and_sees_the_wall_alone() {
    journey(async |browser| {
        let (server, _provider) = stage().await;
        browser.open(&server.display_link("wall-1").await).await;
        browser.is_at("/wall").await;
        browser.shows(".tile-title", "FAB_1.pdf").await;
        for address in ["/", "/sessions/s-1"] {
            browser.open(&server.url(address)).await;
            browser.reads(".message h1", "No access").await;
        }
        // The link is that of the display for as long as its token is good.
        browser.open(&server.display_link("wall-2").await).await;
        browser.is_at("/wall").await;
    })
    .await;
}

#[tokio::test]
async fn the_accounts_page_is_for_everyone() {
    journey(async |browser| {
        let (server, _provider) = stage().await;
        signed_in(browser, &server, "/account?share=s-1").await;
        made(browser).await;
        for theme in ["light", "dark"] {
            browser.set_preference("prefers-color-scheme", theme).await;
            for width in [1280, 360] {
                browser.set_width(width).await;
                assert_eq!(violations(browser).await, [""; 0], "{theme}, {width} px");
                let wide = "const { scrollWidth, clientWidth } = document.documentElement;
                    return scrollWidth > clientWidth";
                assert_eq!(browser.script(wide, &[]).await, false, "{width} px");
            }
        }
    })
    .await;
}

/// Makes the link, and answers it.
async fn made(browser: &Browser) -> String {
    browser.click("input[name=validity]").await;
    browser.click(".share-form .button").await;
    let link = async || {
        let value = "return document.querySelector('.made input')?.value ?? ''";
        let link = browser.script(value, &[]).await;
        Some(link.as_str()?.to_owned()).filter(|link| !link.is_empty())
    };
    let link = eventually(link, async || "a link".to_owned()).await;
    browser.remember_copies().await;
    browser.click(".made .button").await;
    browser.shows(".made", "Copied").await;
    assert_eq!(browser.copied().await, link);
    link
}

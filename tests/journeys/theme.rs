//! Light and dark: by the system, by choice, by the address; never first the one and then the other.

use serde_json::json;

use crate::support::{Browser, Server, eventually, journey};

const LIGHT: &str = "rgb(246, 247, 249)";
const DARK: &str = "rgb(13, 17, 23)";

/// Writes down the page's colour in every frame, from the first one that has a page.
const WATCH: &str = "
    window.colours = new Set();
    const look = () => {
        if (document.body) colours.add(getComputedStyle(document.body).backgroundColor);
        requestAnimationFrame(look);
    };
    look();";

#[tokio::test]
async fn the_theme_is_the_systems_until_the_viewer_chooses_and_the_choice_is_kept() {
    journey(async |browser| {
        let server = Server::start();
        browser.before_each_page(WATCH).await;
        for (system, colour) in [("dark", DARK), ("light", LIGHT)] {
            browser.set_preference("prefers-color-scheme", system).await;
            browser.open(&server.url("/")).await;
            shows(browser, "System", colour).await;
            assert_eq!(bar_colours(browser).await, [system]);
        }

        // The system is light from here on.
        for (word, colour) in [("Light", LIGHT), ("Dark", DARK)] {
            browser.click(".theme").await;
            says(browser, word).await;
            browser.reload().await;
            shows(browser, word, colour).await;
            assert_eq!(bar_colours(browser).await, [word.to_lowercase()]);
        }
        browser.click(".theme").await;
        browser.reload().await;
        shows(browser, "System", LIGHT).await;
    })
    .await;
}

#[tokio::test]
async fn an_address_may_name_the_theme_and_changes_no_choice() {
    journey(async |browser| {
        let server = Server::start();
        browser.before_each_page(WATCH).await;
        browser
            .set_preference("prefers-color-scheme", "light")
            .await;
        browser.open(&server.url("/?theme=dark")).await;
        shows(browser, "Dark", DARK).await;
        browser.open(&server.url("/")).await;
        shows(browser, "System", LIGHT).await;

        browser.click(".theme").await;
        browser.open(&server.url("/?theme=dark")).await;
        shows(browser, "Dark", DARK).await;
        browser.open(&server.url("/?theme=pink")).await;
        shows(browser, "System", LIGHT).await;
        browser.open(&server.url("/")).await;
        shows(browser, "Light", LIGHT).await;

        // What the viewer chooses goes before what the address said.
        browser.open(&server.url("/?q=s&theme=dark")).await;
        shows(browser, "Dark", DARK).await;
        browser.click(".theme").await;
        browser.is_at("/?q=s").await;
        browser.reload().await;
        shows(browser, "System", LIGHT).await;
    })
    .await;
}

#[tokio::test]
async fn a_choice_in_one_tab_holds_in_the_others() {
    journey(async |browser| {
        let server = Server::start();
        browser.open(&server.url("/")).await;
        says(browser, "System").await;
        let other = "
            const other = document.body.appendChild(document.createElement('iframe'));
            other.contentWindow.localStorage.setItem('theme', 'dark');
            other.remove();";
        browser.script(other, &[]).await;
        says(browser, "Dark").await;
    })
    .await;
}

/// Waits until the switch says so; then the page has had this colour alone, from its first frame.
async fn shows(browser: &Browser, word: &str, colour: &str) {
    says(browser, word).await;
    let colours = browser.script("return [...colours]", &[]).await;
    assert_eq!(colours, json!([colour]), "as {word}");
}

/// Waits until the switch says so: of its three states one is there for eyes and ears.
async fn says(browser: &Browser, word: &str) {
    let script = "return document.querySelector('.theme')?.innerText.replace(/\\s+/g, ' ')";
    let said = async || browser.script(script, &[]).await;
    eventually(
        async || (said().await == format!("Theme: {word}")).then_some(()),
        async || format!("the switch says {word}; it says {}", said().await),
    )
    .await;
}

/// The themes whose colour the browser gives to its own bar.
async fn bar_colours(browser: &Browser) -> Vec<String> {
    let script = "
        return [...document.querySelectorAll('meta[name=theme-color]')]
            .filter(meta => matchMedia(meta.media).matches)
            .map(meta => meta.dataset.theme)";
    serde_json::from_value(browser.script(script, &[]).await).unwrap()
}

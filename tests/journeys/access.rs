//! Access for everyone: axe, small and enlarged screens, the keyboard, high contrast, no motion.

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};

use crate::support::{Browser, eventually, journey, passed_on, scenes::Scenes};

/// What axe finds on the page, by all of its rules and that of the size of what is pressed.
const LOOK: &str = "
    const options = { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } };
    return axe.run(document, options).then(({ violations }) => violations.flatMap(
        ({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary])));";

/// A desk, a phone, and a desk at 200 % zoom, in CSS pixels.
const WIDTHS: [u32; 3] = [1280, 360, 640];

/// What axe finds on the page that is open.
pub async fn violations(browser: &Browser) -> Vec<String> {
    let axe = fs::read_to_string(passed_on("AXE")).unwrap();
    browser.script(&axe, &[]).await;
    found_by_axe(browser).await
}

async fn found_by_axe(browser: &Browser) -> Vec<String> {
    let violations = browser.script(LOOK, &[]).await;
    let violations = violations.as_array().unwrap().iter();
    violations
        .map(|violation| format!("{violation:#}"))
        .collect()
}

#[tokio::test]
async fn every_page_is_without_violations_in_every_state_when_light() {
    is_without_violations("light").await;
}

#[tokio::test]
async fn every_page_is_without_violations_in_every_state_when_dark() {
    is_without_violations("dark").await;
}

async fn is_without_violations(theme: &str) {
    let axe = fs::read_to_string(passed_on("AXE")).unwrap();
    journey(async |browser| {
        let scenes = Scenes::set().await;
        let mut found = Vec::new();
        browser.set_preference("prefers-color-scheme", theme).await;
        for scene in scenes.all() {
            scene.open(browser).await;
            browser.script(&axe, &[]).await;
            for width in [1280, 360] {
                browser.set_width(width).await;
                let violations = found_by_axe(browser).await;
                for violation in violations {
                    found.push(format!("{}, {width} px: {violation}", scene.name));
                }
            }
            browser.set_width(1280).await;
        }
        assert!(found.is_empty(), "{}", found.join("\n"));

        // That violations would be found.
        let spoil = "document.body.insertAdjacentHTML('beforeend', '<img src=\"x.png\">')";
        browser.script(spoil, &[]).await;
        let violations = browser.script(LOOK, &[]).await;
        assert!(violations.to_string().contains("image-alt"), "{violations}");
    })
    .await;
}

#[tokio::test]
async fn no_page_is_wider_than_the_screen() {
    journey(async |browser| {
        let scenes = Scenes::set().await;
        let mut too_wide = Vec::new();
        for scene in scenes.all() {
            scene.open(browser).await;
            for width in WIDTHS {
                browser.set_width(width).await;
                let page = "
                    const { scrollWidth, clientWidth } = document.documentElement;
                    return [scrollWidth, clientWidth]";
                let sizes = browser.script(page, &[]).await;
                let [scrolled, seen] = [&sizes[0], &sizes[1]].map(|size| size.as_u64().unwrap());
                if scrolled > seen {
                    too_wide.push(format!("{}: {scrolled} px of {width} px", scene.name));
                }
            }
            browser.set_width(WIDTHS[0]).await;
        }
        assert_eq!(too_wide, [""; 0]);
    })
    .await;
}

/// What can be operated, by its place in the page: its text may be a time, which goes on.
const OPERABLE: &str = "
    const place = element =>
        `${element.tagName} ${[...document.querySelectorAll(element.tagName)].indexOf(element)}`;";

#[tokio::test]
async fn the_keyboard_reaches_everything_and_shows_where_it_is() {
    journey(async |browser| {
        let scenes = Scenes::set().await;
        for scene in scenes.all() {
            scene.open(browser).await;
            let all = format!(
                "{OPERABLE}
                const all = 'a[href], button, input, select, textarea, summary, [tabindex]';
                return Object.fromEntries([...document.querySelectorAll(all)]
                    .filter(element => element.tabIndex >= 0 && element.checkVisibility())
                    .map(element => [place(element), element.outerHTML.slice(0, 200)]))"
            );
            let all = browser.script(&all, &[]).await;
            let all: BTreeMap<String, String> = serde_json::from_value(all).unwrap();
            let mut unreached = all.clone();
            // From the address bar through the page, and once more for what was missed.
            for _ in 0..=all.len() {
                browser.press("Tab", 9).await;
                let focused = format!(
                    "{OPERABLE}
                    const focused = document.activeElement;
                    const outlined = element => {{
                        const {{ outlineStyle, outlineWidth }} = getComputedStyle(element);
                        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
                    }};
                    const {{ top, bottom }} = focused.getBoundingClientRect();
                    return {{
                        page: focused === document.body,
                        place: place(focused),
                        // The box around a field may show it for the field.
                        shown: outlined(focused) || outlined(focused.parentElement),
                        seen: bottom > 0 && top < innerHeight,
                    }}"
                );
                let focused = browser.script(&focused, &[]).await;
                if focused["page"] == true {
                    continue;
                }
                let scene = scene.name;
                assert!(focused["shown"] == true, "{scene}: no outline: {focused}");
                assert!(focused["seen"] == true, "{scene}: out of sight: {focused}");
                let place = focused["place"].as_str().unwrap();
                assert!(all.contains_key(place), "{scene}: unlisted: {focused}");
                unreached.remove(place);
            }
            assert!(unreached.is_empty(), "{}: {unreached:#?}", scene.name);
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_moves_for_who_prefers_no_motion() {
    journey(async |browser| {
        let scenes = Scenes::set().await;
        let moving = async |preference: &str| {
            let feature = "prefers-reduced-motion";
            browser.set_preference(feature, preference).await;
            scenes.named("session, running").open(browser).await;
            let moving = "return document.getAnimations().length";
            browser.script(moving, &[]).await.as_u64().unwrap()
        };
        assert_eq!(moving("reduce").await, 0);
        assert!(moving("no-preference").await >= 2, "what is alive moves");
    })
    .await;
}

#[tokio::test]
async fn marks_and_bars_are_seen_in_the_viewers_own_colours() {
    journey(async |browser| {
        let scenes = Scenes::set().await;
        browser.set_preference("forced-colors", "active").await;
        for name in ["session, failed", "session, running", "session, completed"] {
            scenes.named(name).open(browser).await;
            let colours = "
                const style = element => getComputedStyle(element);
                const all = css => [...document.querySelectorAll(css)];
                return {
                    forced: matchMedia('(forced-colors: active)').matches,
                    text: style(document.body).color,
                    marks: all('.mark').map(mark => style(mark).color),
                    bars: all('.segment, .meter-rail').map(bar => style(bar).borderTopStyle),
                }";
            let colours = browser.script(colours, &[]).await;
            assert_eq!(colours["forced"], true);
            let is_all = |of: &str, wanted: &Value| {
                let all = colours[of].as_array().unwrap();
                assert!(
                    !all.is_empty() && all.iter().all(|one| one == wanted),
                    "{name}: {colours:#}"
                );
            };
            is_all("marks", &colours["text"]);
            is_all("bars", &json!("solid"));
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_loading_is_said_to_be() {
    journey(async |browser| {
        let scenes = Scenes::set().await;
        scenes.named("session, loading").open(browser).await;
        let busy = async || browser.count("[aria-busy=true]").await;
        eventually(
            async || (busy().await == 1).then_some(()),
            async || format!("one busy place, not {}", busy().await),
        )
        .await;
        browser.reads("[aria-busy=true] .heard", "Loading").await;
    })
    .await;
}

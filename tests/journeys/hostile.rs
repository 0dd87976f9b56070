//! Text that would like to be more than text.

use serde_json::{Value, json};

use crate::support::{Browser, Server, eventually, journey, server::now};

const IMAGE: &str = r#"<img src=x onerror="window.ran = 'image'">"#;
const SCRIPT: &str = r#""></title></style></textarea><script>window.ran = 'script'</script>"#;
const DRAWING: &str = "<svg onload=alert(1)><a href=\"javascript:alert(2)\">click</a></svg>";
const TEMPLATE: &str = "{{constructor.constructor('window.ran = 1')()}}${window.ran=2} %s %n";
const ENTITIES: &str = "&lt;b&gt; &amp; <b>bold</b> \u{202e}gpj.exe\u{202c}";

/// The list of attacks, which the server's tests use too.
const ATTACKS: &str = include_str!("../../crates/status-model/tests/fixtures/attacks.json");

fn attacks() -> Vec<String> {
    let list: Vec<Value> = serde_json::from_str(ATTACKS).unwrap();
    let text = |attack: &Value| attack["text"].as_str().unwrap().to_owned();
    list.iter().map(text).collect()
}

/// A DynamoDB item, as another writer may have written it, with such text wherever text may stand.
fn item() -> Value {
    let text = |text: &str| json!({ "S": text });
    let map = |map: Value| json!({ "M": map });
    let time = now().to_string();
    let agent = |status: &str, activity: &str| json!({ "status": text(status), "activity": text(activity), "startedAt": text(&time) });
    let mut failed = agent("error", TEMPLATE);
    failed["error"] = text(&format!("{SCRIPT}\n{IMAGE}"));
    failed["errorType"] = text(DRAWING);
    failed["attempts"] = json!({ "L": [map(failed.clone())] });
    let mut matching = agent("success", DRAWING);
    matching["matchClassification"] = text(IMAGE);
    json!({
        "sessionId": text("s-hostile"),
        "documentId": text(IMAGE),
        "correlationId": text(SCRIPT),
        "sourceType": text(DRAWING),
        "overallStatus": text(TEMPLATE),
        "createdAt": text(&time),
        "lastUpdated": text(&time),
        "pdfAdapter": map(failed),
        "tradeExtraction": map(agent(IMAGE, SCRIPT)),
        "tradeMatching": map(matching),
        "exceptionManagement": map(agent("in-progress", ENTITIES)),
        SCRIPT: text(IMAGE),
    })
}

/// The same with an overall state that is one: a table lists no others.
fn listed(id: &str) -> Value {
    let mut item = item();
    item["sessionId"] = json!({ "S": id });
    item["overallStatus"] = json!({ "S": "failed" });
    item
}

#[tokio::test]
async fn in_a_session_it_stays_text() {
    journey(async |browser| {
        let server = Server::start();
        server.import(&[item()]).await;
        browser.open(&server.url("/sessions/s-hostile")).await;

        browser.reads("h1", IMAGE).await;
        browser.reads(".head .tag", DRAWING).await;
        browser.shows(".head .state", TEMPLATE).await;
        browser.shows(".facts", SCRIPT).await;
        browser.shows(".failure pre", SCRIPT).await;
        browser.shows(".attempt-note", DRAWING).await;
        browser
            .shows("[data-agent=pdfAdapter] .agent-summary", TEMPLATE)
            .await;
        browser
            .shows("[data-agent=tradeExtraction] .word", IMAGE)
            .await;
        browser
            .shows("[data-agent=tradeExtraction] .agent-summary", SCRIPT)
            .await;
        browser
            .shows("[data-agent=tradeMatching] .agent-judgement", IMAGE)
            .await;
        browser
            .shows("[data-agent=exceptionManagement]", ENTITIES)
            .await;
        // It grows here, so the title is in use: text that ends it would start an element.
        assert!(browser.title().await.contains(IMAGE));
        nothing_came_of_it(browser).await;
    })
    .await;
}

#[tokio::test]
async fn in_the_list_and_in_a_search_it_stays_text() {
    journey(async |browser| {
        let server = Server::start();
        server.import(&[listed("s-hostile")]).await;
        browser.open(&server.url("/")).await;
        browser.reads(".row-link", IMAGE).await;
        browser.shows(".row-note", "PDF adapter:").await;
        browser.shows("tbody .tag", DRAWING).await;
        nothing_came_of_it(browser).await;

        for text in [IMAGE, SCRIPT, DRAWING, ENTITIES] {
            browser.open(&server.url("/")).await;
            browser
                .fill(
                    ".find input",
                    &format!("{}no such\n", text.replace(['<', '"'], "(<")),
                )
                .await;
            browser.shows(".message p", "starts with “").await;
            nothing_came_of_it(browser).await;
        }
        let encoded = "%3Cimg%20src%3Dx%20onerror%3D%22window.ran%3D1%22%3E%00%ff%";
        browser.open(&server.url(&format!("/?q={encoded}"))).await;
        browser.shows("h2", "Found for “<img src=x").await;
        nothing_came_of_it(browser).await;
        browser
            .open(&server.url(&format!("/sessions/{encoded}")))
            .await;
        browser.reads(".message h1", "Not a session id").await;
        nothing_came_of_it(browser).await;
    })
    .await;
}

#[tokio::test]
async fn each_attack_of_the_list_is_read_as_it_was_written() {
    journey(async |browser| {
        let server = Server::start();
        let attacks = attacks();
        let text = |text: &str| json!({ "S": text });
        let mut whole = listed("s-hostile");
        let tries = attacks.iter().map(|attack| {
            json!({ "M": {
                "status": text("error"), "activity": text(attack), "error": text(attack),
                "errorType": text(attack), "startedAt": text(&now().to_string()),
            }})
        });
        whole["pdfAdapter"]["M"]["attempts"] = json!({ "L": tries.collect::<Vec<_>>() });
        let mut items = vec![whole];
        for (number, attack) in attacks.iter().enumerate() {
            let mut item = listed(&format!("s-attack-{number}"));
            for name in ["documentId", "correlationId", "sourceType"] {
                item[name] = text(attack);
            }
            items.push(item);
        }
        server.import(&items).await;

        browser.open(&server.url("/sessions/s-hostile")).await;
        browser.reads("h1", IMAGE).await;
        // Fifty attempts are on the page at a time.
        browser.click("[data-agent=pdfAdapter] .fold").await;
        let count = attacks.len();
        let range = "[data-agent=pdfAdapter] .list-range";
        browser.reads(range, &format!("1–50 of {count}")).await;
        let mut read = attempts(browser).await;
        let last = "[data-agent=pdfAdapter] .list-head .button:nth-of-type(5)";
        browser.click(last).await;
        browser
            .reads(range, &format!("51–{count} of {count}"))
            .await;
        read.extend(attempts(browser).await);
        for attack in &attacks {
            for part in ["activity", "error"] {
                let text = (part.to_owned(), attack.clone());
                assert!(read.contains(&text), "{part}: {attack:?}");
            }
        }
        nothing_came_of_it(browser).await;

        browser.open(&server.url("/")).await;
        let mut read = rows(browser, 50).await;
        browser.click("[data-key=n]").await;
        read.extend(rows(browser, items.len() - 50).await);
        for attack in &attacks {
            assert!(read.contains(attack), "{attack:?}");
        }
        for (number, attack) in attacks.iter().enumerate() {
            let path = format!("/sessions/s-attack-{number}");
            // A page a letter of the alphabet of attacks would take minutes.
            if number % 8 == 0 {
                browser.open(&server.url(&path)).await;
                browser
                    .shows(".summary", &format!("s-attack-{number}"))
                    .await;
                let title = browser.script("return document.querySelector('h1').textContent", &[]);
                assert_eq!(title.await, *attack);
                nothing_came_of_it(browser).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn text_without_end_leaves_the_page_in_its_form() {
    journey(async |browser| {
        let server = Server::start();
        let word = "W".repeat(5000);
        // No longer id goes into a table's index.
        let id = "W".repeat(1024);
        let long = |mut item: Value| {
            for name in ["documentId", "correlationId"] {
                item[name] = json!({ "S": id });
            }
            item["sourceType"] = json!({ "S": word });
            for agent in ["pdfAdapter", "tradeExtraction"] {
                for name in ["activity", "error", "errorType", "status"] {
                    item[agent]["M"][name] = json!({ "S": word });
                }
            }
            item
        };
        let mut in_no_state = item();
        in_no_state["overallStatus"] = json!({ "S": id });
        server
            .import(&[long(in_no_state), long(listed("s-listed"))])
            .await;
        for path in ["/sessions/s-hostile", "/"] {
            for width in [1280, 360] {
                browser.set_width(width).await;
                browser.open(&server.url(path)).await;
                browser.shows("main", &word).await;
                let reach = "return document.documentElement.scrollWidth";
                let reach = browser.script(reach, &[]).await.as_u64().unwrap();
                assert!(reach <= width.into(), "{path} takes {reach} of {width} px");
            }
        }
    })
    .await;
}

/// The texts of the attempts that are on the page, each with what it is.
async fn attempts(browser: &Browser) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (part, class) in [("activity", ".attempt-activity"), ("error", ".attempt pre")] {
        let script = "return [...document.querySelectorAll(
            '[data-agent=pdfAdapter] ' + arguments[0])].map(e => e.textContent)";
        let read = browser.script(script, &[json!(class)]).await;
        let read = read.as_array().unwrap().iter().filter_map(Value::as_str);
        texts.extend(read.map(|text| (part.to_owned(), text.to_owned())));
    }
    texts
}

/// The documents of a page of the list, once it has so many rows.
async fn rows(browser: &Browser, count: usize) -> Vec<String> {
    let is_whole = async || (browser.count(".row-link").await == count).then_some(());
    eventually(is_whole, async || format!("{count} rows")).await;
    nothing_came_of_it(browser).await;
    let script = "return [...document.querySelectorAll('.row-link')].map(e => e.textContent)";
    let rows = browser.script(script, &[]).await;
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row.as_str().unwrap().to_owned()).collect()
}

/// No element came into being, no program ran, no dialog is open.
async fn nothing_came_of_it(browser: &Browser) {
    let elements = "return document.querySelectorAll(
        'img, b.hostile, svg[onload], svg a, [onerror], [onload], a[href^=javascript], script:not([type=module])'
    ).length - document.head.querySelectorAll('script:not([type=module])').length";
    // A dialog that is open makes every script fail.
    assert_eq!(browser.script(elements, &[]).await, 0);
    assert_eq!(
        browser.script("return window.ran ?? null", &[]).await,
        Value::Null
    );
}

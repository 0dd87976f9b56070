//! A browser: Chromium, driven through ChromeDriver.

use std::{env, fs, path::Path, time::Duration};

use fantoccini::{Client, ClientBuilder, Locator, wd::Capabilities};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::{eventually, passed_on};

/// The size of its window.
const SIZE: (u32, u32) = (1280, 1000);

/// A browser with a profile of its own.
pub struct Browser {
    client: Client,
    /// For the commands that only ChromeDriver knows.
    http: reqwest::Client,
    session_url: String,
}

impl Browser {
    pub async fn start() -> Self {
        let driver = passed_on("WEBDRIVER_URL");
        let capabilities = capabilities();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver)
            .await
            .unwrap();
        let session = client.session_id().await.unwrap().unwrap();
        Self {
            client,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            session_url: format!("{driver}/session/{session}"),
        }
    }

    pub async fn close(self) {
        // A browser that has crashed can't be closed; why it did is what the journey tells.
        _ = self.client.close().await;
    }

    /// Opens an address, and waits until its page is drawn.
    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
        self.is_drawn().await;
    }

    pub async fn reload(&self) {
        self.client.refresh().await.unwrap();
        self.is_drawn().await;
    }

    /// Waits until the page stands in its skeleton's place.
    pub async fn is_drawn(&self) {
        let is_drawn = "return !document.getElementById('skeleton')";
        self.becomes(is_drawn, "the page is drawn").await;
    }

    /// Waits until a script returns true.
    async fn becomes(&self, script: &str, what: &str) {
        eventually(
            async || (self.script(script, &[]).await == true).then_some(()),
            async || what.to_owned(),
        )
        .await;
    }

    pub async fn back(&self) {
        self.client.back().await.unwrap();
    }

    pub async fn title(&self) -> String {
        self.client.title().await.unwrap()
    }

    /// The address without its origin.
    pub async fn path(&self) -> String {
        let path = "return location.pathname + location.search";
        self.script(path, &[]).await.as_str().unwrap().to_owned()
    }

    /// Clicks the first element of this selector, once there is one.
    pub async fn click(&self, css: &str) {
        eventually(
            async || {
                self.client
                    .find(Locator::Css(css))
                    .await
                    .ok()?
                    .click()
                    .await
                    .ok()
            },
            async || format!("a click on {css}"),
        )
        .await;
    }

    /// Writes into the first field of this selector in place of what stands there; `\n` is Enter.
    pub async fn fill(&self, css: &str, text: &str) {
        /// What WebDriver calls the key.
        const ENTER: &str = "\u{e007}";
        let field = eventually(
            async || {
                let field = self.client.find(Locator::Css(css)).await.ok()?;
                field.clear().await.ok()?;
                Some(field)
            },
            async || format!("the field {css}"),
        )
        .await;
        field.send_keys(&text.replace('\n', ENTER)).await.unwrap();
    }

    /// Presses a key, named as the page sees it and by its code.
    pub async fn press(&self, key: &str, code: u32) {
        for kind in ["keyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code });
            self.devtools("Input.dispatchKeyEvent", event).await;
        }
    }

    /// Chooses from the first list of this name.
    pub async fn choose(&self, label: &str, option: &str) {
        let css = format!("select[aria-label='{label}']");
        let select = eventually(
            async || self.client.find(Locator::Css(&css)).await.ok(),
            async || format!("the list {label}"),
        )
        .await;
        select.select_by_label(option).await.unwrap();
    }

    /// Puts the pointer on the first element of this selector.
    pub async fn point_at(&self, css: &str) {
        let place = "const place = document.querySelector(arguments[0]).getBoundingClientRect();
            return [place.x + 20, place.y + 5]";
        let place = self.script(place, &[json!(css)]).await;
        let moved = json!({ "type": "mouseMoved", "x": place[0], "y": place[1] });
        self.devtools("Input.dispatchMouseEvent", moved).await;
    }

    /// Presses a key wherever the keyboard is; `\n` is Enter.
    pub async fn type_key(&self, key: &str) {
        let (key, text) = match key {
            "\n" => ("Enter", "\r"),
            key => (key, key),
        };
        let down = json!({ "type": "keyDown", "key": key, "text": text });
        self.devtools("Input.dispatchKeyEvent", down).await;
        let up = json!({ "type": "keyUp", "key": key });
        self.devtools("Input.dispatchKeyEvent", up).await;
    }

    /// Notes what the page copies from now on, in place of the system's clipboard, which all
    /// journeys share.
    pub async fn remember_copies(&self) {
        let script = "navigator.clipboard.writeText = async (text) => { window.copied = text; }";
        self.script(script, &[]).await;
    }

    /// What the page has copied last.
    pub async fn copied(&self) -> String {
        let copied = self.script("return window.copied", &[]).await;
        copied.as_str().unwrap().to_owned()
    }

    /// The file that a link leads to.
    pub async fn file_of(&self, css: &str) -> String {
        let script = "return fetch(document.querySelector(arguments[0]).href)
            .then((answer) => answer.text())";
        let file = self.script(script, &[json!(css)]).await;
        file.as_str().unwrap().to_owned()
    }

    /// Prints the page on A4.
    pub async fn print(&self) -> Printed {
        let parameters = json!({ "preferCSSPageSize": true });
        let printed = self.devtools("Page.printToPDF", parameters).await;
        let file = printed["data"].as_str().unwrap();
        Printed {
            pages: self.pages_of(file).await,
        }
    }

    /// How many pages a PDF has, as its own catalogue says.
    async fn pages_of(&self, base64: &str) -> usize {
        let script = "return (atob(arguments[0]).match(/\\/Type\\s*\\/Page[^s]/g) ?? []).length";
        let pages = self.script(script, &[json!(base64)]).await;
        usize::try_from(pages.as_u64().unwrap()).unwrap()
    }

    /// Lets the pages of an origin notify.
    pub async fn allow_notifications(&self, origin: &str) {
        let parameters = json!({ "origin": origin, "permissions": ["notifications"] });
        self.devtools("Browser.grantPermissions", parameters).await;
    }

    /// Opens an address in a tab of its own, in front of the others.
    pub async fn open_in_new_tab(&self, url: &str) {
        let tab = self.client.new_window(true).await.unwrap();
        self.client.switch_to_window(tab.handle).await.unwrap();
        self.open(url).await;
    }

    /// What a script returns.
    pub async fn script(&self, script: &str, arguments: &[Value]) -> Value {
        self.client
            .execute(script, arguments.to_vec())
            .await
            .unwrap()
    }

    /// Has every page run a script before its own.
    pub async fn before_each_page(&self, script: &str) {
        let parameters = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", parameters)
            .await;
    }

    /// Puts the window where nobody sees it, as another window or tab before it does.
    pub async fn hide(&self) {
        self.client.minimize_window().await.unwrap();
        let is_hidden = "return document.visibilityState === 'hidden'";
        self.becomes(is_hidden, "the page is hidden").await;
    }

    /// Brings the window back.
    pub async fn show(&self) {
        self.client.set_window_size(SIZE.0, SIZE.1).await.unwrap();
        let is_seen = "return document.visibilityState === 'visible'";
        self.becomes(is_seen, "the page is seen").await;
    }

    /// Pulls the network's plug, or puts it in.
    pub async fn set_online(&self, online: bool) {
        let conditions = json!({
            "offline": !online, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.emulateNetworkConditions", conditions)
            .await;
    }

    /// Makes the page as wide as on such a screen.
    pub async fn set_width(&self, width: u32) {
        let screen = json!({
            "width": width, "height": SIZE.1, "deviceScaleFactor": 1, "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", screen)
            .await;
    }

    /// Has the viewer prefer so, as in `prefers-color-scheme: dark`.
    pub async fn set_preference(&self, feature: &str, value: &str) {
        let features = json!({ "features": [{ "name": feature, "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    pub async fn set_time_zone(&self, name: &str) {
        let parameters = json!({ "timezoneId": name });
        self.devtools("Emulation.setTimezoneOverride", parameters)
            .await;
    }

    /// Lets so much time pass on the page, in a fraction of it: timers fire as they are due, and
    /// the clock stands while a request is in flight. From then on the page's clock stands.
    pub async fn let_pass(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap();
        let clock = async || {
            self.script("return Date.now()", &[])
                .await
                .as_u64()
                .unwrap()
        };
        let end = clock().await + millis;
        let policy = json!({
            "policy": "pauseIfNetworkFetchesPending",
            "budget": millis,
            "maxVirtualTimeTaskStarvationCount": 1000,
        });
        self.devtools("Emulation.setVirtualTimePolicy", policy)
            .await;
        eventually(
            async || (clock().await >= end).then_some(()),
            async || format!("{time:?} have passed on the page"),
        )
        .await;
    }

    /// Has every page's clock stand from its beginning, but for what [`lapse`](Self::lapse) lets
    /// pass.
    pub async fn stop_clocks(&self) {
        self.before_each_page(include_str!("time_lapse.js")).await;
    }

    /// Lets so much time pass, in such steps, on a page whose clock stands. Unlike [`let_pass`](Self::let_pass) it
    /// takes no longer for an answer than the answer takes: a day passes in a minute.
    pub async fn lapse(&self, time: Duration, step: Duration) {
        let times = [time, step].map(|time| json!(u64::try_from(time.as_millis()).unwrap()));
        let script = "return window.letPass(arguments[0], arguments[1])";
        self.script(script, &times).await;
    }

    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.chromedriver("goog/cdp/execute", body).await
    }

    async fn chromedriver(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/{path}", self.session_url);
        let answer = self.http.post(&url).json(&body).send().await.unwrap();
        let status = answer.status();
        let mut answer: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path} {body}: {answer}");
        answer["value"].take()
    }

    /// What the browser's console says that is not for users of the portal: errors, refusals and
    /// panics. Not that a request has failed: many journeys see to that. Each is told once.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self
            .chromedriver("se/log", json!({ "type": "browser" }))
            .await;
        let entries = log.as_array().unwrap().iter();
        let complaints = entries.filter(|entry| {
            let message = entry["message"].as_str().unwrap_or_default();
            (entry["level"] == "SEVERE" && entry["source"] != "network")
                || message.contains("Content Security Policy")
                || message.contains("panicked")
        });
        complaints.map(ToString::to_string).collect()
    }

    /// Keeps a picture of the page in `target/journeys`, and says where.
    pub async fn keep_picture(&self, name: &str) {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/journeys");
        let path = directory.join(format!("{name}.png"));
        match self.client.screenshot().await {
            Ok(picture) => {
                fs::create_dir_all(&directory).unwrap();
                fs::write(&path, picture).unwrap();
                println!("The page when the journey failed: {}", path.display());
            }
            Err(error) => println!("There is no picture of the page: {error}"),
        }
    }
}

/// What came out of the printer.
pub struct Printed {
    /// How many pages.
    pub pages: usize,
}

fn capabilities() -> Capabilities {
    let flags = env::var("CHROMIUM_FLAGS").unwrap_or_default();
    let mut arguments: Vec<String> = flags.split_whitespace().map(str::to_owned).collect();
    arguments.push(format!("--window-size={},{}", SIZE.0, SIZE.1));
    let capabilities = json!({
        "browserName": "chrome",
        "goog:chromeOptions": { "binary": passed_on("CHROMIUM"), "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL" },
        // A dialog has to be seen, not clicked away.
        "unhandledPromptBehavior": "ignore",
    });
    let Value::Object(capabilities) = capabilities else {
        unreachable!("it is written as one")
    };
    capabilities
}

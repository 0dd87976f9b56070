//! What a page says.

use serde_json::{Value, json};

use super::{Browser, eventually};

/// An agent's lane on the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The agent and its state, as they are heard: `PDF adapter: Running,`.
    pub name: String,
    pub duration: String,
    pub bars: Vec<Bar>,
}

/// A bar, in percent of the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its class, as in `running`.
    pub kind: String,
    pub left: f64,
    pub width: f64,
}

/// Writes down when the page asks for a session's status, by the page's own clock.
const WRITE_DOWN: &str = "
    window.askedAt = [];
    const fetched = window.fetch;
    window.fetch = (request, ...rest) => {
        if ((request.url ?? String(request)).endsWith('/status')) askedAt.push(Date.now());
        return fetched(request, ...rest);
    };";

/// The text of an element, blanks made single.
const TEXT: &str = "const text = element => element.textContent.replace(/\\s+/g, ' ').trim();";

impl Browser {
    /// The texts of all elements of a selector.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        let script =
            format!("{TEXT} return [...document.querySelectorAll(arguments[0])].map(text)");
        let texts = self.script(&script, &[json!(css)]).await;
        serde_json::from_value(texts).unwrap()
    }

    /// The text of the first element of a selector; nothing where there is none.
    pub async fn text(&self, css: &str) -> String {
        self.texts(css).await.into_iter().next().unwrap_or_default()
    }

    /// How many elements of a selector there are.
    pub async fn count(&self, css: &str) -> usize {
        self.texts(css).await.len()
    }

    /// Waits until the first element of a selector reads so.
    pub async fn reads(&self, css: &str, text: &str) {
        self.text_when(css, &format!("reads {text:?}"), |read| read == text)
            .await;
    }

    /// Waits until the text of the first element of a selector has this in it.
    pub async fn shows(&self, css: &str, part: &str) {
        self.text_when(css, &format!("shows {part:?}"), |read| read.contains(part))
            .await;
    }

    /// Waits until the text of the first element of a selector is as wanted, and answers it.
    pub async fn text_when(
        &self,
        css: &str,
        wanted: &str,
        is_wanted: impl Fn(&str) -> bool,
    ) -> String {
        eventually(
            async || Some(self.text(css).await).filter(|text| is_wanted(text)),
            async || format!("{css} {wanted}; it reads {:?}", self.text(css).await),
        )
        .await
    }

    /// Waits until the browser's tab has this title.
    pub async fn is_titled(&self, title: &str) {
        eventually(
            async || (self.title().await == title).then_some(()),
            async || format!("the title {title:?}; it is {:?}", self.title().await),
        )
        .await;
    }

    /// Waits until the address is this path.
    pub async fn is_at(&self, path: &str) {
        eventually(
            async || (self.path().await == path).then_some(()),
            async || format!("the address {path}; it is {}", self.path().await),
        )
        .await;
    }

    /// Has every page write down when it asks for a session's status.
    pub async fn write_requests_down(&self) {
        self.before_each_page(WRITE_DOWN).await;
    }

    /// When the page has asked for a session's status, in seconds by its own clock.
    pub async fn written_times(&self) -> Vec<f64> {
        let asked_at = self.script("return window.askedAt", &[]).await;
        let seconds = |at: &Value| at.as_f64().unwrap() / 1000.0;
        asked_at.as_array().unwrap().iter().map(seconds).collect()
    }

    /// The timeline's lanes, in pipeline order.
    pub async fn lanes(&self) -> Vec<Lane> {
        let script = format!(
            "{TEXT}
            const bar = element => ({{
                kind: element.className.replace('segment segment-', ''),
                left: parseFloat(element.style.left),
                width: parseFloat(element.style.width),
            }});
            return [...document.querySelectorAll('.lane')].map(lane => ({{
                name: text(lane.querySelector('.lane-name')),
                duration: text(lane.querySelector('.lane-duration')),
                bars: [...lane.querySelectorAll('.segment')].map(bar),
            }}))"
        );
        let lanes = self.script(&script, &[]).await;
        lanes.as_array().unwrap().iter().map(Lane::read).collect()
    }

    /// The texts of the lanes: the agent with its state, and its duration.
    pub async fn lane_texts(&self) -> [(String, String); 4] {
        let lanes = self.lanes().await.into_iter();
        let texts: Vec<_> = lanes.map(|lane| (lane.name, lane.duration)).collect();
        texts.try_into().unwrap()
    }
}

impl Lane {
    fn read(lane: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let bar = |bar: &Value| Bar {
            kind: text(&bar["kind"]),
            left: bar["left"].as_f64().unwrap(),
            width: bar["width"].as_f64().unwrap(),
        };
        Self {
            name: text(&lane["name"]),
            duration: text(&lane["duration"]),
            bars: lane["bars"].as_array().unwrap().iter().map(bar).collect(),
        }
    }

    /// The kinds of its bars, in order.
    pub fn kinds(&self) -> Vec<&str> {
        self.bars.iter().map(|bar| bar.kind.as_str()).collect()
    }
}

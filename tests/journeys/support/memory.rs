//! What a page holds in memory.

use serde_json::{Value, json};

use super::Browser;

/// Keeps the program's memory where it can be looked at: trunk's script hands it out once.
const KEEP: &str = "
    addEventListener('TrunkApplicationStarted', event => { window.keptWasm = event.detail.wasm });";

/// What a page holds after everything was collected that nobody holds.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Bytes of JavaScript's objects.
    pub heap: f64,
    /// Nodes of documents, in them or not.
    pub nodes: f64,
    pub listeners: f64,
    /// Bytes of the WebAssembly program.
    pub program: f64,
}

impl Browser {
    /// Has every page keep what is looked at later.
    pub async fn keep_memory(&self) {
        self.before_each_page(KEEP).await;
    }

    /// Collects garbage, and measures what is left.
    pub async fn memory(&self) -> Memory {
        self.devtools("Performance.enable", json!({})).await;
        // What is held by something that is finalized goes with the next collection.
        for _ in 0..3 {
            self.devtools("HeapProfiler.collectGarbage", json!({}))
                .await;
        }
        let measured = self.devtools("Performance.getMetrics", json!({})).await;
        let metric = |name: &str| {
            let metrics = measured["metrics"].as_array().unwrap().iter();
            let mut values = metrics.filter(|metric| metric["name"] == name);
            values
                .next()
                .and_then(|metric| metric["value"].as_f64())
                .unwrap()
        };
        let program = "return window.keptWasm.memory.buffer.byteLength";
        let program: Value = self.script(program, &[]).await;
        Memory {
            heap: metric("JSHeapUsedSize"),
            nodes: metric("Nodes"),
            listeners: metric("JSEventListeners"),
            program: program.as_f64().unwrap(),
        }
    }
}

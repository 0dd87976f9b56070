//! The program is told to end while everybody is at work.

use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::{
    answers::lines,
    support::Place,
    writers::{Writers, assert_kept},
};

const SERVE: [&str; 5] = ["serve", "--listen", "127.0.0.1:0", "--log-format", "json"];
const VIEWERS: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn told_to_end_under_load_it_loses_no_acknowledged_write_and_leaves_nobody_waiting() {
    let place = Place::new();
    let mut acknowledged = std::collections::BTreeMap::new();
    for round in 0..3 {
        let server = place.start(&SERVE);
        let url = server.url();
        let client = Client::builder().no_proxy().build().unwrap();
        let session = format!("{url}/api/workflow/quiet-{round}");
        let start = client.put(&session).json(&json!({})).send().await.unwrap();
        assert_eq!(start.status(), StatusCode::CREATED);
        let status = format!("{session}/status");
        let first = client.get(&status).send().await.unwrap();
        let etag = first.headers()["etag"].clone();
        let viewers: Vec<_> = (0..VIEWERS)
            .map(|_| {
                let request = client.get(&status).header("if-none-match", etag.clone());
                tokio::spawn(request.header("prefer", "wait=25").send())
            })
            .collect();
        let all_wait = format!("trade_status_waiting_viewers {VIEWERS}\n");
        loop {
            let metrics = client.get(format!("{url}/metrics")).send().await.unwrap();
            if metrics.text().await.unwrap().contains(&all_wait) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let writers = Writers::start(&url, 8, &format!("r{round}"));
        writers.write(50).await;

        let (exit, log) = tokio::task::block_in_place(|| server.terminate());
        assert_eq!(exit.code(), Some(0), "{log}");
        let log = lines(&log);
        assert_eq!(
            log.last().unwrap()["message"],
            "ended",
            "nobody was cut off"
        );
        for viewer in viewers {
            let answer = viewer.await.unwrap().unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
        }
        acknowledged.append(&mut writers.ended().await);
        assert_kept(&acknowledged, place.path().join("data/trade-status.db")).await;
    }
}

//! Documents that the orchestrator takes through agents, beside the server.

use serde_json::json;

use crate::support::{Server, journey, server::Agents};

#[tokio::test]
async fn each_document_of_a_run_is_on_the_page_with_its_end() {
    journey(async |browser| {
        let server = Server::start();
        let agents = Agents::start(60);
        browser.open(&server.url("/")).await;
        browser.shows(".empty", "No sessions yet.").await;
        let document = |id: &str, scenario: &str| {
            json!({
                "sessionId": id, "documentId": format!("SIM_{id}.pdf+{scenario}"),
                "sourceType": "COUNTERPARTY",
            })
        };
        let documents = [
            document("run-1", "well"),
            document("run-2", "throttled"),
            document("run-3", "pdf-rejected"),
            document("run-4", "review-required"),
        ];
        server.run(&documents, &agents).await;

        browser
            .text_when("tbody", "has four sessions that have ended", |rows| {
                rows.matches("Completed").count() == 3 && rows.matches("Failed").count() == 1
            })
            .await;

        browser.open(&server.url("/sessions/run-2")).await;
        browser.reads(".head .state", "Completed").await;
        browser
            .shows(".attempt-title", "Attempt 1 failed after")
            .await;
        browser.shows(".failure", "429").await;
        browser
            .shows("[data-agent=tradeExtraction]", "at the 2nd attempt")
            .await;
        let lanes = browser.lanes().await;
        assert_eq!(lanes[1].kinds(), ["failed", "pause", "done"]);
        assert_eq!(lanes[3].duration, "not needed");

        browser.open(&server.url("/sessions/run-3")).await;
        browser.reads(".head .state", "Failed").await;
        let lanes = browser.lanes().await;
        assert_eq!(lanes[0].kinds(), ["failed"]);
        assert_eq!(lanes[1].duration, "not needed");

        browser.open(&server.url("/sessions/run-4")).await;
        browser
            .shows("[data-agent=tradeMatching]", "Review required")
            .await;
        browser
            .reads("[data-agent=exceptionManagement] .word", "Done")
            .await;
    })
    .await;
}

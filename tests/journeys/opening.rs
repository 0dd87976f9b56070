//! Every address is opened directly.

use std::time::Duration;

use serde_json::json;

use crate::support::{Browser, Proxy, Server, Spoiled, eventually, journey};

/// Home's search box, the skeleton's or the program's.
const BOX: &str = ".find-large input";

#[tokio::test]
async fn a_link_opened_cold_asks_before_the_program_is_there() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        for (agent, status) in [("pdfAdapter", "success"), ("tradeExtraction", "error")] {
            server
                .report("s-1", agent, json!({ "status": status }))
                .await;
        }
        let proxy = Proxy::before(&server).await;
        open_without_its_program(browser, &proxy, "/sessions/s-1").await;

        let answered = || proxy.status_requests().first()?.answered;
        let describe = async || "the first status request".to_owned();
        let (_, status) = eventually(async || answered(), describe).await;
        assert_eq!(status, 200);
        // What the answer says of the agents is there before the program, and when it was so.
        browser.reads("h1", "FAB_1.pdf").await;
        let before = browser.texts(".preview-state").await;
        assert_eq!(before, ["Done", "Failed", "Waiting", "Waiting"]);
        assert_eq!(browser.texts(".head .state").await, ["Processing"]);
        browser.shows("#skeleton .freshness", "As of ").await;
        assert_eq!(browser.count("[data-agent]").await, 0);

        proxy.let_go();
        browser.is_drawn().await;
        browser.reads("#portal h1", "FAB_1.pdf").await;
        assert_eq!(browser.texts(".agent-name .word").await, before);
        let requests = proxy.after_status_requests(2).await;
        assert!(requests[0].if_none_match.is_none());
        assert!(
            requests[1].if_none_match.is_some(),
            "the early answer was used: {requests:#?}"
        );
        assert_eq!(requests.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_page_from_the_status_api_itself_brings_its_first_answer_along() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "</script><b>FAB_1.pdf").await;
        let done = json!({ "status": "success" });
        server.report("s-1", "pdfAdapter", done).await;
        let proxy = Proxy::before(&server).await;
        proxy.bring_answers();
        let asked = open_with_its_answer(browser, &server, &proxy).await;
        browser.reads("h1", "</script><b>FAB_1.pdf").await;
        let before = browser.texts(".preview-state").await;
        assert_eq!(before, ["Done", "Waiting", "Waiting", "Waiting"]);
        let requests = proxy.status_requests();
        assert_eq!(requests.len(), asked, "{requests:#?}");

        // The program goes on from there: it waits for a change of what the page brought.
        proxy.let_go();
        browser.reads("#portal h1", "</script><b>FAB_1.pdf").await;
        let requests = proxy.when_waiting().await.split_off(asked);
        assert_eq!(requests.len(), 1, "{requests:#?}");
        assert!(requests[0].if_none_match.is_some());
        let running = json!({ "status": "in-progress" });
        server.report("s-1", "tradeExtraction", running).await;
        browser
            .shows("#agent-tradeExtraction .agent-name", "Running")
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_final_session_whose_page_brings_it_is_confirmed_once_and_then_left_alone() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        server.finalize("s-1", "completed").await;
        let proxy = Proxy::before(&server).await;
        proxy.bring_answers();
        let asked = open_with_its_answer(browser, &server, &proxy).await;
        proxy.let_go();
        browser.reads("#portal .head .state", "Completed").await;
        let requests = proxy
            .after_status_requests(asked + 1)
            .await
            .split_off(asked);
        assert_eq!(requests.len(), 1, "{requests:#?}");
        assert_eq!(requests[0].answered.map(|(_, status)| status), Some(304));
        proxy.stays_silent(Duration::from_secs(2)).await;
    })
    .await;
}

#[tokio::test]
async fn who_comes_back_to_a_page_that_brought_its_answer_sees_what_stands_now() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        let running = json!({ "status": "in-progress" });
        server.report("s-1", "pdfAdapter", running).await;
        browser.open(&server.url("/sessions/s-1")).await;
        browser.reads("#portal .head .state", "Processing").await;
        browser.open(&server.url("/wall")).await;
        server.finalize("s-1", "failed").await;
        browser.back().await;
        browser.reads("#portal .head .state", "Failed").await;
        browser.reload().await;
        browser.reads("#portal .head .state", "Failed").await;
    })
    .await;
}

#[tokio::test]
async fn home_asks_for_its_list_before_the_program_is_there() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        let proxy = Proxy::before(&server).await;
        open_without_its_program(browser, &proxy, "/?zone=utc").await;
        let listings = || {
            let mut requests = proxy.requests();
            requests.retain(|request| request.path.starts_with("/api/workflow/recent"));
            requests
        };
        let answered = || listings().first()?.answered;
        let describe = async || "the first listing".to_owned();
        let (_, status) = eventually(async || answered(), describe).await;
        assert_eq!(status, 200);

        proxy.let_go();
        browser.shows("tbody", "FAB_1.pdf").await;
        let second = || listings().get(1).cloned();
        let second = eventually(async || second(), async || "a second listing".to_owned()).await;
        assert!(listings()[0].if_none_match.is_none());
        assert!(second.if_none_match.is_some(), "the early list was used");

        // A filtered list is another.
        open_without_its_program(browser, &proxy, "/?status=failed").await;
        proxy.let_go();
        let paths = || listings().into_iter().map(|request| request.path);
        let is_of_failed = |path: &String| path.contains("status=failed");
        eventually(
            async || paths().any(|path| is_of_failed(&path)).then_some(()),
            async || format!("a filtered listing: {:#?}", listings()),
        )
        .await;
        let of_all = paths().take_while(|path| !path.contains("status="));
        let mut filtered = paths().skip(of_all.count());
        assert!(
            filtered.all(|path| is_of_failed(&path)),
            "{:#?}",
            listings()
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_typed_before_the_program_is_there_goes_on_in_its_own_box() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("session-a1", "FAB_1.pdf").await;
        let proxy = Proxy::before(&server).await;
        open_without_its_program(browser, &proxy, "/").await;
        browser.fill(BOX, "session-").await;
        let spoken = format!(
            "const box = document.querySelector('{BOX}');
            return [box.placeholder, box.labels[0].innerText];"
        );
        let spoken_before = browser.script(&spoken, &[]).await;
        proxy.let_go();
        browser.is_drawn().await;
        assert_eq!(browser.script(&spoken, &[]).await, spoken_before);
        browser.type_key("a").await;
        let typed = format!("return document.querySelector('{BOX}').value");
        assert_eq!(browser.script(&typed, &[]).await, "session-a");
        browser.type_key("\n").await;
        browser.is_at("/sessions/session-a1").await;
    })
    .await;
}

#[tokio::test]
async fn home_can_be_searched_before_the_program_is_there() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("session-a1", "FAB_1.pdf").await;
        let proxy = Proxy::before(&server).await;
        open_without_its_program(browser, &proxy, "/").await;
        browser.fill(BOX, "FAB_1\n").await;
        browser.is_at("/?q=FAB_1").await;
        proxy.let_go();
        browser.is_at("/sessions/session-a1").await;
    })
    .await;
}

#[tokio::test]
async fn what_start_js_has_no_word_for_is_left_to_the_program() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        let proxy = Proxy::before(&server).await;
        let unknown = r#"{"sessionId": "s-1", "documentId": "FAB_1.pdf", "overallStatus": "processing",
            "agents": {
                "pdfAdapter": {"status": "success"}, "tradeExtraction": {"status": "\"] , *"},
                "tradeMatching": {"status": "pending"}, "exceptionManagement": {"status": "pending"}
            }}"#;
        proxy.spoil_at("/status", Spoiled::Body("application/json", unknown));
        open_without_its_program(browser, &proxy, "/sessions/s-1").await;
        let answered = || proxy.status_requests().first()?.answered;
        let describe = async || "the first status request".to_owned();
        eventually(async || answered(), describe).await;
        eventually(
            async || (browser.count("#skeleton .skeleton").await > 0).then_some(()),
            async || "a skeleton before the program is there".to_owned(),
        )
        .await;
        assert_eq!(browser.count("h1").await, 0);

        proxy.let_go();
        browser.reads("h1", "FAB_1.pdf").await;
        browser
            .shows("#agent-tradeExtraction .word", "\"] , *")
            .await;
    })
    .await;
}

#[tokio::test]
async fn the_page_keeps_to_its_content_security_policy() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        server
            .report("s-1", "pdfAdapter", json!({"status": "in-progress"}))
            .await;
        browser.open(&server.url("/sessions/s-1")).await;
        browser.shows(".lane-name", "Running").await;
        // Places on the axis are set by a program, which the policy allows as it does no attribute.
        eventually(
            async || (browser.lanes().await[0].bars[0].width > 0.0).then_some(()),
            async || format!("a bar that has grown: {:?}", browser.lanes().await),
        )
        .await;
        assert_eq!(browser.complaints().await, [""; 0]);
        // No other site's page or window shares its process.
        let isolated = browser.script("return crossOriginIsolated", &[]).await;
        assert_eq!(isolated, true);

        // That complaints would be seen.
        let inject = "const script = document.createElement('script');
            script.textContent = 'window.injected = true';
            document.head.append(script);
            return window.injected ?? false";
        assert_eq!(browser.script(inject, &[]).await, false);
        let complaints = eventually(
            async || Some(browser.complaints().await).filter(|c| !c.is_empty()),
            async || "a complaint about the script".to_owned(),
        )
        .await;
        assert!(
            complaints[0].contains("Content Security Policy"),
            "{complaints:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn every_address_can_be_opened_reloaded_and_left() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("a.b:c@d_e-1", "FAB_1.pdf").await;

        let session = server.url("/sessions/a.b:c@d_e-1");
        browser.open(&session).await;
        browser.reads("h1", "FAB_1.pdf").await;
        browser.reload().await;
        browser.reads("h1", "FAB_1.pdf").await;
        browser.click(".bar-name").await;
        browser.is_at("/").await;
        browser.shows("tbody", "FAB_1.pdf").await;
        browser.back().await;
        browser.reads("h1", "FAB_1.pdf").await;
        // Any client may encode what it does not know to be safe.
        browser.open(&server.url("/sessions/a.b%3Ac%40d_e-1")).await;
        browser.reads("h1", "FAB_1.pdf").await;

        nothing_there(browser, &server.url("/nowhere")).await;
        nothing_there(browser, &server.url("/sessions")).await;
        nothing_there(browser, &server.url("/sessions/s-1/more")).await;
    })
    .await;
}

#[tokio::test]
async fn the_address_is_that_of_the_page_however_the_viewer_got_there() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        server.begin("s-2", "FAB_2.pdf").await;
        let is_session = async |id: &str, document: &str| {
            browser.reads("h1", document).await;
            browser.is_at(&format!("/sessions/{id}")).await;
        };
        let is_home = async || {
            browser.reads("h2", "Recent sessions").await;
            browser.is_at("/").await;
        };
        let follow = async |document: &str| {
            browser.shows("tbody", document).await;
            let row = "return [...document.querySelectorAll('.row-link')]
                .find(link => link.textContent == arguments[0]).click()";
            browser.script(row, &[json!(document)]).await;
        };
        browser.open(&server.url("/")).await;
        follow("FAB_1.pdf").await;
        is_session("s-1", "FAB_1.pdf").await;
        browser.click(".bar-name").await;
        is_home().await;
        follow("FAB_2.pdf").await;
        is_session("s-2", "FAB_2.pdf").await;

        browser.script("history.go(-3)", &[]).await;
        is_home().await;
        browser.script("history.go(3)", &[]).await;
        is_session("s-2", "FAB_2.pdf").await;
        browser.script("history.go(-3)", &[]).await;
        is_home().await;
        // To where the browser was last, by a link and by a search that opens its only hit.
        follow("FAB_2.pdf").await;
        is_session("s-2", "FAB_2.pdf").await;
        browser.back().await;
        is_home().await;
        browser.fill(".find input", "FAB_2\n").await;
        is_session("s-2", "FAB_2.pdf").await;
        browser.back().await;
        is_home().await;
        follow("FAB_2.pdf").await;
        is_session("s-2", "FAB_2.pdf").await;
        browser.reload().await;
        is_session("s-2", "FAB_2.pdf").await;
        browser.back().await;
        is_home().await;
    })
    .await;
}

/// Opens the session's page, without its program, until the server puts the answer into it: it
/// waits for no store that is slow, and has just read the session. Answers how often a page has
/// asked for the status before.
async fn open_with_its_answer(browser: &Browser, server: &Server, proxy: &Proxy) -> usize {
    eventually(
        async || {
            browser.script("window.isLeft = true", &[]).await;
            let asked = proxy.status_requests().len();
            server.get("/api/workflow/s-1/status").await;
            open_without_its_program(browser, proxy, "/sessions/s-1").await;
            let brings_it = "return window.isLeft || !document.getElementById('portal')
                ? null : Boolean(document.getElementById('given-status'))";
            let brings_it = eventually(
                async || browser.script(brings_it, &[]).await.as_bool(),
                async || "the page".to_owned(),
            )
            .await;
            brings_it.then_some(asked)
        },
        async || "a page that brings its answer".to_owned(),
    )
    .await
}

/// The page is not loaded as long as its program is held, so opening it is not waited for.
async fn open_without_its_program(browser: &Browser, proxy: &Proxy, path: &str) {
    proxy.hold("_bg.wasm");
    let open = format!("setTimeout(() => location = '{}')", proxy.url(path));
    browser.script(&open, &[]).await;
}

async fn nothing_there(browser: &Browser, url: &str) {
    browser.open(url).await;
    browser.reads(".message h1", "No such page").await;
    browser.is_titled("No such page").await;
    browser.click(".message .button").await;
    browser.is_at("/").await;
}

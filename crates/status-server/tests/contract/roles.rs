//! Who may make which call. The table here is written by hand: a call that it lacks fails.

use access::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use status_server::api::calls::Call;

use crate::{
    guarded::{Guarded, Shows},
    support::{json as body_of, problem, started},
};

/// Everybody who may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Nobody,
    Viewer,
    Writer,
    Display,
    Operator,
    /// Has a link to the session that is asked for.
    Linked,
    /// Has a link to another one.
    LinkedElsewhere,
}

const ALL: [Who; 7] = [
    Who::Nobody,
    Who::Viewer,
    Who::Writer,
    Who::Display,
    Who::Operator,
    Who::Linked,
    Who::LinkedElsewhere,
];
const READERS: &[Who] = &[Who::Viewer, Who::Operator];
const READERS_OF_ONE: &[Who] = &[Who::Viewer, Who::Operator, Who::Linked];
const WRITERS: &[Who] = &[Who::Writer, Who::Operator];
const KNOWN: &[Who] = &[
    Who::Viewer,
    Who::Writer,
    Who::Display,
    Who::Operator,
    Who::Linked,
    Who::LinkedElsewhere,
];

/// Who may make a call; nothing where nobody has decided.
fn decided(method: &str, path: &str) -> Option<&'static [Who]> {
    Some(match (method, path) {
        ("GET", "/api/workflow/{sessionId}/status" | "/api/workflow/{sessionId}/export") => {
            READERS_OF_ONE
        }
        (
            "GET",
            "/api/workflow/recent"
            | "/api/workflow/usual-durations"
            | "/api/workflow/matching-status"
            | "/api/workflow/export"
            | "/api/shares",
        )
        | ("POST", "/api/shares")
        | ("DELETE", "/api/shares/{shareId}") => READERS,
        ("GET", "/api/workflow/overview") => &[Who::Viewer, Who::Display, Who::Operator],
        ("PUT", "/api/workflow/{sessionId}")
        | ("PATCH", "/api/workflow/{sessionId}/agents/{agent}")
        | ("POST", "/api/workflow/{sessionId}/finalize" | "/invocations") => WRITERS,
        ("GET", "/api/me") | ("POST", "/sign-out") => KNOWN,
        ("GET", "/metrics") => &[Who::Operator],
        (
            "GET",
            "/shared/{link}"
            | "/sign-in/display/{token}"
            | "/sign-in"
            | "/sign-in/callback"
            | "/config.json"
            | "/ping"
            | "/api/openapi.json"
            | "/healthz"
            | "/readyz",
        ) => &ALL,
        _ => return None,
    })
}

fn shows(guarded: &Guarded, who: Who) -> Shows {
    match who {
        Who::Nobody => Shows::Nothing,
        Who::Viewer => guarded.bearer("viewer", Role::Viewer),
        Who::Writer => guarded.bearer("writer", Role::Writer),
        Who::Display => guarded.bearer("display", Role::Display),
        Who::Operator => guarded.bearer("operator", Role::Operator),
        Who::Linked => guarded.opened(&guarded.share("s-1", false)),
        Who::LinkedElsewhere => guarded.opened(&guarded.share("s-2", false)),
    }
}

fn body_for(call: Call) -> Option<Value> {
    match call {
        Call::Start => Some(json!({})),
        Call::Report => Some(json!({"status": "in-progress"})),
        Call::Finalize => Some(json!({"overallStatus": "completed"})),
        Call::Invoke => Some(json!({"documentId": "1", "sourceType": "BANK"})),
        Call::MakeShare => Some(json!({"sessionId": "s-1"})),
        _ => None,
    }
}

fn path_for(call: Call) -> String {
    call.path()
        .replace("{sessionId}", "s-1")
        .replace("{agent}", "pdfAdapter")
        .replace("{shareId}", "0123456789abcdef")
        .replace("{link}", "nonsense")
        .replace("{token}", "nonsense")
}

#[tokio::test]
async fn somebody_has_decided_on_every_route_and_each_role_may_make_those_calls_and_no_others() {
    let guarded = Guarded::start().await;
    guarded.put(&started("s-1"));
    for who in ALL {
        let shows = shows(&guarded, who);
        for call in Call::ALL {
            let (method, path) = (call.method(), call.path());
            let allowed = decided(method.as_str(), path);
            let allowed = allowed.unwrap_or_else(|| panic!("who may {method} {path}?"));
            let methods = match method {
                Method::GET => vec![Method::GET, Method::HEAD],
                method => vec![method],
            };
            for method in methods {
                // As our own page asks, so that a cookie is not turned away for its origin.
                let mut request = guarded.by_our_page(method.clone(), &path_for(call), &shows);
                if let Some(body) = body_for(call) {
                    request = request.json(&body);
                }
                let status = request.send().await.unwrap().status();
                let expected = match (allowed.contains(&who), who) {
                    (true, _) => None,
                    (false, Who::Nobody) => Some(StatusCode::UNAUTHORIZED),
                    (false, _) => Some(StatusCode::FORBIDDEN),
                };
                let turned_away =
                    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
                assert_eq!(
                    turned_away.then_some(status),
                    expected,
                    "{who:?}: {method} {path}: {status}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_description_says_who_may_make_each_call() {
    let guarded = Guarded::start().await;
    let answer = guarded.get("/api/openapi.json", &Shows::Nothing).send();
    let description = body_of(answer.await.unwrap()).await;
    for call in Call::ALL {
        let (method, path) = (call.method(), call.path());
        let described = &description["paths"][path][method.as_str().to_lowercase()];
        let allowed = decided(method.as_str(), path).unwrap();
        let security: Vec<_> = described["security"]
            .as_array()
            .unwrap_or_else(|| panic!("{method} {path}"))
            .iter()
            .flat_map(|scheme| scheme.as_object().unwrap().keys())
            .collect();
        if allowed.contains(&Who::Nobody) {
            assert!(security.is_empty(), "{method} {path}");
            continue;
        }
        let roles = described["x-roles"].as_array().unwrap();
        let says = |role: Role| roles.contains(&json!(role));
        for (who, role) in [
            (Who::Viewer, Role::Viewer),
            (Who::Writer, Role::Writer),
            (Who::Display, Role::Display),
            (Who::Operator, Role::Operator),
        ] {
            assert_eq!(
                allowed.contains(&who),
                says(role),
                "{role}: {method} {path}"
            );
        }
        let by_link = security.iter().any(|scheme| *scheme == "share");
        assert_eq!(allowed.contains(&Who::Linked), by_link, "{method} {path}");
        for status in ["401", "403", "429", "503"] {
            let responses = &described["responses"];
            assert!(responses.get(status).is_some(), "{status}: {method} {path}");
        }
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_take_reaches_nothing() {
    let guarded = Guarded::start().await;
    let operator = guarded.bearer("operator", Role::Operator);
    for call in Call::ALL {
        let path = call.path();
        for method in ["GET", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "BREW"] {
            let takes = |call: &Call| call.path() == path && call.method() == method;
            if Call::ALL.iter().any(takes) {
                continue;
            }
            let method: Method = method.parse().unwrap();
            let answer = guarded.request(method.clone(), &path_for(call), &operator);
            let answer = answer.send().await.unwrap();
            let allow = answer.headers()["allow"].to_str().unwrap().to_owned();
            assert!(allow.contains(call.method().as_str()), "{path}: {allow}");
            problem(answer, StatusCode::METHOD_NOT_ALLOWED).await;
        }
    }
}

#[tokio::test]
async fn the_portal_itself_is_for_everybody_and_shows_nothing_by_itself() {
    let guarded = Guarded::start().await;
    guarded.put(&started("s-1"));
    for path in ["/", "/sessions/s-1", "/wall", "/portal-0123456789abcdef.js"] {
        let answer = guarded.get(path, &Shows::Nothing).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert!(!answer.text().await.unwrap().contains("FAB_1"));
    }
    let unknown = guarded.get("/api/nothing", &Shows::Nothing).send().await;
    problem(unknown.unwrap(), StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn who_is_not_let_in_reads_why_and_what_to_do() {
    let guarded = Guarded::start().await;
    let path = "/api/workflow/recent";
    let nobody = guarded.get(path, &Shows::Nothing).send().await.unwrap();
    assert_eq!(nobody.headers()["www-authenticate"], "Bearer");
    let read = problem(nobody, StatusCode::UNAUTHORIZED).await;
    assert!(read["detail"].as_str().unwrap().contains("Sign in"));

    let wrong = Shows::Bearer("ts_0123456789abcdef_wrong".to_owned());
    let wrong = guarded.get(path, &wrong).send().await.unwrap();
    let how = wrong.headers()["www-authenticate"].clone();
    assert_eq!(how, "Bearer error=\"invalid_token\"");
    let read = problem(wrong, StatusCode::UNAUTHORIZED).await;
    assert!(read["detail"].as_str().unwrap().contains("new one"));

    let writer = guarded.bearer("ci", Role::Writer);
    let refused = guarded.get(path, &writer).send().await.unwrap();
    let read = problem(refused, StatusCode::FORBIDDEN).await;
    assert!(read["detail"].as_str().unwrap().contains("role writer"));
}

#[tokio::test]
async fn a_token_is_meant_and_no_cookie_beside_it_lets_in() {
    let guarded = Guarded::start().await;
    let Shows::Cookie(cookie) = guarded.person("ada", Role::Operator) else {
        panic!("a person has a cookie");
    };
    for (token, expected) in [
        ("ts_wrong".to_owned(), StatusCode::UNAUTHORIZED),
        (guarded.token("ci", Role::Writer), StatusCode::FORBIDDEN),
    ] {
        let request = guarded.get("/metrics", &Shows::Bearer(token));
        let answer = request.header("cookie", &cookie).send().await.unwrap();
        assert_eq!(answer.status(), expected);
    }
    // What a proxy in front has asked for is none of ours.
    let request = guarded.get("/metrics", &Shows::Cookie(cookie));
    let answer = request.basic_auth("proxy", Some("x")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_cookie_counts_for_changes_only_where_a_page_of_this_server_asks() {
    let guarded = Guarded::start().await;
    guarded.put(&started("s-1"));
    let ada = guarded.person("ada", Role::Operator);
    let status = |headers: &[(&str, &str)]| {
        let mut request = guarded.request(Method::PUT, "/api/workflow/s-9", &ada);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.json(&json!({}));
        async { request.send().await.unwrap().status() }
    };
    let own = format!("http://{}", guarded.server.address);
    for refused in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own)],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ] {
        assert_eq!(status(refused).await, StatusCode::FORBIDDEN, "{refused:?}");
    }
    assert_eq!(status(&[("origin", &own)]).await, StatusCode::CREATED);
    let same_origin = &[("sec-fetch-site", "same-origin")];
    assert_eq!(status(same_origin).await, StatusCode::OK);

    // A token is sent by whoever means it, and looking changes nothing.
    let token = guarded.bearer("ops", Role::Operator);
    let request = guarded.request(Method::PUT, "/api/workflow/s-9", &token);
    let request = request.header("sec-fetch-site", "cross-site");
    let answer = request.json(&json!({})).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let looked = guarded.get("/api/workflow/s-1/status", &ada);
    let looked = looked.header("sec-fetch-site", "cross-site");
    assert_eq!(looked.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn everybody_reads_who_they_are_and_what_they_may_do() {
    let guarded = Guarded::start().await;
    let (share, other) = (guarded.share("s-1", true), guarded.share("s-2", false));
    let Shows::Cookie(person) = guarded.person("ada", Role::Viewer) else {
        panic!("a person has a cookie");
    };
    let cookie = |shows: Shows| match shows {
        Shows::Cookie(cookie) => cookie,
        _ => panic!("a link has a cookie"),
    };
    let (one, two) = (
        cookie(guarded.opened(&share)),
        cookie(guarded.opened(&other)),
    );
    let shared = |session: &str, redacted: bool, share: &access::Share| json!({"sessionId": session, "redacted": redacted, "expiresAt": share.expires_at});
    let (first, second) = (shared("s-1", true, &share), shared("s-2", false, &other));
    for (shows, kind, name, role, may, shared) in [
        (
            Shows::Bearer(guarded.token("ci", Role::Writer)),
            "token",
            json!("ci"),
            json!("writer"),
            json!(["reportStatus"]),
            json!([]),
        ),
        (
            Shows::Cookie(format!("{one}; {person}")),
            "person",
            json!("ada by name"),
            json!("viewer"),
            json!(["readSessions", "readOverview", "share"]),
            json!([first]),
        ),
        (
            Shows::Cookie(format!("{one}; {two}")),
            "share",
            Value::Null,
            Value::Null,
            json!([]),
            json!([first, second]),
        ),
    ] {
        let me = body_of(guarded.get("/api/me", &shows).send().await.unwrap()).await;
        assert_eq!(me["kind"], kind);
        assert_eq!((&me["name"], &me["role"]), (&name, &role));
        assert_eq!((&me["may"], &me["shared"]), (&may, &shared), "{kind}");
        let config = guarded.get("/config.json", &shows).send().await.unwrap();
        assert_eq!(config.headers()["cache-control"], "no-store");
        let config = body_of(config).await;
        assert_eq!(config["viewer"], me);
        assert_eq!(
            (&config["statusApi"], &config["signIn"]),
            (&json!(""), &json!(false))
        );
    }
    let config = guarded.get("/config.json", &Shows::Nothing).send().await;
    assert_eq!(body_of(config.unwrap()).await["viewer"], Value::Null);
}

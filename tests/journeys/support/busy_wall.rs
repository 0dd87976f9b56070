//! A pipeline as a wall display sees it, at whatever time the page believes it is: every minute a
//! session starts, each takes some minutes, some fail, some are never heard of again.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::to_vec;
use status_model::{
    AgentName, AgentStatus, OverallStatus, Seconds, Session, SourceType, Timestamp, TokenUsage,
    api::{Overview, SessionRow, Tally, UsualDurations, overview::OVERVIEW_WINDOW},
    truth,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// The pipeline with its page, until it is dropped.
pub struct BusyWall {
    origin: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    /// Nothing has started for a while.
    is_calm: AtomicBool,
    /// What a new release has at the end of its page.
    release: Mutex<&'static str>,
    answers: AtomicUsize,
}

impl BusyWall {
    pub async fn start() -> Self {
        let shared = Arc::<Shared>::default();
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            shared,
            serving: tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Nothing runs from now on.
    pub fn calm_down(&self) {
        self.shared.is_calm.store(true, Ordering::Relaxed);
    }

    /// Puts out a release of which the page has another style.
    pub fn release(&self) {
        *self.shared.release.lock().unwrap() = "<style>.released { color: red; }</style>";
    }

    /// How many answers of the API have said something new.
    pub fn answers(&self) -> usize {
        self.shared.answers.load(Ordering::Relaxed)
    }
}

impl Drop for BusyWall {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path();
    if !path.starts_with("/api/") {
        return file(&shared, path, request.headers());
    }
    let query = request.uri().query().unwrap_or_default();
    let now = query.split('&').find_map(|pair| pair.strip_prefix("now="));
    let now = Timestamp::from_unix_millis(now.and_then(|now| now.parse().ok()).unwrap());
    let body = to_vec(&overview(now, shared.is_calm.load(Ordering::Relaxed))).unwrap();
    let mut answer = tagged(body, "application/json", request.headers());
    if answer.status() == StatusCode::OK {
        shared.answers.fetch_add(1, Ordering::Relaxed);
    }
    let millis = u64::try_from(now.unix_millis()).unwrap();
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(millis));
    let headers = answer.headers_mut();
    headers.insert(header::DATE, HeaderValue::try_from(date).unwrap());
    answer
}

fn file(shared: &Shared, path: &str, headers: &HeaderMap) -> Response {
    let name = match path {
        "/wall" => "wall.html",
        path => path.trim_start_matches('/'),
    };
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("dist")
        .join(name);
    let Ok(body) = fs::read(file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match Path::new(name).extension().and_then(|end| end.to_str()) {
        Some("html") => {
            let page = String::from_utf8(body).unwrap();
            let release = format!("{}</head>", shared.release.lock().unwrap());
            let page = page.replace("</head>", &release);
            // A new release's script may have another name; here the page alone differs.
            let page = match release.len() {
                7 => page,
                _ => page.replace("--step: calc(.2", "--step: calc(.1"),
            };
            tagged(page.into_bytes(), "text/html", headers)
        }
        Some("js") => tagged(body, "text/javascript", headers),
        Some("wasm") => tagged(body, "application/wasm", headers),
        _ => tagged(body, "application/json", headers),
    }
}

fn tagged(body: Vec<u8>, media_type: &'static str, asked: &HeaderMap) -> Response {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let tag = HeaderValue::try_from(format!("\"{:x}\"", hasher.finish())).unwrap();
    let is_known = asked.get(header::IF_NONE_MATCH) == Some(&tag);
    let headers = [
        (header::ETAG, tag),
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    if is_known {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, body).into_response()
    }
}

/// What an hour has seen. It repeats every hour but for the ids, so that a page that shows it
/// twice has the same to show.
fn overview(now: Timestamp, is_calm: bool) -> Overview {
    let minute = now.floor_to_minute();
    let this = minute.unix_millis() / 60_000;
    let sessions = (this - 55..=this).map(|start| session(start, minute));
    let mut sessions: Vec<Session> = sessions
        .filter(|session| session.overall_status.is_final() || !is_calm)
        .collect();
    sessions.sort_by_key(|session| match session.overall_status {
        OverallStatus::Failed => 0,
        OverallStatus::Completed => 2,
        _ => 1,
    });
    let count = |status: OverallStatus| {
        let with_it = sessions.iter().filter(|s| s.overall_status == status);
        with_it.count() as u64
    };
    let tiles: Vec<SessionRow> = sessions.iter().map(SessionRow::from).collect();
    let mut tokens = status_model::TotalTokenUsage::default();
    for session in &sessions {
        tokens.known = tokens.known + truth::total_token_usage(session).known;
    }
    Overview {
        as_of: minute,
        window: OVERVIEW_WINDOW,
        tally: Tally {
            running: count(OverallStatus::Processing),
            stuck: 0,
            completed: count(OverallStatus::Completed),
            failed: count(OverallStatus::Failed),
            tokens,
        },
        oldest_running: tiles
            .iter()
            .find(|row| row.status == OverallStatus::Processing)
            .cloned(),
        usual_durations: UsualDurations::over(&sessions),
        tiles,
    }
}

/// The session of a minute, as it stands in another.
fn session(start: i64, now: Timestamp) -> Session {
    let kind = start.rem_euclid(60);
    let id = format!("session-{start}");
    let start = Timestamp::from_unix_millis(start * 60_000);
    let age = now.since(start).unwrap().millis() / 60_000;
    let after = |minutes: u64| start + Seconds::from_secs(minutes * 60);
    let mut session = Session::new(id.parse().unwrap());
    session.document_id = Some(format!("FAB_{kind:02}"));
    session.source_type = Some(SourceType::Bank);
    session.created_at = Some(start);
    session.overall_status = OverallStatus::Processing;
    // Some fail at their second agent, some hang in it, and the others take three minutes.
    let (fails, hangs) = (kind % 7 == 3, kind % 20 == 11);
    for (place, name) in (0..).zip(AgentName::ALL.into_iter().take(3)) {
        let run = &mut session.agents[name].run;
        if age < place {
            continue;
        }
        run.started_at = Some(after(place));
        run.status = AgentStatus::InProgress;
        run.activity = Some(format!("Working on part {place}"));
        session.last_updated = Some(after(place));
        if place == 1 && hangs {
            break;
        }
        if age > place {
            run.completed_at = Some(after(place + 1));
            run.token_usage = Some(TokenUsage {
                input: 1523,
                output: 411,
            });
            session.last_updated = Some(after(place + 1));
            if place == 1 && fails {
                run.status = AgentStatus::Error;
                run.error = Some("HTTP 429: throttled, in spite of all patience".to_owned());
                session.overall_status = OverallStatus::Failed;
                break;
            }
            run.status = AgentStatus::Success;
            if place == 2 {
                session.overall_status = OverallStatus::Completed;
            }
        }
    }
    truth::settle(&mut session);
    session
}

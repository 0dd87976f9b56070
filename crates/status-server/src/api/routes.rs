//! Which function answers which call, and what every request passes before.

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, delete, get, patch, post, put},
};

use http::{HeaderValue, header};

use super::{
    ApiError, App, ahead,
    body::MAX_BYTES,
    calls::{Call, NO_CALLS},
    cors, edge, export, invoke, me, open, read, service, share, sign_in, write,
};
use crate::portal::{self, PortalError};

/// All calls, and the portal behind them.
pub fn router(app: Arc<App>) -> Router {
    serving(app, Router::new())
}

/// Those of the table, with what every request passes before.
fn serving(app: Arc<App>, others: Router<Arc<App>>) -> Router {
    let calls = Call::ALL.into_iter().fold(others, |router, call| {
        router.route(call.path(), handler(call))
    });
    let calls = NO_CALLS
        .into_iter()
        .fold(calls, |router, path| {
            router.route(path, get(unknown_call).fallback(unknown_call))
        })
        .layer(DefaultBodyLimit::max(MAX_BYTES));
    let edge = middleware::from_fn_with_state(Arc::clone(&app), edge::pass);
    let asked_ahead = calls
        .clone()
        .layer(edge.clone())
        .with_state(Arc::clone(&app));
    let mut api = calls
        .fallback(move |State(app): State<Arc<App>>, request: Request| {
            portal(app, asked_ahead, request)
        })
        .method_not_allowed_fallback(method_not_allowed)
        .layer(edge);
    if !app.policy.origins.is_empty() {
        api = api.layer(cors::layer(&app.policy.origins));
    }
    api.with_state(app)
}

/// Who answers a call.
fn handler(call: Call) -> MethodRouter<Arc<App>> {
    match call {
        Call::Status => get(read::status),
        Call::Recent => get(read::recent),
        Call::Overview => get(read::overview),
        Call::UsualDurations => get(read::usual_durations),
        Call::MatchingStatus => get(read::matching_status),
        Call::Report => patch(write::report),
        Call::Start => put(write::start),
        Call::Finalize => post(write::finalize),
        Call::ExportSession => get(export::session),
        Call::ExportList => get(export::list),
        Call::Invoke => post(invoke::invoke),
        Call::Ping => get(invoke::ping),
        Call::Me => get(me::me),
        Call::MakeShare => post(share::make),
        Call::Shares => get(share::list),
        Call::RevokeShare => delete(share::revoke),
        Call::OpenShare => get(open::share),
        Call::SignInDisplay => get(open::display),
        Call::BeginSignIn => get(sign_in::begin),
        Call::FinishSignIn => get(sign_in::finish),
        Call::SignOut => post(sign_in::end),
        Call::Config => get(me::config),
        Call::Describe => get(service::openapi),
        Call::Alive => get(service::healthz),
        Call::Ready => get(service::readyz),
        Call::Metrics => get(service::metrics),
    }
}

async fn unknown_call() -> ApiError {
    ApiError::UnknownCall
}

/// Every address that is no call is the portal's.
async fn portal(app: Arc<App>, calls: Router, request: Request) -> Response {
    let (request, _) = request.into_parts();
    let first = ahead::first_answer(&app, calls, &request).await;
    let brought = first.and_then(|first| app.portal.session(&first, &request.headers));
    let mut response = match brought.map_or_else(|| app.portal.answer(&request), Ok) {
        Ok(response) => response,
        Err(error @ PortalError::UnknownFile) => ApiError::from(error).into_response(),
        Err(error @ PortalError::Method) => {
            let mut response = ApiError::from(error).into_response();
            let allowed = HeaderValue::from_static("GET,HEAD");
            response.headers_mut().insert(header::ALLOW, allowed);
            response
        }
    };
    portal::secure(response.headers_mut());
    response
}

async fn method_not_allowed() -> ApiError {
    ApiError::Method
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use access::{Limits, Register, Role, Token};
    use http::StatusCode;
    use status_model::{Seconds, Timestamp};
    use status_store::SqliteStore;
    use tower::ServiceExt;

    use super::*;
    use crate::{api::Policy, gate::Gate, portal::Portal};

    fn now() -> Timestamp {
        Timestamp::from_unix_millis(1_795_336_260_000)
    }

    fn in_two_minutes() -> Timestamp {
        now() + Seconds::from_secs(120)
    }

    /// With access control, and an operator's token.
    fn app(place: &Path, clock: fn() -> Timestamp) -> (Arc<App>, String) {
        let register = Register::open(&place.join("access.db"), now(), &mut rand::rng()).unwrap();
        let name = "ops".parse().unwrap();
        let (token, text) = Token::new(name, Role::Operator, None, now(), &mut rand::rng());
        let file = access::AccessFile::open(&place.join("access.db"), &mut rand::rng()).unwrap();
        file.add_token(&token).unwrap();
        register.refresh(now()).unwrap();
        let store = Arc::new(SqliteStore::open(place.join("store.db")).unwrap());
        let app = App::new(store, Portal::new([]), Policy::default(), clock);
        let app = app.behind(Gate::guarded(Arc::new(register), Limits::USUAL));
        (Arc::new(app), text.text())
    }

    async fn status(router: &Router, path: &str, token: &str) -> StatusCode {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = request.body(axum::body::Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_route_on_which_nobody_has_decided_is_for_nobody() {
        let place = tempfile::tempdir().unwrap();
        let (app, operator) = app(place.path(), now);
        let others = Router::new().route("/undecided", get(async || "a secret"));
        let router = serving(app, others);
        assert_eq!(
            status(&router, "/undecided", &operator).await,
            StatusCode::FORBIDDEN
        );
        assert_eq!(status(&router, "/metrics", &operator).await, StatusCode::OK);
    }

    #[tokio::test]
    async fn nobody_is_let_in_while_who_may_get_in_can_not_be_looked_up() {
        let place = tempfile::tempdir().unwrap();
        let (app, operator) = app(place.path(), in_two_minutes);
        let router = router(app);
        let refused = status(&router, "/metrics", &operator).await;
        assert_eq!(refused, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(&router, "/healthz", &operator).await, StatusCode::OK);
    }
}

//! A server and its identity provider.

use std::{collections::HashMap, sync::Arc};

use access::{Limits, Register};
use axum::{Router, body::Body};
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use status_model::Timestamp;
use status_server::{
    api::{self, App, Policy},
    clock,
    gate::Gate,
    portal::Portal,
    sign_in::{ClientId, ClientSecret, OpenId, Roles, Scope, Settings},
};
use status_store::SqliteStore;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::provider::{CLIENT, CODE, Provider, SECRET};

/// What browsers call the server.
const HOST: &str = "127.0.0.1:8080";

pub struct Stage {
    pub provider: Provider,
    router: Router,
    _directory: TempDir,
}

/// A sign-in that has been begun.
pub struct Begun {
    /// What the provider is asked.
    pub asked: HashMap<String, String>,
    /// The cookies that the browser has now.
    pub cookies: String,
}

/// An answer, read whole.
pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Stage {
    pub async fn set() -> Self {
        let provider = Provider::start().await;
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let store = SqliteStore::open(path("status.db")).unwrap();
        let now = clock::system();
        let register = Register::open(&path("access.db"), now, &mut rand::rng()).unwrap();
        let settings = Settings {
            issuer: provider.issuer.parse().unwrap(),
            client_id: ClientId::new(CLIENT.to_owned()),
            client_secret: Some(ClientSecret::new(SECRET.to_owned())),
            scopes: vec![Scope::new("profile".to_owned())],
            roles: Roles {
                claim: "groups".to_owned(),
                rules: ["viewers=viewer", "ops=operator"]
                    .map(|rule| rule.parse().unwrap())
                    .into(),
            },
            public_url: format!("http://{HOST}").parse().unwrap(),
        };
        let sign_in = OpenId::new(settings, register.key().clone()).unwrap();
        let gate = Gate::guarded(Arc::new(register), Limits::USUAL);
        let portal = Portal::new([]);
        let app = App::new(Arc::new(store), portal, Policy::default(), clock::system)
            .behind(gate)
            .signing_in(sign_in);
        Self {
            provider,
            router: api::router(Arc::new(app)),
            _directory: directory,
        }
    }

    /// Asks as a browser does, with these cookies.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answered {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::HOST, HOST);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answered {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub async fn get(&self, path: &str, cookies: &str) -> Answered {
        self.ask(Method::GET, path, &[("cookie", cookies)]).await
    }

    /// Begins to sign in; the provider will say that it is Ann, a viewer.
    pub async fn begin(&self, path: &str) -> Begun {
        let answered = self.get(path, "").await;
        assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.body);
        let place = answered.place();
        let (endpoint, query) = place.split_once('?').unwrap();
        assert_eq!(endpoint, format!("{}/authorize", self.provider.issuer));
        let asked: HashMap<String, String> = url_decoded(query);
        let mut says = self.provider.says();
        says.challenge.clone_from(&asked["code_challenge"]);
        says.claims = json!({
            "iss": says.issuer, "aud": CLIENT, "sub": "1f-2e", "nonce": asked["nonce"],
            "iat": seconds(-1), "exp": seconds(300), "name": "Ann", "groups": ["viewers"],
        });
        drop(says);
        Begun {
            asked,
            cookies: answered.cookies(),
        }
    }

    /// Comes back from the provider with its code.
    pub async fn finish(&self, begun: &Begun) -> Answered {
        let path = format!(
            "/sign-in/callback?code={CODE}&state={}",
            begun.asked["state"]
        );
        self.get(&path, &begun.cookies).await
    }

    /// The cookies of somebody who has signed in.
    pub async fn signed_in(&self) -> String {
        let begun = self.begin("/sign-in").await;
        self.finish(&begun).await.cookies()
    }

    /// Who these cookies are to the server; nothing where they are nobody.
    pub async fn me(&self, cookies: &str) -> Option<Value> {
        let answered = self.get("/api/me", cookies).await;
        let is_known = answered.status == StatusCode::OK;
        is_known.then(|| serde_json::from_str(&answered.body).unwrap())
    }
}

impl Answered {
    /// Where it sends.
    pub fn place(&self) -> String {
        self.headers[header::LOCATION].to_str().unwrap().to_owned()
    }

    /// The cookies that a browser keeps of it, as it sends them.
    pub fn cookies(&self) -> String {
        let kept = self.set_cookies().into_iter();
        let kept = kept.filter(|cookie| !cookie.ends_with("Max-Age=0"));
        let pairs = kept.map(|cookie| cookie.split(';').next().unwrap().to_owned());
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Its headers `Set-Cookie`.
    pub fn set_cookies(&self) -> Vec<String> {
        let values = self.headers.get_all(header::SET_COOKIE).iter();
        values
            .map(|value| value.to_str().unwrap().to_owned())
            .collect()
    }
}

/// So many seconds from now, as a claim.
pub fn seconds(from_now: i64) -> i64 {
    let now: Timestamp = clock::system();
    now.unix_millis() / 1000 + from_now
}

/// The fields of a query or a form.
pub fn url_decoded(query: &str) -> HashMap<String, String> {
    let uri: http::Uri = format!("http://x/?{query}").parse().unwrap();
    let query = axum::extract::Query::<HashMap<String, String>>::try_from_uri(&uri);
    query.unwrap().0
}

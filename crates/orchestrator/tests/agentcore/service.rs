//! A service that takes requests as AgentCore does and recomputes each signature from what
//! arrived, by the steps of AWS's description: canonical request, string to sign, signature.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use aws_credential_types::Credentials;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

pub const REGION: &str = "eu-central-1";
const SECRET: &str = "wJalr/secret+key";

pub fn credentials() -> Credentials {
    let token = Some("session/token==".to_owned());
    Credentials::new("AKIDEXAMPLE", SECRET, token, None, "test")
}

/// A request that was signed as it should be.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Value,
}

/// An answer: status, headers, body.
pub type Told = (u16, Vec<(&'static str, &'static str)>, String);

/// The service, until the test ends.
#[derive(Clone)]
pub struct Service {
    pub address: String,
    told: Arc<Mutex<Told>>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Service {
    /// One that answers everything like this.
    pub async fn answering(
        status: u16,
        headers: &[(&'static str, &'static str)],
        body: &str,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            told: Arc::new(Mutex::new((status, headers.to_vec(), body.to_owned()))),
            received: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        service
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

async fn answer(
    State(service): State<Service>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(reason) = verify(&uri, &headers, &body) {
        let kind = [("x-amzn-errortype", "InvalidSignatureException:http://x/")];
        return (StatusCode::FORBIDDEN, kind, reason).into_response();
    }
    let received = Received {
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        body: serde_json::from_slice(&body).unwrap(),
        headers,
    };
    service.received.lock().unwrap().push(received);
    let (status, headers, body) = service.told.lock().unwrap().clone();
    let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

/// The signature that the request should have.
fn verify(uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Result<(), String> {
    let header = |name: &str| {
        let value = headers.get(name).ok_or(format!("no {name}"))?;
        value.to_str().map_err(|error| error.to_string())
    };
    let authorization = header("authorization")?;
    let parts = authorization
        .strip_prefix("AWS4-HMAC-SHA256 ")
        .ok_or("another algorithm")?;
    let parts: BTreeMap<&str, &str> = parts
        .split(", ")
        .filter_map(|part| part.split_once('='))
        .collect();
    let date = header("x-amz-date")?;
    let day = date.get(..8).ok_or("no day")?;
    let scope = format!("{day}/{REGION}/bedrock-agentcore/aws4_request");
    if parts["Credential"] != format!("AKIDEXAMPLE/{scope}") {
        return Err(format!("signed as {}", parts["Credential"]));
    }
    let signed = parts["SignedHeaders"];
    for needed in [
        "host",
        "x-amz-date",
        "x-amz-security-token",
        "x-amzn-bedrock-agentcore-runtime-session-id",
    ] {
        if !signed.split(';').any(|name| name == needed) {
            return Err(format!("{needed} is not signed"));
        }
    }
    let mut canonical_headers = String::new();
    for name in signed.split(';') {
        writeln!(canonical_headers, "{name}:{}", header(name)?.trim()).unwrap();
    }
    // Each part of the path once more encoded, as for every service but S3.
    let path = uri.path().replace('%', "%25");
    let canonical = format!(
        "POST\n{path}\n{}\n{canonical_headers}\n{signed}\n{}",
        uri.query().unwrap_or_default(),
        hash(body)
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
        hash(canonical.as_bytes())
    );
    let key = generate_signing_key(SECRET, day_of(day), REGION, "bedrock-agentcore");
    let expected = calculate_signature(key, to_sign.as_bytes());
    if parts["Signature"] == expected {
        Ok(())
    } else {
        Err(format!("the signature of this is another:\n{canonical}"))
    }
}

/// A time on the day, which is all that the key depends on.
fn day_of(day: &str) -> SystemTime {
    let now = SystemTime::now();
    let yesterday = now - Duration::from_hours(24);
    [now, yesterday]
        .into_iter()
        .find(|time| {
            let unix = time.duration_since(SystemTime::UNIX_EPOCH).unwrap();
            let millis = i64::try_from(unix.as_millis()).unwrap();
            let written = status_model::Timestamp::from_unix_millis(millis).to_string();
            written.replace('-', "").starts_with(day)
        })
        .unwrap()
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
}

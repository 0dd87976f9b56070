//! An identity provider that says whatever a test wants.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey,
    core::{CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJwsSigningAlgorithm},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::stage::url_decoded;

pub const CLIENT: &str = "trade-status";
pub const SECRET: &str = "between the two";
/// The only code that it redeems.
pub const CODE: &str = "code-1";

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// By this of its keys; the first is known at first.
    Key(u8),
    /// Not at all.
    None,
    /// With the client's secret.
    Secret,
    /// By one key, and said to be by the first.
    Forged,
}

/// What it says.
pub struct Says {
    /// Nothing: it is away.
    pub is_away: bool,
    /// Its name of itself.
    pub issuer: String,
    /// Which of its keys it shows.
    pub key: u8,
    /// What its next ID token says.
    pub claims: Value,
    /// How that is signed.
    pub signature: Signature,
    /// The challenge that the code was asked for with.
    pub challenge: String,
    /// How often it was asked for its keys.
    pub asked_for_keys: usize,
}

/// The provider, until it is dropped.
pub struct Provider {
    pub issuer: String,
    says: Arc<Mutex<Says>>,
    serving: JoinHandle<()>,
}

type Shared = State<Arc<Mutex<Says>>>;

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let says = Says {
            is_away: false,
            issuer: issuer.clone(),
            key: 1,
            claims: json!({}),
            signature: Signature::Key(1),
            challenge: String::new(),
            asked_for_keys: 0,
        };
        let says = Arc::new(Mutex::new(says));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&says));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            issuer,
            says,
            serving,
        }
    }

    pub fn says(&self) -> MutexGuard<'_, Says> {
        self.says.lock().unwrap()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn discovery(State(says): Shared) -> Response {
    let says = says.lock().unwrap();
    if says.is_away {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let issuer = &says.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "end_session_endpoint": format!("{issuer}/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
    }))
    .into_response()
}

async fn keys(State(says): Shared) -> Json<Value> {
    let mut says = says.lock().unwrap();
    says.asked_for_keys += 1;
    let key = key(says.key, says.key).as_verification_key();
    Json(json!({ "keys": [key] }))
}

async fn token(State(says): Shared, headers: HeaderMap, form: String) -> Response {
    let redeemed = url_decoded(&form);
    let says = says.lock().unwrap();
    let known = BASE64_STANDARD.encode(format!("{CLIENT}:{}", SECRET.replace(' ', "+")));
    let verifier = Sha256::digest(redeemed["code_verifier"].as_bytes());
    let is_right = headers["authorization"] == format!("Basic {known}")
        && redeemed["grant_type"] == "authorization_code"
        && redeemed["code"] == CODE
        && BASE64_URL_SAFE_NO_PAD.encode(verifier) == says.challenge;
    if !is_right {
        let error = Json(json!({ "error": "invalid_grant" }));
        return (StatusCode::BAD_REQUEST, error).into_response();
    }
    Json(json!({
        "access_token": "at", "token_type": "Bearer",
        "id_token": signed(&says.claims, says.signature),
    }))
    .into_response()
}

fn signed(claims: &Value, signature: Signature) -> String {
    let (algorithm, kid) = match signature {
        Signature::Key(key) => ("EdDSA", json!(key.to_string())),
        Signature::Forged => ("EdDSA", json!("1")),
        Signature::None => ("none", Value::Null),
        Signature::Secret => ("HS256", Value::Null),
    };
    let mut header = json!({ "alg": algorithm });
    if !kid.is_null() {
        header["kid"] = kid;
    }
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&header), part(claims));
    let by = |number| key(number, number).sign(&CoreJwsSigningAlgorithm::EdDsa, message.as_bytes());
    let signature = match signature {
        Signature::Key(number) => by(number).unwrap(),
        Signature::Forged => by(9).unwrap(),
        Signature::None => Vec::new(),
        Signature::Secret => CoreHmacKey::new(SECRET)
            .sign(&CoreJwsSigningAlgorithm::HmacSha256, message.as_bytes())
            .unwrap(),
    };
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

/// A key of these bytes, in the form that the library reads.
fn key(byte: u8, id: u8) -> CoreEdDsaPrivateSigningKey {
    const BEFORE: [u8; 16] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    let der = BASE64_STANDARD.encode([BEFORE.as_slice(), &[byte; 32]].concat());
    let pem = ["BEGIN", "END"].map(|word| format!("-----{word} PRIVATE KEY-----"));
    let pem = format!("{}\n{der}\n{}\n", pem[0], pem[1]);
    let id = JsonWebKeyId::new(id.to_string());
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(id)).unwrap()
}

//! What the body says.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection, rejection::FailedToBufferBody},
};
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use tokio::time::timeout;

use super::{ApiError, App};

/// The largest body that is taken.
pub(super) const MAX_BYTES: usize = 256 * 1024;

/// A JSON object of the form that the call takes, and nothing else.
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(ApiError::ContentType);
        }
        let limit = app.policy.send_time;
        let body = timeout(limit, Bytes::from_request(request, app)).await;
        let body = body.map_err(|_| ApiError::BodyTooSlow(limit))?;
        let body = body.map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                ApiError::BodyTooLarge(MAX_BYTES)
            }
            other => ApiError::BodyIncomplete(other.body_text()),
        })?;
        parse(&body).map(Self)
    }
}

/// `application/json`, or another media type that says that it is JSON.
///
/// No page of another origin can send such a body without being asked first (CORS), so this check
/// is also what keeps other sites from writing through a viewer's browser.
fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    // A list of values in the right order would be read as an object otherwise.
    let is_object = body.trim_ascii_start().first() == Some(&b'{');
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        unfit(&error.into_inner(), &path)
    });
    match value {
        Err(syntax @ ApiError::Syntax { .. }) => Err(syntax),
        _ if !is_object => Err(ApiError::Shape("it is no object".to_owned())),
        Err(error) => Err(error),
        Ok(value) => match json.end() {
            Ok(()) => Ok(value),
            Err(error) => Err(unfit(&error, ".")),
        },
    }
}

/// Why JSON text does not fit, in words that say where and name no type of this program.
fn unfit(error: &serde_json::Error, path: &str) -> ApiError {
    let (line, column) = (error.line(), error.column());
    if !matches!(error.classify(), Category::Data) {
        return ApiError::Syntax { line, column };
    }
    let text = error.to_string();
    let reason = text
        .strip_suffix(&format!(" at line {line} column {column}"))
        .unwrap_or(&text);
    let reason = match reason.split_once("expected struct ") {
        Some((before, _)) => format!("{before}expected an object"),
        None => reason.to_owned(),
    };
    ApiError::Shape(match path {
        "." => reason,
        _ => format!("{path}: {reason}"),
    })
}

#[cfg(test)]
mod tests {
    use status_model::change::AgentUpdate;

    use super::*;

    fn detail(body: &str) -> String {
        let error = parse::<AgentUpdate>(body.as_bytes()).unwrap_err();
        error.problem(String::new()).detail
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_place() {
        for (body, expected) in [
            (r#"{"status":"#, "It stops being JSON at line 1, column 10."),
            ("status=success", "It stops being JSON at line 1, column 1."),
            ("", "It stops being JSON at line 1, column 0."),
            (
                r#"{"status":"success"} x"#,
                "It stops being JSON at line 1, column 22.",
            ),
            (r#"["success"]"#, "it is no object."),
            ("7", "it is no object."),
            ("{}", "missing field `status`."),
            (
                r#"{"status":"success","tokenUsage":{"inputTokens":"7","outputTokens":1}}"#,
                r#"tokenUsage.inputTokens: invalid type: string "7", expected a whole number that is not negative."#,
            ),
            (
                r#"{"status":"success","attempts":[7]}"#,
                "attempts[0]: invalid type: integer `7`, expected an object.",
            ),
            (
                r#"{"status":"success","startedAt":"yesterday"}"#,
                "startedAt: not a time: use RFC 3339 in UTC, as in 2026-11-22T08:31:59.737Z.",
            ),
        ] {
            assert_eq!(detail(body), expected, "{body}");
        }
        assert!(detail(r#"{"status":"success","colour":1}"#).starts_with("colour: unknown field"));
    }

    #[test]
    fn a_body_has_to_say_that_it_is_json() {
        let says = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, value.parse().unwrap());
            is_json(&headers)
        };
        assert!(says("application/json"));
        assert!(says("Application/JSON; charset=utf-8"));
        assert!(says("application/merge-patch+json"));
        assert!(!says("text/plain"));
        assert!(!says("application/x-www-form-urlencoded"));
        assert!(!says("text/plain; application/json"));
        assert!(!is_json(&HeaderMap::new()));
    }
}

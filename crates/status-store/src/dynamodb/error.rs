//! What went wrong, in the store's terms, with what to do about it.

#[cfg(test)]
mod tests;

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use super::{Connection, KeyName, retry::Failure};
use crate::StoreError;

/// The service is busy, or has a problem of its own: the same call may succeed later.
const BUSY: [&str; 8] = [
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
];

/// Who asks is not known, or may not ask this.
const NOT_ALLOWED: [&str; 9] = [
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "NotAuthorized",
    "OptInRequired",
    "UnrecognizedClientException",
];

/// Is it worth trying the same again soon?
pub(super) fn is_transient<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
        // Of another kind, it has one where the client knows that it passes: a connection that
        // ended too early is such.
        SdkError::DispatchFailure(failure) => {
            failure.is_io() || failure.is_timeout() || failure.as_other().is_some()
        }
        SdkError::ServiceError(answer) => {
            let code = answer.err().code().unwrap_or_default();
            BUSY.contains(&code) || answer.raw().status().is_server_error()
        }
        _ => false,
    }
}

/// Why a call failed, told by what has to be done.
#[derive(Debug)]
pub(super) enum Cause {
    /// Who asks is not known, or may not ask this; that may be put right while the program runs.
    NotAllowed(String),
    /// The path of an update leads into a map that is not there.
    NoSuchPath(String),
    /// All else.
    Other(StoreError),
}

impl From<Cause> for StoreError {
    fn from(cause: Cause) -> Self {
        match cause {
            // What was to be written is worth keeping until somebody has put it right.
            Cause::NotAllowed(text) => Self::Unavailable(text),
            Cause::NoSuchPath(text) => Self::Refused(text),
            Cause::Other(error) => error,
        }
    }
}

/// Why a call failed.
pub(super) fn cause<E>(connection: &Connection, failure: &Failure<E>) -> Cause
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match failure {
        Failure::Deadline => Cause::Other(StoreError::Unavailable(format!(
            "{} did not answer in time",
            place(connection)
        ))),
        Failure::Answer(error) => {
            let SdkError::ServiceError(answer) = error.as_ref() else {
                return unanswered(connection, error);
            };
            let code = answer.err().code().unwrap_or("an error without a code");
            let message = answer.err().message().unwrap_or_default();
            let is_server_error = answer.raw().status().is_server_error();
            answered(connection, code, message, is_server_error)
        }
    }
}

fn answered(connection: &Connection, code: &str, message: &str, is_server_error: bool) -> Cause {
    let Connection { table, key, .. } = connection;
    let told = format!("{code}: {message}");
    if code == "ResourceNotFoundException" {
        return Cause::Other(StoreError::MissingTable(format!(
            "{} has no table {table}: create it with `{}`, or check the table's name, \
             --region and --endpoint",
            place(connection),
            deploy(connection, table)
        )));
    }
    if NOT_ALLOWED.contains(&code) {
        return Cause::NotAllowed(format!(
            "{} does not let these credentials use the table {table} ({told}): check which ones \
             are in the environment or the profile, that they have not expired, and their policy",
            place(connection)
        ));
    }
    if BUSY.contains(&code) || is_server_error {
        return Cause::Other(StoreError::Unavailable(format!(
            "{} is busy ({told})",
            place(connection)
        )));
    }
    if code == "ValidationException" {
        return invalid(connection, *key, message);
    }
    Cause::Other(StoreError::Refused(told))
}

fn invalid(connection: &Connection, key: KeyName, message: &str) -> Cause {
    let table = &connection.table;
    let has = |text: &str| message.contains(text);
    let refused = |text: String| Cause::Other(StoreError::Refused(text));
    if has("does not have the specified index") {
        tracing::warn!(
            remedy = deploy(connection, table),
            "the table lacks an index: {message}"
        );
        return Cause::Other(StoreError::MissingIndex {
            // Whoever reads this may not be told the table's name or its place.
            remedy: remedy(connection),
        });
    }
    if has("backfilling") {
        return Cause::Other(StoreError::Unavailable(format!(
            "an index of the table {table} is still being built ({message})"
        )));
    }
    if has("document path") {
        return Cause::NoSuchPath(message.to_owned());
    }
    let another_key = [
        "does not match the schema",
        "Missing the key",
        "required keys",
    ];
    if another_key.into_iter().any(has) {
        let other = KeyName::ALL.into_iter().find(|other| *other != key);
        let other = other.unwrap_or_default();
        return refused(format!(
            "the key of the table {table} is not {key}: say --key {other}, or check the table's \
             name ({message})"
        ));
    }
    if has("Item size") {
        return Cause::Other(StoreError::TooLarge(format!(
            "an item may have 400 KB; shorten its texts ({message})"
        )));
    }
    if has("size limit") || has("Size limit") {
        return Cause::Other(StoreError::TooLarge(format!(
            "an index takes ids of up to 1,024 bytes; shorten documentId or correlationId \
             ({message})"
        )));
    }
    refused(format!("the table {table} does not take this ({message})"))
}

fn unanswered<E>(connection: &Connection, error: &SdkError<E>) -> Cause
where
    E: Error + 'static,
{
    let why = chain(error);
    let place = place(connection);
    if why.contains("credential") || why.contains("identity") {
        return Cause::NotAllowed(format!(
            "no AWS credentials were found ({why}): set AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role is attached"
        ));
    }
    if why.to_lowercase().contains("region") {
        return Cause::Other(StoreError::Refused(format!(
            "no AWS region is known ({why}): say --region, as in --region eu-central-1"
        )));
    }
    if matches!(error, SdkError::ConstructionFailure(_)) {
        return Cause::Other(StoreError::Refused(format!(
            "no request can be made to {place} ({why}): check --endpoint and --region"
        )));
    }
    Cause::Other(StoreError::Unavailable(format!(
        "{place} can't be reached ({why}): check the network, --region and --endpoint"
    )))
}

/// An error with all that led to it, each told once.
fn chain(error: &dyn Error) -> String {
    let mut texts = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !texts.iter().any(|told| told.contains(&text)) {
            texts.push(text);
        }
        source = error.source();
    }
    texts.join(": ")
}

fn place(connection: &Connection) -> String {
    match (&connection.endpoint, &connection.region) {
        (Some(endpoint), _) => format!("DynamoDB at {endpoint}"),
        (None, Some(region)) => format!("DynamoDB in region {region}"),
        (None, None) => "DynamoDB in the environment's region".to_owned(),
    }
}

/// The command that adds indexes, without what only those who run the server may know.
fn remedy(connection: &Connection) -> String {
    let public = Connection {
        region: None,
        endpoint: None,
        ..connection.clone()
    };
    deploy(&public, "TABLE")
}

/// The command that creates this table, or what it lacks.
fn deploy(connection: &Connection, table: &str) -> String {
    let key = (connection.key != KeyName::default()).then(|| connection.key.to_string());
    let flags = [
        ("--key", key.as_deref()),
        ("--region", connection.region.as_deref()),
        ("--endpoint", connection.endpoint.as_deref()),
    ];
    let mut words = vec!["trade-status table deploy --table", table];
    for (flag, value) in flags {
        words.extend(value.map(|value| [flag, value]).into_iter().flatten());
    }
    words.join(" ")
}

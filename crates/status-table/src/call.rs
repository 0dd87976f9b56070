//! Why a call to `DynamoDB` came to nothing, in a sentence.

use std::error::Error;

use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

/// Why a call came to nothing: what happened, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Nobody says which region.
    #[error(
        "no AWS region is known, so there is nowhere to look for the table: name one with \
         --region, or in the variable AWS_REGION"
    )]
    NoRegion,
    /// There is nobody to talk to.
    #[error(
        "can't reach {place}: {reason}. Check the region, the endpoint, and whether this machine \
         may reach it"
    )]
    Unreachable {
        /// Where it should be.
        place: String,
        /// What the network says.
        reason: String,
    },
    /// No answer in time.
    #[error("{place} has not answered in time. It may be overloaded: try again in a minute")]
    TimedOut {
        /// Who has not.
        place: String,
    },
    /// There are no credentials.
    #[error(
        "there are no AWS credentials to call {place} with: set AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY, or name a profile in AWS_PROFILE (`aws configure`, `aws sso login`)"
    )]
    NoCredentials {
        /// Whom to call.
        place: String,
    },
    /// AWS doesn't accept them.
    #[error(
        "{place} does not accept these AWS credentials ({code}): they are mistyped, expired, or \
         of another account; renew them, and try again"
    )]
    BadCredentials {
        /// Who does not.
        place: String,
        /// What it says.
        code: String,
    },
    /// They are good, and not for this.
    #[error(
        "these AWS credentials may not do this: {message}. Allow it, as docs/deployment.md lists \
         it for the operator, or take other credentials"
    )]
    Denied {
        /// Which permission, in the words of AWS.
        message: String,
    },
    /// The call is one that the endpoint doesn't know.
    #[error("{place} does not know this call")]
    NotKnownHere {
        /// Who does not.
        place: String,
    },
    /// There is no such table.
    #[error("there is no such table at {place}: check --table and --region, or deploy it")]
    NoTable {
        /// Where there is none.
        place: String,
    },
    /// `DynamoDB` did not do it.
    #[error("{place} has refused: {message} ({code})")]
    Refused {
        /// Who has.
        place: String,
        /// How it calls the reason.
        code: String,
        /// The reason.
        message: String,
    },
    /// Whoever answers there is not `DynamoDB`.
    #[error(
        "what answers at {place} is not DynamoDB: {reason}. Check the endpoint, and whether a \
         proxy stands between"
    )]
    NotDynamoDb {
        /// Where.
        place: String,
        /// What was wrong with the answer.
        reason: String,
    },
    /// The program itself has put a call together that can't be sent.
    #[error("the call could not be put together: {0}. This is a mistake in the program: report it")]
    Malformed(String),
}

impl CallError {
    /// Reads the client's error. `place` is where it has called.
    pub fn new<E>(place: &str, error: &SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let place = place.to_owned();
        match error {
            SdkError::ServiceError(service) => {
                let code = service.err().code().unwrap_or("unknown").to_owned();
                let message = service.err().message().unwrap_or("no reason given");
                Self::of_service(place, code, message.trim_end_matches('.'))
            }
            SdkError::TimeoutError(_) => Self::TimedOut { place },
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Self::Unreachable {
                place,
                reason: "no connection in time".to_owned(),
            },
            SdkError::DispatchFailure(failure) if failure.is_io() => Self::Unreachable {
                place,
                reason: innermost(error),
            },
            SdkError::ResponseError(_) => Self::NotDynamoDb {
                place,
                reason: innermost(error),
            },
            other => {
                let whole = DisplayErrorContext(other).to_string();
                if whole.contains("redential") {
                    Self::NoCredentials { place }
                } else if whole.contains("egion") {
                    Self::NoRegion
                } else {
                    Self::Unreachable {
                        place,
                        reason: innermost(other),
                    }
                }
            }
        }
    }

    fn of_service(place: String, code: String, message: &str) -> Self {
        let message = message.to_owned();
        match code.as_str() {
            "ResourceNotFoundException" => Self::NoTable { place },
            "UnknownOperationException" => Self::NotKnownHere { place },
            "AccessDeniedException" | "AccessDenied" => Self::Denied { message },
            "UnrecognizedClientException"
            | "InvalidSignatureException"
            | "InvalidClientTokenId"
            | "ExpiredTokenException"
            | "ExpiredToken"
            | "IncompleteSignature"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "SignatureDoesNotMatch" => Self::BadCredentials { place, code },
            // An answer that is not of DynamoDB has no code.
            "unknown" => Self::NotDynamoDb {
                place,
                reason: "its answer is no JSON of DynamoDB".to_owned(),
            },
            _ => Self::Refused {
                place,
                code,
                message,
            },
        }
    }
}

/// The cause of all causes, which is the one that says something.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

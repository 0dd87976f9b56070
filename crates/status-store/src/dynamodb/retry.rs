//! One call, again while the table is busy or out of reach, within a deadline.

use std::time::Duration;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use tokio::time::{Instant, sleep, timeout_at};

use super::error::is_transient;
use crate::{RetryPolicy, writer::Random};

/// How long a call may take, with all its tries.
///
/// Less than a writer's own deadline and a viewer's patience: both try again by themselves.
pub(super) const POLICY: RetryPolicy = RetryPolicy {
    deadline: Duration::from_secs(4),
    max_tries: u32::MAX,
    base_delay: Duration::from_millis(25),
    max_delay: Duration::from_millis(800),
};

/// How a call went in the end.
#[derive(Debug)]
pub(super) struct Tried<T, E> {
    pub(super) result: Result<T, Failure<E>>,
    /// Was there an earlier try, which may have been done although its answer was lost?
    pub(super) is_repeated: bool,
}

/// Why a call failed in the end.
#[derive(Debug)]
pub(super) enum Failure<E> {
    /// What came of its last try.
    Answer(Box<SdkError<E>>),
    /// Its last try had come to nothing when its time was over.
    Deadline,
}

/// Tries a call until it is answered, or refused, or the deadline has passed.
pub(super) async fn tried<T, E, F>(
    policy: &RetryPolicy,
    random: &Random,
    mut call: impl FnMut() -> F,
) -> Tried<T, E>
where
    F: Future<Output = Result<T, SdkError<E>>>,
    E: ProvideErrorMetadata,
{
    let deadline = Instant::now() + policy.deadline;
    let mut tries = 0;
    let mut is_repeated = false;
    loop {
        tries += 1;
        let result = match timeout_at(deadline, call()).await {
            Ok(result) => result.map_err(|error| Failure::Answer(Box::new(error))),
            Err(_) => Err(Failure::Deadline),
        };
        let delay = policy.delay(tries, random());
        let is_last = tries >= policy.max_tries || Instant::now() + delay >= deadline;
        match &result {
            Err(Failure::Answer(error)) if is_transient(error) && !is_last => {
                is_repeated = true;
                sleep(delay).await;
            }
            _ => {
                return Tried {
                    result,
                    is_repeated,
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use aws_sdk_dynamodb::operation::get_item::GetItemError;

    use super::*;

    /// What a try comes to.
    #[derive(Clone, Copy)]
    enum Try {
        Well,
        NoAnswer,
        Refusal,
    }

    async fn of(outcomes: &[Try]) -> (Tried<(), GetItemError>, usize) {
        let calls = Cell::new(0);
        let random: Box<Random> = Box::new(|| 0.5);
        let tried = tried(&POLICY, &random, || {
            let outcome = outcomes.get(calls.get()).copied().unwrap_or(Try::NoAnswer);
            calls.set(calls.get() + 1);
            async move {
                match outcome {
                    Try::Well => Ok(()),
                    Try::NoAnswer => Err(SdkError::timeout_error("no answer")),
                    Try::Refusal => Err(SdkError::construction_failure("no")),
                }
            }
        })
        .await;
        (tried, calls.get())
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_tried_again_until_it_is_answered() {
        let begin = Instant::now();
        let (tried, calls) = of(&[Try::NoAnswer, Try::NoAnswer, Try::Well]).await;
        assert!(matches!(tried.result, Ok(())));
        assert!(tried.is_repeated);
        assert_eq!(calls, 3);
        // Half of 25 and 50 ms, in whole milliseconds of Tokio's timer.
        assert!(begin.elapsed() <= Duration::from_millis(40));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_given_up_at_the_deadline() {
        let begin = Instant::now();
        let (tried, calls) = of(&[]).await;
        assert!(matches!(tried.result, Err(Failure::Answer(_))));
        assert!(calls > 5);
        assert!(begin.elapsed() <= POLICY.deadline);
    }

    #[tokio::test(start_paused = true)]
    async fn what_never_answers_is_given_up_at_the_deadline() {
        let random: Box<Random> = Box::new(|| 0.5);
        let tried: Tried<(), GetItemError> = tried(&POLICY, &random, std::future::pending).await;
        assert!(matches!(tried.result, Err(Failure::Deadline)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_refused_is_not_tried_again() {
        let (tried, calls) = of(&[Try::Refusal]).await;
        assert!(matches!(tried.result, Err(Failure::Answer(_))));
        assert_eq!(calls, 1);
        assert!(!tried.is_repeated);
    }
}

//! Which agent comes next. Pure.

use status_model::{AgentName, MatchClassification, change::FinalStatus};

/// How one agent ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Well; trade matching with its judgement, where it gave one.
    Success(Option<MatchClassification>),
    /// With an error.
    Failure,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Run this agent.
    Run(AgentName),
    /// End the session.
    End(FinalStatus),
}

/// What comes next after what has ended so far, in the order in which it ended.
///
/// | ended | next |
/// |---|---|
/// | PDF adapter, failed | nothing: without a text there is nothing to handle |
/// | trade extraction, failed | exception management; the session fails all the same |
/// | trade matching, failed | nothing: its judgement is what exception management would handle |
/// | trade matching: `MATCHED`, `PROBABLE_MATCH`, no judgement | nothing |
/// | trade matching: `REVIEW_REQUIRED`, `BREAK` | exception management |
/// | trade matching: `DATA_ERROR` or an unknown word | exception management: a person has to look, as with a review |
///
/// A failed agent makes the session failed.
#[must_use]
pub fn next(ended: &[(AgentName, Ending)]) -> Next {
    use AgentName::{ExceptionManagement, PdfAdapter, TradeExtraction, TradeMatching};
    match ended.last() {
        None => Next::Run(PdfAdapter),
        Some((PdfAdapter, Ending::Success(_))) => Next::Run(TradeExtraction),
        Some((TradeExtraction, Ending::Success(_))) => Next::Run(TradeMatching),
        Some((TradeExtraction, Ending::Failure)) => Next::Run(ExceptionManagement),
        Some((TradeMatching, Ending::Success(Some(judgement)))) if !judgement.is_match() => {
            Next::Run(ExceptionManagement)
        }
        _ if ended.iter().any(|(_, ending)| *ending == Ending::Failure) => {
            Next::End(FinalStatus::Failed)
        }
        _ => Next::End(FinalStatus::Completed),
    }
}

/// The agents that are passed over on the way to what comes next, in pipeline order.
pub fn skipped(ended: &[(AgentName, Ending)], next: Next) -> impl Iterator<Item = AgentName> {
    let after = ended.last().map(|(agent, _)| *agent);
    AgentName::ALL.into_iter().filter(move |agent| {
        let before_next = match next {
            Next::Run(next) => *agent < next,
            Next::End(_) => true,
        };
        Some(*agent) > after && before_next
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use AgentName::{ExceptionManagement, PdfAdapter, TradeExtraction, TradeMatching};
    use Ending::Failure;
    use FinalStatus::{Completed, Failed};

    const DONE: Ending = Ending::Success(None);

    fn judged(word: &str) -> Ending {
        Ending::Success(Some(MatchClassification::from(word.to_owned())))
    }

    /// Walks the whole route; each agent ends as `endings` says, those not named well.
    fn walk(endings: &[(AgentName, Ending)]) -> (Vec<AgentName>, Vec<AgentName>, FinalStatus) {
        let (mut ended, mut passed_over) = (Vec::new(), Vec::new());
        loop {
            let next = next(&ended);
            passed_over.extend(skipped(&ended, next));
            match next {
                Next::End(status) => {
                    let ran = ended.into_iter().map(|(agent, _)| agent).collect();
                    return (ran, passed_over, status);
                }
                Next::Run(agent) => {
                    let ending = endings.iter().find(|(name, _)| *name == agent);
                    ended.push((agent, ending.map_or(DONE, |(_, ending)| ending.clone())));
                }
            }
        }
    }

    const FIRST_THREE: [AgentName; 3] = [PdfAdapter, TradeExtraction, TradeMatching];

    #[test]
    fn a_match_needs_no_exception_management() {
        for ending in [judged("MATCHED"), judged("PROBABLE_MATCH"), DONE] {
            let (ran, skipped, status) = walk(&[(TradeMatching, ending.clone())]);
            assert_eq!(ran, FIRST_THREE, "{ending:?}");
            assert_eq!(skipped, [ExceptionManagement]);
            assert_eq!(status, Completed);
        }
    }

    #[test]
    fn a_mismatch_does() {
        for word in ["REVIEW_REQUIRED", "BREAK", "DATA_ERROR", "NO_MATCH"] {
            let (ran, skipped, status) = walk(&[(TradeMatching, judged(word))]);
            assert_eq!(ran, AgentName::ALL, "{word}");
            assert!(skipped.is_empty());
            assert_eq!(status, Completed);
        }
    }

    #[test]
    fn nothing_follows_a_failed_pdf_adapter() {
        let (ran, skipped, status) = walk(&[(PdfAdapter, Failure)]);
        assert_eq!(ran, [PdfAdapter]);
        assert_eq!(
            skipped,
            [TradeExtraction, TradeMatching, ExceptionManagement]
        );
        assert_eq!(status, Failed);
    }

    #[test]
    fn a_failed_extraction_goes_to_exception_management() {
        for exception in [DONE, Failure] {
            let (ran, skipped, status) =
                walk(&[(TradeExtraction, Failure), (ExceptionManagement, exception)]);
            assert_eq!(ran, [PdfAdapter, TradeExtraction, ExceptionManagement]);
            assert_eq!(skipped, [TradeMatching]);
            assert_eq!(status, Failed);
        }
    }

    #[test]
    fn a_failed_matching_ends_the_session() {
        let (ran, skipped, status) = walk(&[(TradeMatching, Failure)]);
        assert_eq!(ran, FIRST_THREE);
        assert_eq!(skipped, [ExceptionManagement]);
        assert_eq!(status, Failed);
    }

    #[test]
    fn a_failed_exception_management_makes_the_session_failed() {
        let endings = [
            (TradeMatching, judged("BREAK")),
            (ExceptionManagement, Failure),
        ];
        let (ran, skipped, status) = walk(&endings);
        assert_eq!(ran, AgentName::ALL);
        assert!(skipped.is_empty());
        assert_eq!(status, Failed);
    }
}

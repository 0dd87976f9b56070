//! What was used, under any of its names.

use serde_json::json;
use status_model::TokenUsage;

use crate::given::{USAGE, ok};

#[test]
fn token_usage_is_read_under_any_of_its_names() {
    for usage in [
        json!({"token_usage": {"input_tokens": 1523, "output_tokens": 411, "total_tokens": 1934}}),
        json!({"tokenUsage": {"inputTokens": 1523, "outputTokens": 411}}),
        json!({"token_usage": {"inputTokens": "1523", "outputTokens": 411.0}}),
        json!({"token_usage": {"input_tokens": 1523, "total_tokens": 1934}}),
        json!({"token_usage": {"output_tokens": 411, "total_tokens": 1934}}),
        json!({"token_usage": null, "tokenUsage": {"inputTokens": 1523, "outputTokens": 411}}),
        // A total that disagrees loses.
        json!({"token_usage": {"input_tokens": 1523, "output_tokens": 411, "total_tokens": 9}}),
        json!({"tokenUsage": {"input_tokens": " 1523 ", "output_tokens": "4.11e2"}}),
        json!({"usage": {"inputTokens": 1523, "outputTokens": 411, "totalTokens": 1934}}),
        json!({"usage": {"input_tokens": 1523, "output_tokens": 411}}),
        json!({"metrics": {"accumulated_usage": {"inputTokens": 1523, "outputTokens": 411}}}),
        json!({"metrics": {"accumulatedUsage": {"inputTokens": 1523, "outputTokens": 411}}}),
        json!({"accumulated_usage": {"inputTokens": 1523, "outputTokens": 411}}),
        json!({"token_usage": {}, "usage": {"inputTokens": 1523, "outputTokens": 411}}),
    ] {
        assert_eq!(ok(&usage).token_usage, USAGE, "{usage}");
    }
}

#[test]
fn cached_tokens_are_a_part_of_the_input_and_never_counted_twice() {
    for (usage, input, output) in [
        // Within the input: the total has no room for them.
        (
            json!({"inputTokens": 1523, "outputTokens": 411, "totalTokens": 1934,
                "cacheReadInputTokens": 1000, "cacheWriteInputTokens": 200}),
            1523,
            411,
        ),
        (
            json!({"input_tokens": 1523, "output_tokens": 411, "cache_read_input_tokens": 1000}),
            1523,
            411,
        ),
        // Beside the input, as Bedrock counts: the total has them too.
        (
            json!({"inputTokens": 323, "outputTokens": 411, "totalTokens": 1934,
                "cacheReadInputTokens": 1000, "cacheWriteInputTokens": 200}),
            1523,
            411,
        ),
        (
            json!({"inputTokens": 0, "outputTokens": 411, "totalTokens": 1934,
                "cacheReadInputTokens": "1523"}),
            1523,
            411,
        ),
        // A total that fits neither way loses.
        (
            json!({"inputTokens": 323, "outputTokens": 411, "totalTokens": 1000,
                "cacheReadInputTokens": 1000}),
            323,
            411,
        ),
        (
            json!({"outputTokens": 411, "totalTokens": 1934, "cacheReadInputTokens": 1000}),
            1523,
            411,
        ),
    ] {
        let expected = Some(TokenUsage { input, output });
        for answer in [
            json!({"token_usage": usage}),
            json!({"usage": usage}),
            json!({"metrics": {"accumulated_usage": usage}}),
        ] {
            assert_eq!(ok(&answer).token_usage, expected, "{answer}");
        }
    }
    let ambiguous = json!({"usage":
        {"inputTokens": 323, "totalTokens": 1934, "cacheReadInputTokens": 1000}});
    assert_eq!(ok(&ambiguous).token_usage, None);
}

#[test]
fn usage_that_makes_no_sense_is_unknown() {
    for usage in [
        json!({"token_usage": null}),
        json!({"token_usage": {}}),
        json!({"token_usage": "1934"}),
        json!({"token_usage": {"total_tokens": 1934}}),
        json!({"token_usage": {"input_tokens": 1523}}),
        json!({"token_usage": {"input_tokens": 1523, "total_tokens": 9}}),
        json!({"token_usage": {"input_tokens": -1, "output_tokens": 411}}),
        json!({"token_usage": {"input_tokens": 0.5, "output_tokens": 411}}),
        json!({"token_usage": {"input_tokens": 1e300, "output_tokens": 411}}),
        json!({"token_usage": {"input_tokens": "many", "output_tokens": 411}}),
        json!({"token_usage": {"input_tokens": "NaN", "output_tokens": 411}}),
        json!({"token_usage": {"input_tokens": "-1", "output_tokens": 411, "total_tokens": 500}}),
        json!({"token_usage": {"input_tokens": 1523, "output_tokens": -3, "total_tokens": 1934}}),
        json!({"usage": []}),
        json!({"metrics": {"accumulated_usage": null}}),
        // What Strands starts from.
        json!({"metrics": {"accumulated_usage":
            {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0}}}),
    ] {
        assert_eq!(ok(&usage).token_usage, None, "{usage}");
    }
}

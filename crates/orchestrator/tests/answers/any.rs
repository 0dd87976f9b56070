//! Whatever arrives.

use orchestrator::answer::{self, Reply};
use proptest::prelude::*;
use serde_json::{Value, json};
use status_model::TokenUsage;

use crate::given::ok;

fn any_json() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "token_usage",
        "tokenUsage",
        "usage",
        "metrics",
        "accumulated_usage",
        "event",
        "metadata",
        "input_tokens",
        "inputTokens",
        "output_tokens",
        "outputTokens",
        "total_tokens",
        "totalTokens",
        "cacheReadInputTokens",
        "cache_creation_input_tokens",
        "success",
        "error",
        "__type",
        "match_classification",
        "confidence_score",
        "processing_time_ms",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0..5_000_u64).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~]{0,8}".prop_map(Value::from),
        (-5..5_000_i64).prop_map(|number| Value::from(number.to_string())),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_answer_brings_the_reader_down(code in 100..600_u16, value in any_json()) {
        let body = value.to_string();
        for body in [body.clone(), format!("data: {body}\n\n")] {
            for is_event_stream in [false, true] {
                let answer = answer::read(&Reply {
                    code,
                    retry_after: None,
                    error_type: None,
                    is_event_stream,
                    body: body.as_bytes(),
                });
                prop_assert!(answer.result.is_err() || (200..300).contains(&code));
                if let Ok(success) = answer.result {
                    let score = success.confidence_score.unwrap_or_default();
                    prop_assert!((0.0..=100.0).contains(&score));
                }
            }
        }
    }

    #[test]
    fn no_bytes_bring_the_reader_down(body: Vec<u8>, is_event_stream: bool) {
        let reply = Reply { code: 200, retry_after: None, error_type: None, is_event_stream, body: &body };
        prop_assert!(answer::read(&reply).result.is_err() || !body.is_empty());
    }

    #[test]
    fn each_token_is_counted_once_wherever_the_cached_ones_stand(
        fresh in 0..1_000_000_u64,
        from_cache in 0..1_000_000_u64,
        into_cache in 0..1_000_000_u64,
        output in 0..1_000_000_u64,
        names in 0..3_usize,
    ) {
        let input = fresh + from_cache + into_cache;
        let expected = Some(TokenUsage { input, output });
        for named in [fresh, input] {
            let mut usage = json!({
                "inputTokens": named, "outputTokens": output, "totalTokens": input + output,
                "cacheReadInputTokens": from_cache, "cacheWriteInputTokens": into_cache,
            });
            let answer = match names {
                0 => json!({"usage": usage}),
                1 => json!({"tokenUsage": usage}),
                _ => {
                    // All zero is what Strands starts from.
                    usage["outputTokens"] = json!(output + 1);
                    usage["totalTokens"] = json!(input + output + 1);
                    json!({"metrics": {"accumulated_usage": usage}})
                }
            };
            let mut used = ok(&answer).token_usage;
            if names == 2 {
                used = used.map(|used| TokenUsage { output: used.output - 1, ..used });
            }
            prop_assert_eq!(used, expected, "{}", answer);
        }
    }
}

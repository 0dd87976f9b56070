//! What an agent used, in any of the forms in use.

use status_model::TokenUsage;

use super::fields::Fields;

/// Where an agent may say what it used; the first that can be read is believed.
pub(super) fn of(answer: Fields<'_>) -> Option<TokenUsage> {
    const ACCUMULATED: [&str; 2] = ["accumulated_usage", "accumulatedUsage"];
    let plain = ["token_usage", "tokenUsage", "usage"].map(|name| answer.within(&[name]));
    let metrics = answer.within(&["metrics"]);
    plain.into_iter().find_map(tokens).or_else(|| {
        [metrics, answer]
            .into_iter()
            .find_map(|place| tokens(place.within(&ACCUMULATED)))
            // What Strands starts from: no model has told anything.
            .filter(|usage| !usage.is_zero())
    })
}

/// The parts, or one part and the total. A total alone does not tell what was read and what was
/// written, and so nothing is known. A total that disagrees with its parts loses.
///
/// Tokens from the cache are a part of the input. Bedrock counts them beside `inputTokens`, others
/// within it, and the total tells which: only where it is the sum of all four counts are the
/// cached ones put to the input.
pub(super) fn tokens(usage: Fields<'_>) -> Option<TokenUsage> {
    let input = part(usage, &["input_tokens", "inputTokens"])?;
    let output = part(usage, &["output_tokens", "outputTokens"])?;
    let total = usage.count(&["total_tokens", "totalTokens"]);
    let from_cache = usage.count(&["cache_read_input_tokens", "cacheReadInputTokens"]);
    let into_cache = usage.count(&[
        "cache_write_input_tokens",
        "cacheWriteInputTokens",
        "cache_creation_input_tokens",
    ]);
    let cached = from_cache.unwrap_or(0) + into_cache.unwrap_or(0);
    let rest = |part: u64| total?.checked_sub(part);
    let (input, output) = match (input, output) {
        (Some(input), Some(output)) if rest(input + output) == Some(cached) => {
            (input + cached, output)
        }
        (Some(input), Some(output)) => (input, output),
        // What is left of the total may be cached input too.
        (Some(input), None) if cached == 0 => (input, rest(input)?),
        (None, Some(output)) => (rest(output)?, output),
        _ => return None,
    };
    Some(TokenUsage { input, output })
}

/// A part, where it is named. One that is no count makes the whole unknown: it is not derived from
/// the total, which nobody can trust then.
#[expect(
    clippy::option_option,
    reason = "what is not named and what can't be read are told apart here alone"
)]
fn part(usage: Fields<'_>, names: &[&str]) -> Option<Option<u64>> {
    match usage.get(names) {
        None => Some(None),
        Some(_) => usage.count(names).map(Some),
    }
}

//! The file that says where each agent is.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use orchestrator::agent::{DEFAULT_TIMEOUT, Endpoint, InvalidConfiguration, configuration};
use serde_json::{Value, json};

fn with(agent: &str, entry: Value) -> String {
    let elsewhere = json!({"url": "http://127.0.0.1:9000/agent"});
    let mut file = json!({
        "pdfAdapter": elsewhere, "tradeExtraction": elsewhere, "tradeMatching": elsewhere,
        "exceptionManagement": elsewhere,
    });
    file[agent] = entry;
    file.to_string()
}

fn parse(text: &str) -> Result<[Endpoint; 4], InvalidConfiguration> {
    configuration::parse(text, DEFAULT_TIMEOUT)
}

fn error(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn agents_at_addresses_are_found_with_their_timeouts() {
    let text = with(
        "tradeMatching",
        json!({"url": "http://127.0.0.1:9001/matching", "timeoutSeconds": 17}),
    );
    let [pdf, extraction, matching, exception] = parse(&text).unwrap();
    let usual = Endpoint::at("http://127.0.0.1:9000/agent").unwrap();
    assert_eq!([&pdf, &extraction, &exception], [&usual, &usual, &usual]);
    assert_eq!(
        matching,
        Endpoint {
            timeout: Duration::from_secs(17),
            ..Endpoint::at("http://127.0.0.1:9001/matching").unwrap()
        }
    );
    let usual = Duration::from_secs(5);
    let [pdf, _, matching, _] = configuration::parse(&text, usual).unwrap();
    assert_eq!(
        [pdf.timeout, matching.timeout],
        [usual, Duration::from_secs(17)]
    );
}

#[test]
fn what_is_wrong_is_said_with_its_key() {
    let arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/pdf_adapter-Ab1Cd2Ef3G";
    for (entry, said) in [
        (
            json!({}),
            "pdfAdapter: give either the agent's arn or its url",
        ),
        (
            json!({"arn": arn, "url": "http://a"}),
            "pdfAdapter: give either the agent's arn or its url",
        ),
        (json!({"arm": arn}), "pdfAdapter.arm: unknown field `arm`"),
        (
            json!({"url": 7}),
            "pdfAdapter.url: invalid type: integer `7`",
        ),
        (
            json!({"url": "agents"}),
            "pdfAdapter: \"agents\" is not an address of an agent",
        ),
        (
            json!({"url": "http://a", "qualifier": "prod"}),
            "pdfAdapter: qualifier goes with an arn",
        ),
        (
            json!({"url": "http://a", "endpoint": "http://b"}),
            "pdfAdapter: endpoint goes with an arn",
        ),
        (
            json!({"url": "http://a", "timeoutSeconds": 0}),
            "pdfAdapter.timeoutSeconds: give a whole number from 1 to 3600",
        ),
        (
            json!({"url": "http://a", "timeoutSeconds": 3601}),
            "pdfAdapter.timeoutSeconds",
        ),
        (
            json!({"arn": "arn:aws:lambda:us-east-1:123456789012:function:pdf"}),
            "pdfAdapter.arn: \"arn:aws:lambda:us-east-1:123456789012:function:pdf\" is not the \
             ARN of an agent",
        ),
        (
            json!({"arn": arn, "qualifier": "a b"}),
            "pdfAdapter.qualifier: \"a b\" is not the name of an agent's endpoint",
        ),
        (
            json!({"arn": arn, "endpoint": "vpce"}),
            "pdfAdapter: \"vpce\" is not an address",
        ),
    ] {
        let error = error(&with("pdfAdapter", entry.clone()));
        assert!(error.starts_with(said), "{entry}: {error}");
    }
    for (text, said) in [
        ("", "not a JSON object"),
        ("{", "EOF"),
        ("[]", "not a JSON object"),
        ("{} x", "missing field `pdfAdapter`"),
        (&with("poet", json!({})), "poet: unknown field `poet`"),
        (
            &(with("pdfAdapter", json!({"url": "http://a"})) + " x"),
            "trailing characters",
        ),
    ] {
        let error = error(text);
        assert!(error.contains(said), "{text}: {error}");
        assert!(!error.contains("struct"), "{error}");
    }
}

#[cfg(feature = "agentcore")]
#[test]
fn the_documented_example_is_read() {
    use orchestrator::agent::Target;

    let example = include_str!("fixtures/agents.json");
    let documentation = include_str!("../../../docs/agents.md");
    assert!(
        documentation.contains(example),
        "docs/agents.md has another"
    );
    let [pdf, extraction, matching, exception] = parse(example).unwrap();
    let address = |endpoint: &Endpoint| match &endpoint.target {
        Target::Runtime(runtime) => runtime.address(),
        Target::Http(url) => url.to_string(),
    };
    assert!(address(&pdf).starts_with("https://bedrock-agentcore.us-east-1.amazonaws.com/"));
    assert!(address(&pdf).ends_with("/invocations?qualifier=DEFAULT"));
    assert!(address(&extraction).ends_with("/invocations?qualifier=prod"));
    assert!(address(&matching).starts_with("https://vpce-0123456789abcdef0."));
    assert_eq!(
        address(&exception),
        "http://127.0.0.1:9000/agents/exception-management"
    );
    let seconds = [&pdf, &extraction, &matching, &exception].map(|found| found.timeout.as_secs());
    assert_eq!(seconds, [600, 300, 300, 120]);
}

#[cfg(not(feature = "agentcore"))]
#[test]
fn an_arn_needs_a_program_that_can_sign() {
    let arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/pdf_adapter-Ab1Cd2Ef3G";
    let error = error(&with("pdfAdapter", json!({"arn": arn})));
    assert!(
        error.contains("build it with the feature agentcore"),
        "{error}"
    );
}

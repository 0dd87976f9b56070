//! What each form of a document means.

use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

use super::*;

fn read(line: &str) -> Result<Document, InvalidDocument> {
    Document::from_json(line, &mut Xoshiro256PlusPlus::seed_from_u64(1))
}

#[test]
fn both_ways_of_writing_names_are_read() {
    let camel = read(
        r#"{"sessionId":"s-1","correlationId":"c","documentId":"FAB_1","sourceType":"BANK",
            "s3Uri":"s3://b/k.pdf","s3Bucket":"b","s3Key":"k.pdf","action":"process"}"#,
    )
    .unwrap();
    let snake = read(
        r#"{"session_id":"s-1","correlation_id":"c","document_id":"FAB_1",
            "source_type":"BANK","s3_uri":"s3://b/k.pdf","s3_bucket":"b","s3_key":"k.pdf",
            "action":"process"}"#,
    )
    .unwrap();
    assert_eq!(camel, snake);
    assert_eq!(camel.session_id.as_str(), "s-1");
    assert_eq!(camel.source_type, SourceType::Bank);
    assert_eq!(camel.location.path().unwrap(), "s3://b/k.pdf");
    assert_eq!(camel.action.as_deref(), Some("process"));
}

#[test]
fn ids_that_are_not_named_are_made_up() {
    let line = r#"{"documentId":"FAB_1","sourceType":"COUNTERPARTY"}"#;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let one = Document::from_json(line, &mut random).unwrap();
    let other = Document::from_json(line, &mut random).unwrap();
    let digits = |text: &str, prefix: &str| {
        let digits = text.strip_prefix(prefix).unwrap().to_owned();
        assert!(digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        digits.len()
    };
    assert_eq!(digits(one.session_id.as_str(), "session-"), 32);
    assert_eq!(digits(&one.correlation_id, "corr_"), 12);
    assert_ne!(one.session_id, other.session_id);
    assert_ne!(one.correlation_id, other.correlation_id);
}

#[test]
fn what_is_not_named_is_taken_from_where_the_document_lies() {
    for (location, document_id, source_type) in [
        (
            r#""s3Uri":"s3://bucket/BANK/FAB_1.pdf""#,
            "FAB_1",
            SourceType::Bank,
        ),
        (
            r#""s3Uri":"s3://bucket/in/counterparty/2026/GCS_2.v1.pdf""#,
            "GCS_2.v1",
            SourceType::Counterparty,
        ),
        (
            r#""s3_bucket":"bucket","s3_key":"BANK/old/COUNTERPARTY/GCS_2""#,
            "GCS_2",
            SourceType::Counterparty,
        ),
        (
            r#""s3Uri":"s3://bucket/","s3Key":"BANK/FAB_1.pdf""#,
            "FAB_1",
            SourceType::Bank,
        ),
    ] {
        let line = format!(r#"{{"sessionId":"s-1",{location},"action":"process"}}"#);
        let document = read(&line).unwrap();
        assert_eq!(document.document_id, document_id, "{line}");
        assert_eq!(document.source_type, source_type, "{line}");
    }
    let named = r#"{"sessionId":"s-1","s3Uri":"s3://b/BANK/FAB_1.pdf","documentId":"1",
        "sourceType":"COUNTERPARTY"}"#;
    let document = read(named).unwrap();
    assert_eq!(document.document_id, "1", "what is named goes before");
    assert_eq!(document.source_type, SourceType::Counterparty);
}

#[test]
fn the_same_text_read_again_means_the_same() {
    let line = r#"{"sessionId":"s-1","s3Uri":"s3://b/BANK/FAB_1.pdf","action":"process"}"#;
    let one = Document::from_json(line, &mut Xoshiro256PlusPlus::seed_from_u64(1)).unwrap();
    let other = Document::from_json(line, &mut Xoshiro256PlusPlus::seed_from_u64(2)).unwrap();
    assert_eq!(one, other);
    assert_eq!(one.correlation_id, "corr_6c0a94fc1286");
}

#[test]
fn an_address_is_put_together_from_bucket_and_key() {
    let line = r#"{"documentId":"1","sourceType":"BANK","s3_bucket":"b","s3_key":"BANK/1.pdf"}"#;
    let document = read(line).unwrap();
    assert_eq!(document.location.path().unwrap(), "s3://b/BANK/1.pdf");
    let document = read(r#"{"documentId":"1","sourceType":"BANK","s3_key":"1.pdf"}"#).unwrap();
    assert_eq!(document.location.path(), None);
}

#[test]
fn what_is_wrong_is_said() {
    for (line, said) in [
        ("", "not a JSON object"),
        (r#"["s","c","d","BANK"]"#, "not a JSON object"),
        ("{", "EOF while parsing an object (column 1)"),
        (r#"{"sourceType":"BANK"}"#, "documentId is missing"),
        (r#"{"documentId":"1"}"#, "sourceType is missing"),
        (
            r#"{"sessionId":"s","s3Uri":"s3://b/BANK/"}"#,
            "documentId is missing",
        ),
        (
            r#"{"sessionId":"s","s3Uri":"s3://BANK/1.pdf"}"#,
            "sourceType is missing",
        ),
        (
            r#"{"sessionId":"s","s3Uri":"https://b/BANK/1.pdf"}"#,
            "documentId is missing",
        ),
        (
            r#"{"sessionId":"s","s3_key":"BROKER/BANK"}"#,
            "sourceType is missing",
        ),
        (
            r#"{"documentId":" ","sourceType":"BANK"}"#,
            "documentId is empty",
        ),
        (
            r#"{"documentId":"1","correlationId":"","sourceType":"BANK"}"#,
            "correlationId is empty",
        ),
        (
            r#"{"documentId":"1","sourceType":"bank"}"#,
            "sourceType is \"bank\"; it has to be BANK or COUNTERPARTY",
        ),
        (
            r#"{"documentId":"1","sourceType":"BANK","sesionId":"x"}"#,
            "unknown field `sesionId`",
        ),
        (
            r#"{"documentId":"1","document_id":"1","sourceType":"BANK"}"#,
            "duplicate field `documentId`",
        ),
        (
            r#"{"documentId":"1","sourceType":"BANK","sessionId":"a b"}"#,
            "a session id has letters, digits",
        ),
    ] {
        let error = read(line).unwrap_err().to_string();
        assert!(error.contains(said), "{line}: {error}");
        assert!(!error.contains("line 1"), "{error}");
    }
}

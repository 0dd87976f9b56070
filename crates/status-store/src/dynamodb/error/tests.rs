use super::*;

fn connection() -> Connection {
    Connection {
        table: "secret-table".to_owned(),
        key: KeyName::ProcessingId,
        region: Some("eu-central-1".to_owned()),
        endpoint: None,
    }
}

fn told(code: &str, message: &str) -> StoreError {
    answered(&connection(), code, message, false).into()
}

#[test]
fn a_missing_index_names_the_command_and_nothing_of_the_inside() {
    let message = "The table does not have the specified index: overallStatus-createdAt";
    let error = told("ValidationException", message);
    let StoreError::MissingIndex { remedy } = error else {
        panic!("{error}")
    };
    assert_eq!(
        remedy,
        "trade-status table deploy --table TABLE --key processing_id"
    );
}

#[test]
fn a_missing_table_names_the_command_in_full() {
    let error = told("ResourceNotFoundException", "Requested resource not found");
    let StoreError::MissingTable(text) = error else {
        panic!("{error}")
    };
    let command = "trade-status table deploy --table secret-table --key processing_id \
                   --region eu-central-1";
    assert!(text.contains(command), "{text}");
}

#[test]
fn what_passes_by_itself_may_be_tried_again_and_nothing_else() {
    for (code, message, is_transient) in [
        ("ThrottlingException", "Rate exceeded", true),
        ("ProvisionedThroughputExceededException", "", true),
        ("AccessDeniedException", "is not authorized", true),
        ("UnrecognizedClientException", "token is invalid", true),
        ("ValidationException", "index is backfilling", true),
        (
            "ValidationException",
            "Item size has exceeded the maximum allowed size",
            false,
        ),
        (
            "ValidationException",
            "The provided key element does not match the schema",
            false,
        ),
        ("SomethingNew", "whatever", false),
    ] {
        assert_eq!(told(code, message).is_transient(), is_transient, "{code}");
    }
    assert!(StoreError::from(answered(&connection(), "New", "", true)).is_transient());
}

#[test]
fn another_key_is_told_by_its_flag() {
    let error = told(
        "ValidationException",
        "The provided key element does not match the schema",
    );
    assert!(error.to_string().contains("say --key sessionId"), "{error}");
}

//! The table, its indexes and its key are those that `table deploy` makes.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{GlobalSecondaryIndex, KeySchemaElement, KeyType, ProjectionType};
use serde_json::{Value, json};
use status_store::dynamodb::{
    Definition, KeyName,
    schema::{DEFAULT_TABLE, EXPIRES_AT},
};
use status_table::wanted::TAGS;

use crate::files::{Files, blocks};

fn table(files: &Files) -> &Value {
    files.resource("aws_dynamodb_table", "processing_status")
}

fn key_of(schema: &[KeySchemaElement], role: &KeyType) -> Option<String> {
    let element = schema.iter().find(|element| element.key_type() == role);
    element.map(|element| element.attribute_name().to_owned())
}

#[test]
fn it_is_the_table_of_the_contract() {
    let files = Files::read();
    let table = table(&files);
    assert_eq!(table["name"], "${var.table_name}");
    assert_eq!(files.variables()["table_name"]["default"], DEFAULT_TABLE);
    assert_eq!(table["billing_mode"], "PAY_PER_REQUEST");
    assert_eq!(table["hash_key"], KeyName::SessionId.as_str());
    assert_eq!(table.get("range_key"), None);
    let expiry = json!({ "attribute_name": EXPIRES_AT, "enabled": true });
    assert_eq!(table["ttl"], expiry);
    assert_eq!(table["point_in_time_recovery"], json!({ "enabled": true }));
}

#[test]
fn its_attributes_and_indexes_are_those_that_the_store_reads_by() {
    let files = Files::read();
    let table = table(&files);
    let definition = Definition::new(KeyName::SessionId).unwrap();

    let named = |block: &Value| (block["name"].to_string(), block["type"].to_string());
    let attributes: BTreeSet<_> = blocks(&table["attribute"]).into_iter().map(named).collect();
    let wanted = definition.attributes.iter().map(|attribute| {
        let kind = attribute.attribute_type().as_str();
        (
            json!(attribute.attribute_name()).to_string(),
            json!(kind).to_string(),
        )
    });
    assert_eq!(attributes, wanted.collect());

    let indexes = blocks(&table["global_secondary_index"]).into_iter();
    let indexes: Vec<_> = indexes.cloned().collect();
    let wanted = |index: &GlobalSecondaryIndex| {
        let projection = index.projection().and_then(|p| p.projection_type());
        json!({
            "name": index.index_name(),
            "hash_key": key_of(index.key_schema(), &KeyType::Hash),
            "range_key": key_of(index.key_schema(), &KeyType::Range),
            "projection_type": projection.map(ProjectionType::as_str),
        })
    };
    let wanted: Vec<_> = definition.indexes.iter().map(wanted).collect();
    assert_eq!(indexes, wanted);
    assert_eq!(table.get("local_secondary_index"), None);
}

#[test]
fn it_is_encrypted_with_a_key_of_its_own_that_only_the_account_manages() {
    let files = Files::read();
    let encryption = json!({ "enabled": true, "kms_key_arn": "${aws_kms_key.table.arn}" });
    assert_eq!(table(&files)["server_side_encryption"], encryption);

    let key = files.resource("aws_kms_key", "table");
    assert_eq!(key["enable_key_rotation"], true);
    let document = "${data.aws_iam_policy_document.key.json}";
    assert_eq!(key["policy"], document);
    let [statement] = blocks(&files.policy("key")["statement"])[..] else {
        panic!("the key's policy has one statement");
    };
    assert_eq!(statement["effect"], "Allow");
    let account = "arn:${data.aws_partition.current.partition}:iam::\
                   ${data.aws_caller_identity.current.account_id}:root";
    let principals = json!({ "type": "AWS", "identifiers": [account] });
    assert_eq!(statement["principals"], principals);
}

#[test]
fn what_it_makes_passes_the_check_of_the_tags() {
    let files = Files::read();
    let tags = &files.variables()["tags"]["default"];
    for (name, _) in TAGS {
        assert!(tags.get(name).is_some(), "{name}");
    }
}

//! Who may do what, and nothing more.

use serde_json::{Value, json};
use status_table::probe::TEST_ITEM;

use crate::files::{Files, blocks, texts};

const TABLE: &str = "${local.table_arn}";
const INDEXES: &str = "${local.table_arn}/index/*";

const GET_AND_WRITE: [&str; 3] = [
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
];
const READ: [&str; 3] = [
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:Query",
];
const DESCRIBE: [&str; 4] = [
    "dynamodb:DescribeContinuousBackups",
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTimeToLive",
    "dynamodb:ListTagsOfResource",
];
const TEST_WRITE: [&str; 2] = ["dynamodb:DeleteItem", "dynamodb:PutItem"];

const ROLES: [&str; 3] = ["orchestrator", "portal", "operator"];

/// What a statement allows, and on what.
type Grant<'a> = (Vec<&'a str>, Vec<&'a str>);

fn grants<'a>(files: &'a Files, role: &str) -> Vec<Grant<'a>> {
    let statements = blocks(&files.policy(role)["statement"]).into_iter();
    let allowed = statements.map(|statement| {
        assert_eq!(statement["effect"], "Allow", "{role}");
        // Whatever is not said here would be allowed or refused by what is left out.
        for turned in ["not_actions", "not_resources"] {
            assert_eq!(statement.get(turned), None, "{role}");
        }
        (texts(&statement["actions"]), texts(&statement["resources"]))
    });
    allowed.collect()
}

#[test]
fn each_role_may_do_what_it_does_and_nothing_more() {
    let files = Files::read();
    let kms = || (vec!["kms:Decrypt"], vec!["${aws_kms_key.table.arn}"]);
    let on_table = |actions: &[&'static str]| (actions.to_vec(), vec![TABLE]);
    let read = || (READ.to_vec(), vec![TABLE, INDEXES]);
    let expected: [Vec<Grant<'_>>; 3] = [
        vec![on_table(&GET_AND_WRITE), kms()],
        vec![read(), kms()],
        vec![read(), on_table(&DESCRIBE), on_table(&TEST_WRITE), kms()],
    ];
    for (role, expected) in ROLES.into_iter().zip(expected) {
        assert_eq!(grants(&files, role), expected, "{role}");
    }
    let arn = "${aws_dynamodb_table.processing_status.arn}";
    assert_eq!(files.local("table_arn"), arn);
}

#[test]
fn nobody_may_scan_and_nothing_is_allowed_by_a_pattern() {
    let files = Files::read();
    for role in ROLES {
        for (actions, _) in grants(&files, role) {
            for action in actions {
                assert!(!action.contains('*'), "{role}: {action}");
                assert_ne!(action, "dynamodb:Scan", "{role}");
            }
        }
    }
}

#[test]
fn the_key_is_used_through_dynamodb_alone() {
    let files = Files::read();
    let through = json!({
        "test": "StringEquals",
        "variable": "kms:ViaService",
        "values": ["dynamodb.${var.region}.amazonaws.com"],
    });
    for role in ROLES {
        let statements = blocks(&files.policy(role)["statement"]);
        let of_kms = |statement: &&&Value| texts(&statement["actions"]).contains(&"kms:Decrypt");
        let kms = statements.iter().find(of_kms).unwrap();
        assert_eq!(kms["condition"], through, "{role}");
    }
}

#[test]
fn an_operator_writes_and_removes_test_items_and_no_session() {
    let files = Files::read();
    let statements = blocks(&files.policy("operator")["statement"]);
    let writes = |statement: &&&Value| texts(&statement["actions"]) == TEST_WRITE;
    let conditions = blocks(&statements.iter().find(writes).unwrap()["condition"]);
    let expected = json!([
        {
            "test": "ForAllValues:StringLike",
            "variable": "dynamodb:LeadingKeys",
            "values": ["${local.test_items}"],
        },
        { "test": "Null", "variable": "dynamodb:LeadingKeys", "values": ["false"] },
    ]);
    assert_eq!(json!(conditions), expected);
    assert_eq!(files.local("test_items"), format!("{TEST_ITEM}*"));
}

#[test]
fn each_policy_is_attached_to_the_roles_that_its_variable_names() {
    let files = Files::read();
    for role in ROLES {
        let policy = files.resource("aws_iam_policy", role);
        let document = format!("${{data.aws_iam_policy_document.{role}.json}}");
        assert_eq!(policy["policy"], document);
        let attached = files.resource("aws_iam_role_policy_attachment", role);
        let expected = json!({
            "for_each": format!("${{var.{role}_roles}}"),
            "role": "${each.value}",
            "policy_arn": format!("${{aws_iam_policy.{role}.arn}}"),
        });
        assert_eq!(*attached, expected);
    }
    for kind in ["aws_iam_policy", "aws_iam_role_policy_attachment"] {
        assert_eq!(files.resources(kind).len(), ROLES.len(), "{kind}");
    }
    let seeds = json!([
        "agentcore_runtime_default_service_role",
        "agentcore_runtime_execution"
    ]);
    assert_eq!(files.variables()["orchestrator_roles"]["default"], seeds);
}

#[test]
fn nothing_else_is_made() {
    let files = Files::read();
    let mut kinds = files.kinds();
    kinds.sort_unstable();
    let expected = [
        "aws_dynamodb_table",
        "aws_iam_policy",
        "aws_iam_role_policy_attachment",
        "aws_kms_alias",
        "aws_kms_key",
    ];
    assert_eq!(kinds, expected);
}

//! What may be given is described and checked.

use crate::files::Files;

#[test]
fn every_variable_is_described_typed_and_has_a_default() {
    let files = Files::read();
    for (name, variable) in files.variables() {
        for part in ["description", "type", "default"] {
            assert!(variable.get(part).is_some(), "{name} has no {part}");
        }
    }
}

#[test]
fn every_variable_but_the_tags_is_checked_and_a_wrong_one_says_what_is_right() {
    let files = Files::read();
    for (name, variable) in files.variables() {
        if name == "tags" {
            continue;
        }
        let validation = &variable["validation"];
        let condition = validation["condition"].as_str().unwrap_or_default();
        assert!(condition.contains(&format!("var.{name}")), "{name}");
        let message = validation["error_message"].as_str().unwrap_or_default();
        assert!(message.ends_with('.'), "{name}: {message}");
    }
}

#[test]
fn what_the_program_is_to_be_told_is_an_output() {
    let files = Files::read();
    let outputs: Vec<_> = files.outputs().keys().map(String::as_str).collect();
    for name in ["table_name", "table_arn", "kms_key_arn", "region"] {
        assert!(outputs.contains(&name), "{name}: {outputs:?}");
    }
    for (name, output) in files.outputs() {
        assert!(output.get("description").is_some(), "{name}");
    }
}

//! The JSON Schema of the description: as much of it as the description uses, and no keyword
//! silently passed over.

use serde_json::Value;

/// What says nothing of what is valid.
const ANNOTATIONS: [&str; 5] = ["description", "default", "examples", "example", "format"];

/// A description of the API.
pub struct Description(pub Value);

impl Description {
    /// What stands at a reference such as `#/components/schemas/Session`.
    pub fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        let Some(reference) = node.get("$ref").and_then(Value::as_str) else {
            return node;
        };
        let pointer = reference.strip_prefix('#').unwrap();
        let found = self.0.pointer(pointer);
        found.unwrap_or_else(|| panic!("nothing stands at {reference}"))
    }

    /// Everything in which `value` is not what `schema` says, each with its place.
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        self.check(schema, value, "", &mut faults);
        faults
    }

    fn check(&self, schema: &Value, value: &Value, place: &str, faults: &mut Vec<String>) {
        let schema = self.resolve(schema);
        for (keyword, rule) in schema.as_object().unwrap() {
            let holds = match keyword.as_str() {
                "type" => is_of_type(rule, value),
                "enum" => rule.as_array().unwrap().contains(value),
                "anyOf" => {
                    let mut schemas = rule.as_array().unwrap().iter();
                    let closest = schemas.try_fold(Vec::new(), |_, schema| {
                        let faults = self.faults(schema, value);
                        if faults.is_empty() {
                            Err(())
                        } else {
                            Ok(faults)
                        }
                    });
                    closest.is_err()
                }
                "allOf" => {
                    for schema in rule.as_array().unwrap() {
                        self.check(schema, value, place, faults);
                    }
                    true
                }
                "not" => !self.faults(rule, value).is_empty(),
                "minimum" => value.as_f64().is_none_or(|n| n >= rule.as_f64().unwrap()),
                "maximum" => value.as_f64().is_none_or(|n| n <= rule.as_f64().unwrap()),
                "minLength" | "maxLength" | "pattern" => {
                    value.as_str().is_none_or(|text| fits(keyword, rule, text))
                }
                "maxItems" => {
                    let length = value.as_array().map_or(0, Vec::len);
                    length as u64 <= rule.as_u64().unwrap()
                }
                "required" => {
                    let mut names = rule.as_array().unwrap().iter();
                    names.all(|name| {
                        !value.is_object() || value.get(name.as_str().unwrap()).is_some()
                    })
                }
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{place}[{index}]"), faults);
                    }
                    true
                }
                "properties" => {
                    for (name, item) in value.as_object().into_iter().flatten() {
                        let place = format!("{place}.{name}");
                        match rule.get(name) {
                            Some(schema) => self.check(schema, item, &place, faults),
                            // Within an allOf or a not, the others are described elsewhere.
                            None if schema.get("type").is_none() => {}
                            None => faults.push(format!("{place} is not described")),
                        }
                    }
                    true
                }
                // What is not described is a fault in any case.
                "additionalProperties" => *rule == Value::Bool(false),
                annotation => {
                    assert!(
                        ANNOTATIONS.contains(&annotation),
                        "unknown keyword {annotation}"
                    );
                    true
                }
            };
            if !holds {
                faults.push(format!("{place}: {value} is not {keyword} {rule}"));
            }
        }
    }
}

fn is_of_type(rule: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("unknown type {other}"),
    };
    match rule {
        Value::Array(names) => names.iter().any(is),
        name => is(name),
    }
}

fn fits(keyword: &str, rule: &Value, text: &str) -> bool {
    let length = text.chars().count() as u64;
    match keyword {
        "minLength" => length >= rule.as_u64().unwrap(),
        "maxLength" => length <= rule.as_u64().unwrap(),
        _ => matches(rule.as_str().unwrap(), text),
    }
}

/// The patterns that the description has are checked by those who know them.
fn matches(pattern: &str, text: &str) -> bool {
    let is_side = |folder: &str| {
        folder.eq_ignore_ascii_case("BANK") || folder.eq_ignore_ascii_case("COUNTERPARTY")
    };
    // Of a file in a bucket: its folders and its name.
    let path = match pattern.strip_prefix("^s3://[^/]*/") {
        Some(_) => text
            .strip_prefix("s3://")
            .and_then(|rest| rest.split_once('/'))
            .map(|(_, path)| path),
        None => Some(text),
    };
    let (folders, file) = path.map_or(("", ""), |path| path.rsplit_once('/').unwrap_or(("", path)));
    match pattern
        .trim_start_matches("^s3://[^/]*/")
        .trim_start_matches('^')
    {
        "\\S" => !text.trim().is_empty(),
        known if known.starts_with("[A-Za-z") => text.parse::<status_model::SessionId>().is_ok(),
        known if known.starts_with("\\d{4}") => text
            .parse::<status_model::Timestamp>()
            .is_ok_and(|time| time.to_string() == text),
        known if known.starts_with("(.*/)?([Bb]") => folders.split('/').any(is_side),
        known if known.starts_with("(.*/)?([^./") => {
            !file.is_empty()
                && file
                    .rsplit_once('.')
                    .is_none_or(|(stem, _)| !stem.is_empty())
        }
        _ => panic!("unknown pattern {pattern}"),
    }
}

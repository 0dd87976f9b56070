//! The files, parsed.

use std::{fs, path::PathBuf};

use hcl_edit::{
    expr::Expression,
    structure::{Block, BlockLabel, Body, Structure},
};
use serde_json::{Map, Value};

/// The directory of the Terraform files.
pub fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../terraform")
}

/// All files as one, as Terraform reads them: in JSON, with what is no literal as `${…}`.
pub struct Files(Map<String, Value>);

impl Files {
    pub fn read() -> Self {
        let entries = fs::read_dir(directory()).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let files = paths.filter(|path| path.extension().is_some_and(|end| end == "tf"));
        let text: Vec<_> = files
            .map(|path| fs::read_to_string(path).unwrap())
            .collect();
        assert!(text.len() > 1, "they are no longer there");
        let body: Body = text.join("\n").parse().unwrap();
        Self(plain(&body))
    }

    /// A resource by its type and name.
    pub fn resource(&self, kind: &str, name: &str) -> &Value {
        &self.0["resource"][kind][name]
    }

    /// All resources of a type, by their names.
    pub fn resources(&self, kind: &str) -> &Map<String, Value> {
        self.0["resource"][kind].as_object().unwrap()
    }

    /// The types of all resources.
    pub fn kinds(&self) -> Vec<&str> {
        let kinds = self.0["resource"].as_object().unwrap().keys();
        kinds.map(String::as_str).collect()
    }

    /// A policy's document.
    pub fn policy(&self, name: &str) -> &Value {
        &self.0["data"]["aws_iam_policy_document"][name]
    }

    pub fn variables(&self) -> &Map<String, Value> {
        self.0["variable"].as_object().unwrap()
    }

    pub fn outputs(&self) -> &Map<String, Value> {
        self.0["output"].as_object().unwrap()
    }

    pub fn local(&self, name: &str) -> &str {
        self.0["locals"][name].as_str().unwrap()
    }
}

/// The blocks of a name: one stands for itself, several as a list.
pub fn blocks(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(blocks) => blocks.iter().collect(),
        Value::Null => Vec::new(),
        block => vec![block],
    }
}

/// A list of texts.
pub fn texts(value: &Value) -> Vec<&str> {
    let list = value.as_array().unwrap().iter();
    list.map(|text| text.as_str().unwrap()).collect()
}

/// A body in JSON: blocks by their labels, those of one name as a list.
fn plain(body: &Body) -> Map<String, Value> {
    let mut map = Map::new();
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => {
                let name = attribute.key.as_str().to_owned();
                map.insert(name, value(&attribute.value));
            }
            Structure::Block(block) => add(&mut map, block),
        }
    }
    map
}

fn add(map: &mut Map<String, Value>, block: &Block) {
    let content = Value::Object(plain(&block.body));
    let labels = block.labels.iter().map(BlockLabel::as_str);
    let mut path: Vec<_> = [block.ident.as_str()].into_iter().chain(labels).collect();
    let name = path.pop().unwrap();
    let mut place = map;
    for step in path {
        let empty = || Value::Object(Map::new());
        place = place
            .entry(step)
            .or_insert_with(empty)
            .as_object_mut()
            .unwrap();
    }
    match place.get_mut(name) {
        None => drop(place.insert(name.to_owned(), content)),
        Some(Value::Array(list)) => list.push(content),
        Some(first) => *first = Value::Array(vec![first.take(), content]),
    }
}

fn value(expression: &Expression) -> Value {
    match expression {
        Expression::Bool(flag) => (*flag.value()).into(),
        Expression::Number(number) => number.value().as_i64().into(),
        Expression::String(text) => text.as_str().into(),
        Expression::Array(list) => list.iter().map(value).collect(),
        Expression::Object(object) => {
            let entries = object.iter().map(|(key, entry)| {
                let name = key.as_ident().unwrap().as_str().to_owned();
                (name, value(entry.expr()))
            });
            Value::Object(entries.collect())
        }
        // As it is written, without its quotation marks.
        Expression::StringTemplate(_) => expression.to_string().trim().trim_matches('"').into(),
        other => format!("${{{}}}", other.to_string().trim()).into(),
    }
}

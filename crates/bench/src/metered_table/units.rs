//! What calls cost: units, as the service counts them.

use serde_json::{Value, json};

use super::wire::{FIRST_LINE, Message};

/// The header that says what is called.
const TARGET: &str = "x-amz-target";

/// What has been used of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Used {
    /// Calls that write an item.
    pub writes: u64,
    /// Calls that read an item by its key, consistently.
    pub reads: u64,
    /// Calls that read several items, or an index.
    pub lists: u64,
    /// Write units of the table.
    pub table_write_units: f64,
    /// Write units of its indexes.
    pub index_write_units: f64,
    /// Read units, of the table and its indexes.
    pub read_units: f64,
}

impl Used {
    /// All write units.
    pub fn write_units(self) -> f64 {
        self.table_write_units + self.index_write_units
    }

    /// Adds a call by its answer. One that is refused tells of no units.
    pub fn add(&mut self, action: &str, answer: &[u8]) {
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        let capacity = match &answer["ConsumedCapacity"] {
            Value::Array(tables) => tables.first().cloned().unwrap_or_default(),
            capacity => capacity.clone(),
        };
        let units = |value: &Value| value["CapacityUnits"].as_f64().unwrap_or_default();
        let all = units(&capacity);
        let table = units(&capacity["Table"]);
        match action {
            "PutItem" | "UpdateItem" => {
                self.writes += 1;
                self.table_write_units += table;
                self.index_write_units += all - table;
            }
            "GetItem" => {
                self.reads += 1;
                self.read_units += all;
            }
            "Query" | "BatchGetItem" => {
                self.lists += 1;
                self.read_units += all;
            }
            _ => {}
        }
    }
}

/// A request that has its answer tell what it costs.
pub struct Asking {
    /// What is called, as in `GetItem`.
    pub action: String,
    /// The request's head.
    pub head: Vec<(String, String)>,
    /// The request's body.
    pub body: Vec<u8>,
}

/// The same request, asked to tell what it costs. Nobody checks its signature.
pub fn asking(request: Message) -> Asking {
    let target = request.head.iter().find(|(name, _)| name == TARGET);
    let action = target.and_then(|(_, value)| value.rsplit('.').next());
    let action = action.unwrap_or(FIRST_LINE).to_owned();
    let counts = ["PutItem", "UpdateItem", "GetItem", "Query", "BatchGetItem"];
    let mut body = request.body;
    if counts.contains(&action.as_str())
        && let Ok(Value::Object(mut call)) = serde_json::from_slice(&body)
    {
        call.insert("ReturnConsumedCapacity".to_owned(), json!("INDEXES"));
        body = Value::Object(call).to_string().into_bytes();
    }
    Asking {
        action,
        head: request.head,
        body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_asked_to_tell_what_it_costs_and_another_is_left_as_it_is() {
        let call = |action: &str| Message {
            head: vec![(TARGET.to_owned(), format!("DynamoDB_20120810.{action}"))],
            body: b"{\"TableName\":\"t\"}".to_vec(),
        };
        let asked = asking(call("GetItem"));
        assert_eq!(asked.action, "GetItem");
        let body: Value = serde_json::from_slice(&asked.body).unwrap();
        assert_eq!(
            body,
            json!({"TableName": "t", "ReturnConsumedCapacity": "INDEXES"})
        );
        assert_eq!(asking(call("DescribeTable")).body, call("").body);
    }

    #[test]
    fn units_of_the_table_and_of_its_indexes_are_told_apart() {
        let mut used = Used::default();
        let written = json!({"ConsumedCapacity": {
            "CapacityUnits": 5.0, "Table": {"CapacityUnits": 3.0},
        }});
        used.add("UpdateItem", written.to_string().as_bytes());
        let read = json!({"ConsumedCapacity": [{"CapacityUnits": 1.5}]});
        used.add("BatchGetItem", read.to_string().as_bytes());
        used.add("GetItem", b"{\"__type\": \"ThrottlingException\"}");
        used.add("DescribeTable", b"{}");
        let expected = Used {
            writes: 1,
            reads: 1,
            lists: 1,
            table_write_units: 3.0,
            index_write_units: 2.0,
            read_units: 1.5,
        };
        assert_eq!(used, expected);
        assert!((used.write_units() - 5.0).abs() < f64::EPSILON);
    }
}

//! The crates as a `CycloneDX` document.
//!
//! Written by hand: the crate that knows the format brings a dozen others, XML among them, for the
//! few fields that are used of it.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::tree::{Crate, Key, Tree};
use crate::lock;

/// What the document is about.
const PROGRAM: &str = "trade-status";

/// The document: the same for the same crates, so it has neither a time nor a number of its own.
pub fn of(tree: &Tree, lock_file: &str) -> Result<Value> {
    let root = tree.roots.first().context("there is no program")?;
    let program = format!("{PROGRAM}@{}", root.version);
    let components = tree
        .crates
        .iter()
        .map(|(key, found)| component(key, found, lock_file))
        .collect::<Result<Vec<_>>>()?;
    let mut dependencies = vec![dependency(&program, tree.roots.iter())];
    dependencies.extend(
        tree.crates
            .iter()
            .map(|(key, found)| dependency(&key.to_string(), found.dependencies.iter())),
    );
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": program,
                "name": PROGRAM,
                "version": root.version,
            },
        },
        "components": components,
        "dependencies": dependencies,
    }))
}

fn component(key: &Key, found: &Crate, lock_file: &str) -> Result<Value> {
    let Key { name, version } = key;
    let mut component = json!({
        "type": "library",
        "bom-ref": key.to_string(),
        "name": name,
        "version": version,
        // Some write it as Cargo once asked for: with a slash.
        "licenses": [{ "expression": found.license.replace(" / ", "/").replace('/', " OR ") }],
    });
    // Those of the workspace are on no registry.
    if !found.is_ours {
        component["purl"] = json!(format!("pkg:cargo/{}", purl(key)));
        component["hashes"] = json!([{
            "alg": "SHA-256",
            "content": lock::checksum(lock_file, name, version)?,
        }]);
    }
    Ok(component)
}

/// Of what versions are made of, only `+` has to be encoded.
fn purl(key: &Key) -> String {
    key.to_string().replace('+', "%2B")
}

fn dependency<'a>(of: &str, on: impl Iterator<Item = &'a Key>) -> Value {
    let on: Vec<String> = on.map(ToString::to_string).collect();
    json!({ "ref": of, "dependsOn": on })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK_FILE: &str = r#"
[[package]]
name = "old"
version = "1.0.0+3.5"
source = "registry+https://example.invalid/index"
checksum = "86cd272f"
"#;

    fn tree() -> Tree {
        let mut tree = Tree::default();
        tree.read(
            "0\tserver v0.1.0 (/home/server)\tApache-2.0\n1\told v1.0.0+3.5\tMIT/Apache-2.0\n",
        )
        .unwrap();
        tree
    }

    #[test]
    fn it_names_each_crate_with_licence_source_and_hash() {
        let document = of(&tree(), LOCK_FILE).unwrap();
        assert_eq!(document, of(&tree(), LOCK_FILE).unwrap());
        assert_eq!(document["bomFormat"], "CycloneDX");
        assert_eq!(document["metadata"]["component"]["name"], PROGRAM);
        assert_eq!(
            document["components"][0],
            json!({
                "type": "library", "bom-ref": "old@1.0.0+3.5", "name": "old",
                "version": "1.0.0+3.5", "purl": "pkg:cargo/old@1.0.0%2B3.5",
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
                "hashes": [{ "alg": "SHA-256", "content": "86cd272f" }],
            })
        );
        assert_eq!(document["components"][1]["purl"], Value::Null);
        let depends = &document["dependencies"];
        assert_eq!(depends[0]["dependsOn"], json!(["server@0.1.0"]));
        assert_eq!(depends[2]["dependsOn"], json!(["old@1.0.0+3.5"]));
    }

    #[test]
    fn a_crate_that_the_lock_file_does_not_know_is_an_error() {
        let error = of(&tree(), "").unwrap_err().to_string();
        assert_eq!(error, "Cargo.lock holds no checksum of `old` 1.0.0+3.5");
    }
}

//! The table as `CreateTable` and `UpdateTable` take it.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::{
    error::BuildError,
    types::{
        AttributeDefinition, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
        ProjectionType, ScalarAttributeType,
    },
};

use super::schema::{Index, KeyName, OVERALL_STATUS};

/// What `CreateTable` is told of keys and indexes.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Every attribute that the table's or an index's key names; all are strings.
    pub attributes: Vec<AttributeDefinition>,
    /// The table's key.
    pub key_schema: Vec<KeySchemaElement>,
    /// All indexes, in the order of [`Index::ALL`].
    pub indexes: Vec<GlobalSecondaryIndex>,
}

impl Definition {
    /// The table whose key has this name.
    ///
    /// # Errors
    /// Never: the client's types check at run time what is given here in full.
    pub fn new(key: KeyName) -> Result<Self, BuildError> {
        let mut attributes = BTreeSet::from([OVERALL_STATUS, key.as_str()]);
        attributes.extend(Index::ALL.map(|index| index.sorted_by(key)));
        Ok(Self {
            attributes: attributes
                .into_iter()
                .map(attribute)
                .collect::<Result<_, _>>()?,
            key_schema: vec![element(key.as_str(), KeyType::Hash)?],
            indexes: Index::ALL
                .into_iter()
                .map(|index| global_index(index, key))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// The attributes that this index's key names, for adding it to a table that stands.
///
/// # Errors
/// Never, as [`Definition::new`].
pub fn index_attributes(
    index: Index,
    key: KeyName,
) -> Result<Vec<AttributeDefinition>, BuildError> {
    let names = [OVERALL_STATUS, index.sorted_by(key)];
    names.into_iter().map(attribute).collect()
}

/// An index's own key.
///
/// # Errors
/// Never, as [`Definition::new`].
pub fn index_key_schema(index: Index, key: KeyName) -> Result<Vec<KeySchemaElement>, BuildError> {
    Ok(vec![
        element(OVERALL_STATUS, KeyType::Hash)?,
        element(index.sorted_by(key), KeyType::Range)?,
    ])
}

/// What every index holds beside its own key: the table's key, and nothing else.
#[must_use]
pub fn projection() -> Projection {
    let keys_only = ProjectionType::KeysOnly;
    Projection::builder().projection_type(keys_only).build()
}

fn global_index(index: Index, key: KeyName) -> Result<GlobalSecondaryIndex, BuildError> {
    GlobalSecondaryIndex::builder()
        .index_name(index.name())
        .set_key_schema(Some(index_key_schema(index, key)?))
        .projection(projection())
        .build()
}

fn attribute(name: &str) -> Result<AttributeDefinition, BuildError> {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(ScalarAttributeType::S)
        .build()
}

fn element(name: &str, key_type: KeyType) -> Result<KeySchemaElement, BuildError> {
    KeySchemaElement::builder()
        .attribute_name(name)
        .key_type(key_type)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attribute_of_a_key_is_defined_once_and_no_other() {
        for key in KeyName::ALL {
            let definition = Definition::new(key).expect("complete");
            let defined: Vec<_> = (definition.attributes.iter())
                .map(AttributeDefinition::attribute_name)
                .collect();
            let in_indexes = (definition.indexes.iter()).flat_map(GlobalSecondaryIndex::key_schema);
            let used: BTreeSet<_> = (definition.key_schema.iter())
                .chain(in_indexes)
                .map(KeySchemaElement::attribute_name)
                .collect();
            assert_eq!(defined, used.into_iter().collect::<Vec<_>>());
            assert_eq!(definition.indexes.len(), Index::ALL.len());
        }
    }
}

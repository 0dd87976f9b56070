//! What is to be done, step by step.

use status_store::dynamodb::{Index, schema::EXPIRES_AT};

use crate::{
    assess::{Fault, Finding, Verdict, assess},
    found::Found,
    name::TableName,
    wanted::{TAGS, Wanted},
};

/// What `deploy` does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Each after the one before; none where all is as it should be.
    pub steps: Vec<Step>,
    /// What is not as it should be, and is left as it is.
    pub left: Vec<Finding>,
}

/// A step. Only what is missing is added; nothing is taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Create the table.
    Create,
    /// Have expired items removed.
    TurnOnExpiry,
    /// Let it be brought back.
    TurnOnRecovery,
    /// Encrypt it with a key of KMS.
    Encrypt,
    /// Add the tags that it lacks.
    AddTags(Vec<&'static str>),
    /// Add an index.
    AddIndex(Index),
    /// Let an index be built that was begun before.
    AwaitIndex(Index),
}

/// Why nothing is done: the table is not one that can be made what is wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{table} is left as it is, since {fault}: {}", fault.remedy(table))]
pub struct Refusal {
    /// The table.
    pub table: TableName,
    /// What is wrong with it.
    pub fault: Box<Fault>,
}

/// What is missing, in the order in which it is added.
///
/// # Errors
/// [`Refusal`] where the table is not one that can be made what is wanted.
pub fn plan(found: Option<&Found>, wanted: &Wanted, table: &TableName) -> Result<Plan, Refusal> {
    if found.is_none() {
        return Ok(Plan {
            steps: vec![Step::Create, Step::TurnOnExpiry, Step::TurnOnRecovery],
            left: Vec::new(),
        });
    }
    let mut plan = Plan::default();
    for finding in assess(found, wanted) {
        let Verdict::Bad(fault) = &finding.verdict else {
            continue;
        };
        match cure(fault) {
            Cure::Step(step) => plan.steps.push(step),
            Cure::ByHand => plan.left.push(finding),
            Cure::None => {
                return Err(Refusal {
                    table: table.clone(),
                    fault: Box::new(fault.clone()),
                });
            }
        }
    }
    Ok(plan)
}

enum Cure {
    Step(Step),
    /// Not ours to change: it may be meant so.
    ByHand,
    /// The table can't be made what is wanted.
    None,
}

fn cure(fault: &Fault) -> Cure {
    match fault {
        Fault::NoExpiry => Cure::Step(Step::TurnOnExpiry),
        Fault::NoRecovery => Cure::Step(Step::TurnOnRecovery),
        Fault::NotByKms | Fault::OtherKmsKey { .. } => Cure::Step(Step::Encrypt),
        Fault::NoTags(names) => Cure::Step(Step::AddTags(names.clone())),
        Fault::NoIndex(index) => Cure::Step(Step::AddIndex(*index)),
        Fault::IndexChanging(index) => Cure::Step(Step::AwaitIndex(*index)),
        Fault::Provisioned
        | Fault::ExpiryByOther(_)
        | Fault::OtherIndex(_)
        | Fault::IndexGoing(_)
        | Fault::Denied(_)
        | Fault::Item(_)
        | Fault::ItemLeft { .. } => Cure::ByHand,
        Fault::NoTable
        | Fault::TableChanging(_)
        | Fault::TableUnusable(_)
        | Fault::OtherKey { .. } => Cure::None,
    }
}

impl Step {
    /// In words.
    #[must_use]
    pub fn words(&self, wanted: &Wanted) -> String {
        match self {
            Self::Create => {
                let tags = TAGS.map(|(name, value)| format!("{name}={value}"));
                format!(
                    "create the table: key {} (S), on demand, {} indexes, encrypted with {}, \
                     tags {}",
                    wanted.key,
                    Index::ALL.len(),
                    encrypted_with(wanted),
                    tags.join(", ")
                )
            }
            Self::TurnOnExpiry => format!("have expired items removed, by {EXPIRES_AT}"),
            Self::TurnOnRecovery => "turn on point-in-time recovery".to_owned(),
            Self::Encrypt => format!("encrypt it with {}", encrypted_with(wanted)),
            Self::AddTags(names) => format!("add the tags {}", names.join(", ")),
            Self::AddIndex(index) => format!(
                "add the index {}, by overallStatus and {}; its keys alone",
                index.name(),
                index.sorted_by(wanted.key)
            ),
            Self::AwaitIndex(index) => {
                format!("wait until the index {} is built", index.name())
            }
        }
    }

    /// Its name for machines.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::TurnOnExpiry => "turnOnExpiry",
            Self::TurnOnRecovery => "turnOnRecovery",
            Self::Encrypt => "encrypt",
            Self::AddTags(_) => "addTags",
            Self::AddIndex(_) => "addIndex",
            Self::AwaitIndex(_) => "awaitIndex",
        }
    }
}

fn encrypted_with(wanted: &Wanted) -> String {
    match &wanted.kms_key {
        Some(key) => format!("the KMS key {}", key.as_str()),
        None => "the KMS key that AWS manages".to_owned(),
    }
}

#[cfg(test)]
mod tests;

//! What is there against what should be, subject by subject.

mod fault;

use std::fmt;

use status_store::dynamodb::{
    Index,
    schema::{EXPIRES_AT, OVERALL_STATUS},
};

use crate::{
    found::{Answer, Billing, Encryption, Expiry, Found, FoundIndex, State},
    wanted::{TAGS, Wanted},
};

pub use fault::Fault;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The table: there, and usable.
    Table,
    /// The name and type of its key.
    Key,
    /// How it is paid for.
    Billing,
    /// Items are removed when they have expired.
    Expiry,
    /// It can be brought back as it was at any second.
    Recovery,
    /// What it is encrypted with.
    Encryption,
    /// Its tags.
    Tags,
    /// One of its indexes.
    Index(Index),
    /// An item written, read and removed.
    Item,
}

impl Subject {
    /// All that is looked at before anything is written, in their order.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Table,
            Self::Key,
            Self::Billing,
            Self::Expiry,
            Self::Recovery,
            Self::Encryption,
            Self::Tags,
        ];
        all.extend(Index::ALL.map(Self::Index));
        all
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table => f.write_str("table"),
            Self::Key => f.write_str("key"),
            Self::Billing => f.write_str("billing mode"),
            Self::Expiry => f.write_str("expiry"),
            Self::Recovery => f.write_str("recovery"),
            Self::Encryption => f.write_str("encryption"),
            Self::Tags => f.write_str("tags"),
            Self::Index(index) => write!(f, "index {}", index.name()),
            Self::Item => f.write_str("test item"),
        }
    }
}

/// How a subject is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be; in words.
    Good(String),
    /// Not so.
    Bad(Fault),
    /// The endpoint doesn't know of such a thing.
    NotKnownHere,
    /// There is no table to look at, or none that can be used.
    NotReached,
}

/// A subject, and how it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub subject: Subject,
    /// How it is.
    pub verdict: Verdict,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good(words) => f.write_str(words),
            Self::Bad(fault) => write!(f, "{fault}"),
            Self::NotKnownHere => f.write_str("not checkable here, this endpoint does not know it"),
            Self::NotReached => f.write_str("not looked at"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.verdict)
    }
}

/// Looks at everything, in the order of [`Subject::all`].
#[must_use]
pub fn assess(found: Option<&Found>, wanted: &Wanted) -> Vec<Finding> {
    let verdict = |subject| match found {
        Some(found) => judge(subject, found, wanted),
        None if subject == Subject::Table => Verdict::Bad(Fault::NoTable),
        None => Verdict::NotReached,
    };
    let findings = Subject::all().into_iter().map(|subject| Finding {
        subject,
        verdict: verdict(subject),
    });
    findings.collect()
}

fn judge(subject: Subject, found: &Found, wanted: &Wanted) -> Verdict {
    match subject {
        Subject::Table => state(found),
        Subject::Key => key(found, wanted),
        Subject::Billing => match found.billing {
            Billing::OnDemand => good("on demand"),
            Billing::Provisioned { .. } => Verdict::Bad(Fault::Provisioned),
        },
        Subject::Expiry => answered(&found.expiry, |expiry| match expiry {
            Expiry::By(name) if name == EXPIRES_AT => good(format!("by {name}")),
            Expiry::By(name) => Verdict::Bad(Fault::ExpiryByOther(name.clone())),
            Expiry::Off => Verdict::Bad(Fault::NoExpiry),
        }),
        Subject::Recovery => answered(&found.recovery, |is_on| {
            if *is_on {
                good("to any second of the last weeks")
            } else {
                Verdict::Bad(Fault::NoRecovery)
            }
        }),
        Subject::Encryption => answered(&found.encryption, |now| encryption(now, wanted)),
        Subject::Tags => answered(&found.tags, |tags| {
            let lacking = TAGS.iter().filter(|(name, _)| !tags.contains_key(*name));
            let lacking: Vec<_> = lacking.map(|(name, _)| *name).collect();
            if lacking.is_empty() {
                good(format!("{} and all of ours", tags.len()))
            } else {
                Verdict::Bad(Fault::NoTags(lacking))
            }
        }),
        Subject::Index(wanted_index) => index(wanted_index, found, wanted),
        Subject::Item => Verdict::NotReached,
    }
}

fn good(words: impl Into<String>) -> Verdict {
    Verdict::Good(words.into())
}

fn answered<T>(answer: &Answer<T>, judge: impl FnOnce(&T) -> Verdict) -> Verdict {
    match answer {
        Answer::Known(value) => judge(value),
        Answer::NotKnownHere => Verdict::NotKnownHere,
        Answer::Denied(permission) => Verdict::Bad(Fault::Denied(permission)),
    }
}

fn state(found: &Found) -> Verdict {
    match &found.state {
        State::Active => good(format!("active, {}", found.arn)),
        State::Changing(status) => Verdict::Bad(Fault::TableChanging(status.clone())),
        State::Unusable(status) => Verdict::Bad(Fault::TableUnusable(status.clone())),
    }
}

fn key(found: &Found, wanted: &Wanted) -> Verdict {
    let key = &found.key;
    let named = wanted.key.as_str();
    if key.hash.name == named && key.hash.kind == "S" && key.range.is_none() {
        good(format!("{named}, a string"))
    } else {
        Verdict::Bad(Fault::OtherKey {
            found: key.clone(),
            wanted: wanted.key,
        })
    }
}

fn encryption(now: &Encryption, wanted: &Wanted) -> Verdict {
    match (now, &wanted.kms_key) {
        (Encryption::Kms(arn), Some(key)) if arn != key.as_str() => {
            Verdict::Bad(Fault::OtherKmsKey {
                found: arn.clone(),
                wanted: key.clone(),
            })
        }
        (Encryption::Kms(arn), _) => good(format!("with the KMS key {arn}")),
        (Encryption::AwsOwned, _) => Verdict::Bad(Fault::NotByKms),
    }
}

fn index(index: Index, found: &Found, wanted: &Wanted) -> Verdict {
    let there = found.indexes.iter().find(|one| one.name == index.name());
    let Some(there) = there else {
        return Verdict::Bad(Fault::NoIndex(index));
    };
    if !has_key(there, index, wanted) {
        return Verdict::Bad(Fault::OtherIndex(index));
    }
    match &there.state {
        State::Active => good("active"),
        State::Changing(_) => Verdict::Bad(Fault::IndexChanging(index)),
        State::Unusable(_) => Verdict::Bad(Fault::IndexGoing(index)),
    }
}

fn has_key(there: &FoundIndex, index: Index, wanted: &Wanted) -> bool {
    let range = there.key.range.as_ref();
    there.key.hash.name == OVERALL_STATUS
        && there.key.hash.kind == "S"
        && range.is_some_and(|range| range.name == index.sorted_by(wanted.key) && range.kind == "S")
}

#[cfg(test)]
pub(crate) mod tests;

use status_store::dynamodb::KeyName;

use super::*;
use crate::found::{Key, KeyPart};

/// A table as `deploy` leaves it.
pub(crate) fn complete(key: KeyName) -> Found {
    let part = |name: &str| KeyPart {
        name: name.to_owned(),
        kind: "S".to_owned(),
    };
    let index = |index: Index| FoundIndex {
        name: index.name().to_owned(),
        key: Key {
            hash: part(OVERALL_STATUS),
            range: Some(part(index.sorted_by(key))),
        },
        state: State::Active,
    };
    let tags = TAGS.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Found {
        arn: "arn:aws:dynamodb:us-east-1:123456789012:table/sessions".to_owned(),
        state: State::Active,
        key: Key {
            hash: part(key.as_str()),
            range: None,
        },
        billing: Billing::OnDemand,
        expiry: Answer::Known(Expiry::By(EXPIRES_AT.to_owned())),
        recovery: Answer::Known(true),
        encryption: Answer::Known(Encryption::Kms(KEY.to_owned())),
        tags: Answer::Known(tags.into()),
        indexes: Index::ALL.map(index).into(),
        is_protected: false,
        items: 0,
        bytes: 0,
    }
}

/// A key of KMS.
pub(crate) const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1234abcd";
const OTHER_KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/9876fedc";

pub(crate) fn wanted(key: KeyName) -> Wanted {
    Wanted { key, kms_key: None }
}

/// What is bad of a table that was complete before it was changed.
fn faults(change: impl FnOnce(&mut Found)) -> Vec<Fault> {
    let mut found = complete(KeyName::SessionId);
    change(&mut found);
    bad(&found, &wanted(KeyName::SessionId))
}

fn bad(found: &Found, wanted: &Wanted) -> Vec<Fault> {
    let verdicts = assess(Some(found), wanted).into_iter().map(|f| f.verdict);
    let bad = verdicts.filter_map(|verdict| match verdict {
        Verdict::Bad(fault) => Some(fault),
        _ => None,
    });
    bad.collect()
}

#[test]
fn a_deployed_table_is_good_in_every_subject() {
    for key in KeyName::ALL {
        let findings = assess(Some(&complete(key)), &wanted(key));
        assert_eq!(findings.len(), 7 + Index::ALL.len());
        for Finding { subject, verdict } in findings {
            assert!(
                matches!(verdict, Verdict::Good(_)),
                "{subject}: {verdict:?}"
            );
        }
    }
}

#[test]
fn without_a_table_nothing_else_is_looked_at() {
    let findings = assess(None, &Wanted::default());
    assert_eq!(findings[0].verdict, Verdict::Bad(Fault::NoTable));
    for finding in &findings[1..] {
        assert_eq!(finding.verdict, Verdict::NotReached);
    }
}

#[test]
fn each_lack_is_a_fault_of_its_own() {
    type Change = fn(&mut Found);
    let cases: [(Change, Fault); 8] = [
        (
            |found| {
                found.billing = Billing::Provisioned { read: 5, write: 5 };
            },
            Fault::Provisioned,
        ),
        (
            |found| found.expiry = Answer::Known(Expiry::Off),
            Fault::NoExpiry,
        ),
        (
            |found| found.expiry = Answer::Known(Expiry::By("ttl".to_owned())),
            Fault::ExpiryByOther("ttl".to_owned()),
        ),
        (
            |found| found.recovery = Answer::Known(false),
            Fault::NoRecovery,
        ),
        (
            |found| found.encryption = Answer::Known(Encryption::AwsOwned),
            Fault::NotByKms,
        ),
        (
            |found| found.tags = Answer::Denied("dynamodb:ListTagsOfResource"),
            Fault::Denied("dynamodb:ListTagsOfResource"),
        ),
        (
            |found| drop(found.indexes.remove(0)),
            Fault::NoIndex(Index::Created),
        ),
        (
            |found| found.indexes[1].state = State::Changing("CREATING".to_owned()),
            Fault::IndexChanging(Index::Updated),
        ),
    ];
    for (change, fault) in cases {
        assert_eq!(faults(change), [fault]);
    }
}

#[test]
fn an_index_of_the_right_name_with_another_key_is_no_index_of_ours() {
    let other: [fn(&mut Key); 3] = [
        |key| key.hash.name = "sourceType".to_owned(),
        |key| key.range = None,
        |key| key.hash.kind = "N".to_owned(),
    ];
    for change in other {
        let found = faults(|found| change(&mut found.indexes[0].key));
        assert_eq!(found, [Fault::OtherIndex(Index::Created)]);
    }
}

#[test]
fn any_kms_key_will_do_unless_one_is_asked_for() {
    let found = complete(KeyName::SessionId);
    let with = |key: &str| Wanted {
        kms_key: Some(key.parse().unwrap()),
        ..Wanted::default()
    };
    assert_eq!(bad(&found, &with(KEY)), []);
    let [Fault::OtherKmsKey { found, wanted }] = &bad(&found, &with(OTHER_KEY))[..] else {
        panic!("the other key is not told apart");
    };
    assert_eq!((found.as_str(), wanted.as_str()), (KEY, OTHER_KEY));
}

#[test]
fn what_an_endpoint_does_not_know_is_no_fault() {
    let found = faults(|found| {
        found.recovery = Answer::NotKnownHere;
        found.encryption = Answer::NotKnownHere;
        found.tags = Answer::NotKnownHere;
    });
    assert_eq!(found, []);
}

#[test]
fn every_remedy_is_something_to_do_and_names_the_table() {
    let table = "sessions".parse().unwrap();
    for fault in [
        Fault::NoTable,
        Fault::NoExpiry,
        Fault::Provisioned,
        Fault::NoIndex(Index::Created),
        Fault::OtherIndex(Index::Created),
        Fault::ExpiryByOther("ttl".to_owned()),
    ] {
        let remedy = fault.remedy(&table);
        assert!(remedy.contains("sessions"), "{remedy}");
        assert!(remedy.contains('`'), "{remedy}");
    }
}

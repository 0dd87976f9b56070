use status_store::dynamodb::KeyName;

use super::*;
use crate::{
    Subject,
    assess::tests::{complete, wanted},
    found::{Answer, Billing, Encryption, Expiry, KeyPart, State},
};

fn table() -> TableName {
    "sessions".parse().unwrap()
}

fn planned(change: impl FnOnce(&mut Found)) -> Plan {
    let mut found = complete(KeyName::SessionId);
    change(&mut found);
    plan(Some(&found), &wanted(KeyName::SessionId), &table()).unwrap()
}

#[test]
fn a_new_table_is_created_with_all_that_can_be_said_at_once() {
    let new = plan(None, &Wanted::default(), &table()).unwrap();
    let expected = [Step::Create, Step::TurnOnExpiry, Step::TurnOnRecovery];
    assert_eq!(new.steps, expected);
    assert_eq!(
        Step::Create.words(&Wanted::default()),
        "create the table: key sessionId (S), on demand, 5 indexes, encrypted with the KMS key \
         that AWS manages, tags Application=trade-status, ManagedBy=trade-status table deploy"
    );
}

#[test]
fn a_second_deployment_does_nothing() {
    for key in KeyName::ALL {
        let plan = plan(Some(&complete(key)), &wanted(key), &table());
        assert_eq!(plan.unwrap(), Plan::default());
    }
}

#[test]
fn to_a_table_that_stands_only_what_is_missing_is_added() {
    let bare = planned(|found| {
        found.expiry = Answer::Known(Expiry::Off);
        found.recovery = Answer::Known(false);
        found.encryption = Answer::Known(Encryption::AwsOwned);
        found.tags = Answer::Known([("Team".to_owned(), "trades".to_owned())].into());
        found.indexes.clear();
    });
    let mut expected = vec![
        Step::TurnOnExpiry,
        Step::TurnOnRecovery,
        Step::Encrypt,
        Step::AddTags(vec!["Application", "ManagedBy"]),
    ];
    expected.extend(Index::ALL.map(Step::AddIndex));
    assert_eq!(bare.steps, expected);
    assert_eq!(bare.left, []);

    let one = planned(|found| drop(found.indexes.remove(4)));
    assert_eq!(one.steps, [Step::AddIndex(Index::Correlation)]);
}

#[test]
fn an_index_that_somebody_has_begun_is_waited_for() {
    let plan = planned(|found| found.indexes[2].state = State::Changing("CREATING".to_owned()));
    assert_eq!(plan.steps, [Step::AwaitIndex(Index::Session)]);
}

#[test]
fn what_may_be_meant_so_is_left_and_told() {
    let plan = planned(|found| {
        found.billing = Billing::Provisioned { read: 5, write: 5 };
        found.expiry = Answer::Known(Expiry::By("ttl".to_owned()));
    });
    assert_eq!(plan.steps, []);
    let left: Vec<_> = plan.left.iter().map(|finding| finding.subject).collect();
    assert_eq!(left, [Subject::Billing, Subject::Expiry]);
}

#[test]
fn what_an_endpoint_does_not_know_is_not_tried() {
    let plan = planned(|found| found.recovery = Answer::NotKnownHere);
    assert_eq!(plan, Plan::default());
}

#[test]
fn a_table_with_another_key_is_refused_with_the_way_on() {
    let refusal = |found: &Found, key| {
        let refusal = plan(Some(found), &wanted(key), &table()).unwrap_err();
        refusal.to_string()
    };
    let old = refusal(&complete(KeyName::ProcessingId), KeyName::SessionId);
    assert_eq!(
        old,
        "sessions is left as it is, since its key is processing_id (S), and not sessionId (S): if \
         sessions is the table that is meant, say --key processing_id"
    );
    let mut foreign = complete(KeyName::SessionId);
    foreign.key.range = Some(KeyPart {
        name: "created".to_owned(),
        kind: "N".to_owned(),
    });
    let foreign = refusal(&foreign, KeyName::SessionId);
    assert!(foreign.contains("its key is sessionId (S) with created (N)"));
    assert!(foreign.contains("can't be changed"), "{foreign}");
}

#[test]
fn a_table_that_is_going_is_not_worked_on() {
    let mut going = complete(KeyName::SessionId);
    going.state = State::Unusable("DELETING".to_owned());
    let refusal = plan(Some(&going), &wanted(KeyName::SessionId), &table());
    assert!(refusal.unwrap_err().to_string().contains("DELETING"));
}

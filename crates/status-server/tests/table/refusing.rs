//! What is wrong is told in a sentence, with what to do.

use axum::response::Response;

use crate::support::{Aws, Ended, Proxy, command, denied, ended, error, fresh_name, on};

fn told(ended: &Ended, parts: &[&str]) {
    assert_eq!(ended.output, "", "nothing was begun");
    assert_eq!(ended.notes.trim_end().lines().count(), 1, "{}", ended.notes);
    for part in parts {
        assert!(ended.notes.contains(part), "{part}: {}", ended.notes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_a_name_is_refused_before_anything_is_asked() {
    for (words, way) in [
        (["--region", "US East"], "us-east-1"),
        (["--endpoint", "localhost:8000"], "http://127.0.0.1:8000"),
        (["--table", "a table"], "letters, digits"),
        (["--kms-key", "alias/mine"], "arn:aws:kms:"),
        (["--key", "id"], "processing_id"),
    ] {
        let deploy = ["deploy", words[0], words[1]];
        let refused = ended(command("any", &deploy).spawn().unwrap()).await;
        assert_eq!(refused.code, Some(64), "{words:?}");
        assert!(refused.notes.contains(way), "{}", refused.notes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_nobody_listens_at_is_named() {
    let refused = on("http://127.0.0.1:9", &fresh_name(), &["validate"]).await;
    assert_eq!(refused.code, Some(1));
    told(
        &refused,
        &["can't reach http://127.0.0.1:9", "Check the region"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_that_is_not_there_is_named() {
    let validate = ["validate", "--region", "xx-nowhere-9"];
    let refused = ended(command("any", &validate).spawn().unwrap()).await;
    assert_eq!(refused.code, Some(1));
    told(&refused, &["DynamoDB in xx-nowhere-9", "Check the region"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_region_or_credentials_it_is_said_where_they_come_from() {
    let aws = Aws::dynamodb_local();
    let place = ["validate", "--endpoint", &aws.url];
    let mut no_region = command("any", &place);
    no_region
        .env_remove("AWS_REGION")
        .env_remove("AWS_DEFAULT_REGION");
    let mut no_credentials = command("any", &place);
    no_credentials
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY");
    for (mut command, parts) in [
        (no_region, ["--region", "AWS_REGION"]),
        (no_credentials, ["no AWS credentials", "AWS_PROFILE"]),
    ] {
        let ended = ended(command.spawn().unwrap()).await;
        assert_eq!(ended.code, Some(1));
        told(&ended, &parts);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_aws_does_not_accept_are_told_from_those_that_may_not() {
    let aws = Aws::dynamodb_local();
    let bad = |_: &str| {
        let message = "The security token included in the request is invalid.";
        Some(error("UnrecognizedClientException", message))
    };
    let proxy = Proxy::answering(&aws.url, bad).await;
    let refused = on(&proxy.url, &fresh_name(), &["deploy", "--yes"]).await;
    assert_eq!(refused.code, Some(1));
    told(
        &refused,
        &["does not accept these AWS credentials", "renew them"],
    );

    let proxy = Proxy::answering(&aws.url, |action| Some(denied(action))).await;
    let refused = on(&proxy.url, &fresh_name(), &["deploy", "--yes"]).await;
    assert_eq!(refused.code, Some(1));
    told(
        &refused,
        &["may not do this", "dynamodb:DescribeTable", "operator"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_dynamodb_is_told_so() {
    let html = |_: &str| Some(Response::new("<html>Welcome to our proxy</html>".into()));
    let proxy = Proxy::answering(&Aws::dynamodb_local().url, html).await;
    let refused = on(&proxy.url, &fresh_name(), &["validate"]).await;
    assert_eq!(refused.code, Some(1));
    told(&refused, &["is not DynamoDB", "Check the endpoint"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_another_region_is_refused() {
    let aws = Aws::dynamodb_local();
    let table = fresh_name();
    let key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd";
    let refused = on(&aws.url, &table, &["deploy", "--yes", "--kms-key", key]).await;
    assert_eq!(refused.code, Some(1));
    told(&refused, &["eu-west-1", "us-east-1", "--kms-key"]);
    assert!(!aws.has(&table).await);
}

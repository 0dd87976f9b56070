//! Text that would like to be more than text: each attack of the list goes through each field by
//! each way in, and is looked for at each way out.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `attacks` | the list, which the journeys in the browser use too |
//! | `program` | the server as a process, its log in a file |
//! | `ways_in` | over HTTP, into the table, from a file, in the address |
//! | `ways_out` | status, lists, files, problems, headers, the log |
//! | `raw` | HTTP by the byte |

#![cfg(test)]

mod attacks;
mod program;
mod raw;
mod ways_in;
mod ways_out;

use program::Server;

#[tokio::test]
async fn what_a_writer_reports_stays_text() {
    let server = Server::start("text");
    for (number, attack) in attacks::all().iter().enumerate() {
        let id = format!("h-{number}");
        ways_in::over_http(&server, &id, attack).await;
        ways_out::session(&server, &id, attack, &ways_out::REPORTED).await;
    }
    ways_out::lists(&server, "h-").await;
    ways_out::log_as_text(&server.end());
}

#[tokio::test]
async fn what_stands_in_the_table_stays_text() {
    let server = Server::start("json");
    let attacks = attacks::all();
    ways_in::into_the_table(&server, &attacks).await;
    for (number, attack) in attacks.iter().enumerate() {
        let id = format!("t-{number}");
        ways_out::session(&server, &id, attack, &ways_out::ALL).await;
    }
    ways_out::lists(&server, "t-").await;
    ways_out::log_as_json(&server.end());
}

#[tokio::test]
async fn what_is_imported_stays_text() {
    let server = Server::start("text");
    let attacks = attacks::all();
    for format in ["text", "json"] {
        let imported = ways_in::from_a_file(&server, format, &attacks);
        ways_out::notes(&imported, attacks.len());
    }
    for (number, attack) in attacks.iter().enumerate() {
        let id = format!("f-{number}");
        ways_out::session(&server, &id, attack, &ways_out::ALL).await;
    }
    ways_out::lists(&server, "f-").await;
    ways_out::log_as_text(&server.end());
}

#[tokio::test]
async fn what_stands_in_an_address_or_a_header_stays_text() {
    for format in ["text", "json"] {
        let server = Server::start(format);
        let page = server.page().await;
        for attack in &attacks::all() {
            for request in ways_in::addresses(attack) {
                let answer = raw::exchange(&server.address, &request).await;
                ways_out::answer(&answer, attack, &page);
            }
        }
        for bytes in attacks::BROKEN {
            for request in ways_in::broken_addresses(bytes) {
                let answer = raw::exchange(&server.address, &request).await;
                ways_out::answer(&answer, "broken", &page);
            }
        }
        let log = server.end();
        match format {
            "json" => ways_out::log_as_json(&log),
            _ => ways_out::log_as_text(&log),
        }
    }
}

#[tokio::test]
async fn what_is_wrong_in_a_body_is_told_without_harm() {
    let server = Server::start("text");
    ways_in::start(&server, "b-1").await;
    for attack in &attacks::all() {
        for request in ways_in::wrong_bodies(attack) {
            let answer = raw::exchange(&server.address, &request).await;
            ways_out::refused(&answer, attack);
        }
    }
    for bytes in attacks::BROKEN {
        let answer = raw::exchange(&server.address, &ways_in::broken_body(bytes)).await;
        ways_out::refused(&answer, "broken");
    }
    ways_out::log_as_text(&server.end());
}

#[test]
fn an_imported_file_that_is_no_utf_8_is_named_without_harm() {
    let server = Server::start("text");
    let imported = ways_in::from_a_broken_file(&server, &attacks::BROKEN);
    ways_out::notes(&imported, 0);
    ways_out::log_as_text(&server.end());
}

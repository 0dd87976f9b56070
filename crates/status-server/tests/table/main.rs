//! `trade-status table` as it is called, on Amazon's DynamoDB Local, and on moto for what that does
//! not know.
//!
//! | module | what is tested there |
//! |---|---|
//! | `deploying` | a table is created, or made whole, and never harmed |
//! | `validating` | each check, and that the test item is never left behind |
//! | `destroying` | nothing goes without its name |
//! | `documented` | the guide's calls of the AWS CLI make the same table |
//! | `refusing` | what is wrong is told in a sentence, with what to do |
//! | `support` | the program, tables to try it on, an endpoint that misbehaves |

#![cfg(test)]

mod deploying;
mod destroying;
mod documented;
mod refusing;
mod support;
mod validating;

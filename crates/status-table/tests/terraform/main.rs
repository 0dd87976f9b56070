//! The files in `terraform/` are read and held against what the program reads by.
//!
//! | module | what is tested there |
//! |---|---|
//! | `table` | the table, its indexes and its key are those that `table deploy` makes |
//! | `policies` | who may do what, and nothing more |
//! | `variables` | what may be given is described and checked |
//! | `scripts` | the two scripts call what they should, with what they are given |
//! | `files` | the files, parsed |

#![cfg(test)]

mod files;
mod policies;
mod scripts;
mod table;
mod variables;

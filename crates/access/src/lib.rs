//! Who may do what: roles, tokens, signed-in people, share links.
//!
//! No HTTP; time and randomness enter as arguments. The only input and output is the access file,
//! a small `SQLite` file that the server and the command `token` share.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`secret`] | [`Secret`]: what only its holder has; [`Digest`]: what is kept of it |
//! | [`id`] | [`PublicId`]: what tokens and shares are called by |
//! | [`signing`] | [`SigningKey`]: texts that nobody else can have made |
//! | [`token`] | [`Token`]: a program's or a display's way in |
//! | [`person`] | [`Person`]: somebody who has signed in |
//! | [`share`] | [`Share`]: a link to one session |
//! | [`identity`] | [`Identity`]: somebody whom the server knows, and how |
//! | [`requirement`] | [`Requirement`]: what a call asks of its caller; the decision |
//! | [`viewers`] | [`Viewers`]: how often each may ask, how many requests may wait |
//! | [`file`](mod@file) | [`AccessFile`]: where it is kept |
//! | [`register`] | [`Register`]: the file as a running server holds it |
//!
//! Roles and permissions are words of the API: [`status_model::role`].

pub mod file;
pub mod id;
pub mod identity;
pub mod person;
pub mod register;
pub mod requirement;
pub mod secret;
pub mod share;
pub mod signing;
pub mod token;
pub mod viewers;

pub use file::{AccessFile, FileError, OpenError};
pub use id::PublicId;
pub use identity::{Identity, Known, Via};
pub use person::Person;
pub use register::Register;
pub use requirement::{Decision, Requirement, decide};
pub use secret::{Digest, Secret};
pub use share::Share;
pub use signing::{Purpose, SigningKey};
pub use status_model::role::{Permission, Role};
pub use token::{Token, TokenName, TokenText};
pub use viewers::{Limits, Viewer, Viewers};

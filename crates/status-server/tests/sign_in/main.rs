//! Sign-in of people, with an identity provider that says whatever a test wants: what is believed,
//! what is refused, and what a browser is told. The journeys do it with a real provider.
//!
//! # Layout
//!
//! | module | what it asks |
//! |---|---|
//! | `signing_in` | who gets in, and where do they go? |
//! | `refusing` | is nobody let in by a token, an answer or a page that is not what it should be? |
//! | `stage` | a server and its provider |
//! | `provider` | the provider |

#![cfg(test)]

mod provider;
mod refusing;
mod signing_in;
mod stage;

//! Four agents over HTTP that behave like the real ones, seeded.
//!
//! What happens to a document is a pure function of the seed, the document's id, the agent and
//! the number of the attempt: the same demonstration can be shown twice, and a test can ask for
//! any [`Scenario`]. Nothing here can be taken for real: every answer says `"simulated": true`,
//! every text begins with `Simulated: `.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`] | [`Config`]: seed, [`Speed`] |
//! | [`wire`] | what the agents are asked and what they answer |
//! | [`scenario`] | [`Scenario`]: what happens to a document; how often each is met |
//! | [`reply`] | one request to one reply: status, delay, body |
//! | [`random`] | seeded draws: durations, tokens |
//! | [`server`] | HTTP |

pub mod config;
pub mod random;
pub mod reply;
pub mod scenario;
pub mod server;
pub mod wire;

pub use config::{Config, InvalidSpeed, Speed};
pub use scenario::{Scenario, Trouble};
pub use server::serve;

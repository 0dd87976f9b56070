//! The wall display: what it shows at which moment.
//!
//! # Layout
//!
//! | module | what is asked |
//! |---|---|
//! | `settings` | is the address read, and written as it is read? |
//! | `tiles` | which tiles, in which order, saying what? |
//! | `turns` | how many fit, whose turn is it, where does it stand? |
//! | `age` | is old data said, and loudly? |
//! | `given` | overviews to look at |

#![cfg(test)]

mod age;
mod given;
mod settings;
mod tiles;
mod turns;

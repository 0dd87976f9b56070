//! What only a browser knows.

pub mod clipboard;
pub mod clock;
pub mod page;

//! What only a browser knows.

pub mod clipboard;
pub mod clock;
pub mod json;
pub mod notification;
pub mod page;
pub mod storage;
pub mod timer;

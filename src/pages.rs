//! One module an address.

pub mod not_found;
pub mod session;
pub mod sessions;

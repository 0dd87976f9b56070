//! Each draws a view of `portal-model`. None fetches; an address comes from `route`.

pub mod account;
pub mod actions;
pub mod agents;
pub mod attempts;
pub mod compare;
pub mod copy;
pub mod facts;
pub mod filters;
pub mod find;
pub mod freshness;
pub mod head;
pub mod keys;
pub mod lists;
pub mod mark;
pub mod message;
pub mod rows;
pub mod seen;
pub mod sign_in;
pub mod theme;
pub mod timeline;
pub mod tokens;
pub mod zone;

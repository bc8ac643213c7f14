//! A figure in someone else's page: how it is presented, when it is seen, and what it and its host say to each other.

pub mod host;
pub mod presentation;
pub mod sight;

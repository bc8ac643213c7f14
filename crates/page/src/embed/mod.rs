//! A figure in someone else's page, or in a lesson: how it is presented, when it is seen, and what it and its host say
//! to each other (docs/embedding.md).

pub mod evaluate;
pub mod guess;
pub mod host;
pub mod message;
pub mod mount;
pub mod presentation;
pub mod sight;
pub mod way;
pub mod wishes;

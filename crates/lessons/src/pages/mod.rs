//! The pages.

pub mod exercise;
pub mod interview;
pub mod lesson;
pub mod lists;
pub mod mock;
pub mod progress;
pub mod review;
pub mod walkthrough;

//! What lessons are made of, as types. The prose itself lies in files and is compiled by a crate of its own.
//!
//! - [`conditions`]: the one small language in which tasks, claims, shows, quizzes and jump targets say what must hold;
//! - [`document`]: the blocks of lessons, walkthroughs and exercises;
//! - [`question`]: what they ask, and how guesses are given;
//! - [`exercise`]: goals and scores;
//! - [`comparison`]: a guess laid over what came out;
//! - [`progress`]: what is remembered of a learner, and when a question is due again.
//!
//! It knows labs and their measures, and no page.

pub mod comparison;
pub mod conditions;
pub mod document;
pub mod exercise;
pub mod progress;
pub mod question;

//! What lessons are made of, as types. The prose itself lies in files and is compiled by a crate of its own.
//!
//! Now there is the one small language in which tasks, claims, shows, quizzes and jump targets say what must hold:
//! [`conditions`]. To come: the blocks of a lesson (scene, prediction, quiz, task, claim, formula), walkthroughs,
//! exercises, and the bank of questions.
//!
//! It knows labs and their measures, and no page.

pub mod conditions;

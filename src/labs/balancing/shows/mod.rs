//! What the balancing lab demonstrates: scenario, condition, sentence. Each is a test, and a line of “Try this”.
//!
//! Every sentence with a figure has that figure in its condition. The seed is one that shows a typical value of the
//! headline (between the quartiles of forty), and a test says so.

mod exhibits;
mod failures;
mod knowledge;
mod traffic;

use crate::basics::tables::{joined, rows};
use crate::labs::Show;

const TABLES: [&[Show]; 4] = [knowledge::SHOWS, traffic::SHOWS, failures::SHOWS, exhibits::SHOWS];
const ALL: [Show; rows(&TABLES)] = joined(&TABLES);

/// Every demonstration, in the order in which it is offered.
pub const SHOWS: &[Show] = &ALL;

//! What the concurrency lab demonstrates: scenario, condition, sentence. Each is a test, and a line of “Try this”.
//!
//! Every sentence with a figure has that figure in its condition. The seed is one that shows a typical value of the
//! headline (between the quartiles of forty), and a test says so.

mod exhibits;
mod finding;
mod forgetting;
mod overload;
mod sharing;

use crate::basics::tables::{joined, rows};
use crate::labs::Show;

const TABLES: [&[Show]; 5] = [finding::SHOWS, forgetting::SHOWS, overload::SHOWS, sharing::SHOWS, exhibits::SHOWS];
const ALL: [Show; rows(&TABLES)] = joined(&TABLES);

/// Every demonstration, in the order in which it is offered.
pub const SHOWS: &[Show] = &ALL;

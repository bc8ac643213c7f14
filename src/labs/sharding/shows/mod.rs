//! What the sharding lab demonstrates: scenario, condition, sentence. Each is a test, and a line of “Try this”.
//!
//! Every sentence with a figure has that figure in its condition. The seed is one that shows a typical value of the
//! headline. Some headlines do not hang on the seed at all: what a map does with its shards is no chance.

mod exhibits;
mod hot;
mod moving;
mod spread;

use crate::basics::tables::{joined, rows};
use crate::labs::Show;

const TABLES: [&[Show]; 4] = [spread::SHOWS, hot::SHOWS, moving::SHOWS, exhibits::SHOWS];
const ALL: [Show; rows(&TABLES)] = joined(&TABLES);

/// Every demonstration, in the order in which it is offered.
pub const SHOWS: &[Show] = &ALL;

//! What the pipelining lab demonstrates: scenario, condition, sentence. Each is a test, and a line of “Try this”.

use crate::labs::Show;

/// Every demonstration.
pub const SHOWS: &[Show] = &[];

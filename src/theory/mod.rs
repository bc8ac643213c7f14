//! Closed forms, each with its source. Drawn over the measured curve, and the oracle of the tests.

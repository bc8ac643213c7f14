//! The program `headroom`.

fn main() {}

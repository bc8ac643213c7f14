//! Compiles the prose of `content/`.

fn main() {}

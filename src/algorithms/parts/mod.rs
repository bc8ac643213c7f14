//! Shared parts of algorithms that are not algorithms of the subject themselves: hash functions, tables, orders.
//!
//! They know only [`basics`](crate::basics). Each is used by at least two algorithms, or is too long to stand inside one.
pub mod alias;
pub mod hashing;
pub mod key_order;
pub mod load_order;
pub mod ring;

//! Headroom: how systems scale, as algorithms that run.
//!
//! The map of the house. Each room says which others it may know; the arrows point one way.
//!
//! | room | what it does | knows |
//! | --- | --- | --- |
//! | [`basics`] | nanoseconds, ids, randomness, explanations, portable maths, `parameters!` | nothing |
//! | [`algorithms`] | the subject, a file each | `basics` |
//! | [`simulation`] | the world: clock, events, traffic, servers, measures; names no algorithm | `basics` |
//! | [`scenario`] | the text that every number comes from | `labs` (what may be set), `simulation` |
//! | [`labs`] | the experiments: algorithms and world wired together | all of these |
//! | [`session`] | a running experiment: player and runner | `labs` |
//! | [`content`] | types of lessons; now the language of conditions | `labs` |
//! | [`theory`] | closed forms, each with its source | `basics` |
//!
//! There is no web dependency in this package: it runs in a worker, in a terminal and in a test alike.

pub mod algorithms;
pub mod basics;
pub mod content;
pub mod labs;
pub mod scenario;
pub mod session;
pub mod simulation;
pub mod theory;

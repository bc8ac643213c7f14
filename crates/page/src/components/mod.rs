//! The parts that pages are put together from. Each knows the experiment through [`crate::live::Live`] only.

pub mod controls;
pub mod dialog;
pub mod embedding;
pub mod field;
pub mod figures;
pub mod help;
pub mod icons;
pub mod keys;
pub mod lanes;
pub mod notices;
pub mod scrubber;
pub mod share;
pub mod story;
pub mod theme;
pub mod time_bar;
pub mod trouble;

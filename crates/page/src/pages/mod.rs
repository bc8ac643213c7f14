//! One file a page.

pub mod about;
pub mod embed;
pub mod home;
pub mod lab;
pub mod missing;

//! The page: mounts into the static shell of `index.html`.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`app`], [`router`], [`pages`] | which page is shown |
//! | [`live`], [`pool`], [`worker_start`] | the running experiment and its workers |
//! | [`components`] | what pages are put together from |
//! | [`tabs`] | introduction, things to try, running it out, code, theory, numbers |
//! | [`prose`] | the texts of a lab, fetched |
//! | [`stage`], [`charts`] | what is drawn, frame by frame |
//! | [`picture`] | what is on the screen, as a file |
//! | [`embed`] | parameters and messages of a figure in someone else's page |
//! | [`whole`] | whether the second part of the program is there |
//! | [`browser`] | what is asked of the browser, so that it cannot throw |
//!
//! The page takes labs as data (`headroom::labs::catalogue`) and never links a model or an algorithm.

pub mod app;
pub mod browser;
pub mod charts;
pub mod components;
pub mod describe;
pub mod embed;
pub mod export;
pub mod hooks;
pub mod live;
pub mod numbers;
pub mod pages;
pub mod picture;
pub mod pool;
pub mod prose;
pub mod router;
pub mod stage;
pub mod tabs;
pub mod whole;
pub mod worker_start;

fn main() {
    if let Some(root) = browser::document().and_then(|document| document.get_element_by_id("page")) {
        yew::Renderer::<app::App>::with_root(root).render();
        embed::mount::listen();
    }
}

//! The lessons: lists, lessons, walkthroughs, exercises, mock interviews, and what is remembered of them.
//!
//! A program of its own, beside the page's: it is loaded when one of its addresses is opened (static/boot.js), and
//! nobody who came for a lab waits for it. It links the library for the types of the texts, conditions and scenarios,
//! and never builds a lab. An experiment in a lesson is mounted by the page's program, in the same document; the two
//! speak the language of docs/embedding.md (see [`figure`] and [`ask`]).
//!
//! | module | what it does |
//! | --- | --- |
//! | [`app`], [`route`], [`pages`] | which page is shown |
//! | [`blocks`] | what lessons are put together from |
//! | [`figure`], [`ask`] | experiments, and questions about runs |
//! | [`texts`], [`store`] | what is fetched, what is remembered |
//! | [`browser`] | what is asked of the browser |

pub mod app;
pub mod ask;
pub mod blocks;
pub mod browser;
pub mod figure;
pub mod pages;
pub mod route;
pub mod store;
pub mod texts;

fn main() {
    if let Some(root) = browser::document().and_then(|document| document.get_element_by_id("lessons")) {
        // One tree, and no portal: the page's program counts on it (crates/page/src/embed/mount.rs).
        yew::Renderer::<app::App>::with_root(root).render();
    }
}

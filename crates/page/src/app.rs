//! The page as a whole: which page is shown, what the header has, where the focus goes.

use yew::prelude::*;

use crate::browser::{self, Listener};
use crate::components::theme::{self, ThemeChoice};
use crate::pages::about::About;
use crate::pages::embed::EmbedPage;
use crate::pages::home::Home;
use crate::pages::lab::LabPage;
use crate::pages::missing::missing;
use crate::router::Route;
use crate::whole::{self, use_whole};

/// What is shown, and how many pages were before.
#[derive(Clone, PartialEq)]
struct Visit {
    route: Route,
    number: u32,
}

/// The page.
#[component]
pub fn App() -> Html {
    let visit = use_state(|| Visit { route: Route::current().unwrap_or(Route::Home), number: 0 });
    use_effect_with((), {
        let visit = visit.setter();
        move |()| {
            let mut number = 0;
            let listener = browser::window().map(|window| {
                Listener::new(&window, "hashchange", move |_| {
                    // A place on the page is no other page.
                    if let Some(route) = Route::current() {
                        number += 1;
                        visit.set(Visit { route, number });
                    }
                })
            });
            // The link's own way would put its target into the address, and the experiment out of it.
            let skip = browser::document()
                .and_then(|document| document.query_selector(".skip-link").ok().flatten())
                .map(|link| {
                    Listener::new(&link, "click", |event| {
                        event.prevent_default();
                        if let Some(main) = browser::document().and_then(|document| document.get_element_by_id("app")) {
                            browser::focus(&main);
                        }
                    })
                });
            move || drop((listener, skip))
        }
    });
    use_effect_with((*visit).clone(), arrive);
    let whole = use_whole();
    let page = match &visit.route {
        Route::Home => html! { <Home /> },
        Route::About => html! { <About /> },
        Route::Lab(text) => html! { <LabPage key={visit.number} text={text.clone()} /> },
        Route::Embed(text) => html! { <EmbedPage key={visit.number} text={text.clone()} /> },
        Route::Elsewhere => html! {},
        Route::Unknown(path) => missing(&format!("No page of Headroom is called “{path}”.")),
    };
    html! {
        <div class="page" key="page">
            {page}
            if whole { <Header /> }
        </div>
    }
}

/// What the static header of index.html has no room for: it is there before the program is.
#[component]
fn Header() -> Html {
    let host = use_state(|| browser::document().and_then(|document| document.get_element_by_id("site-tools")));
    match &*host {
        Some(host) => create_portal(html! { <ThemeChoice /> }, host.clone()),
        None => html! { <span hidden=true></span> },
    }
}

/// Title, navigation, theme and focus of a page that has just come.
fn arrive(visit: &Visit) {
    let lab = |text: &str| {
        let key = text.split(['?', '/']).next().unwrap_or_default();
        headroom::labs::find(key).map(|lab| lab.label)
    };
    let (title, embedded, in_lab) = match &visit.route {
        Route::Home => (None, false, false),
        Route::About => (Some("About"), false, false),
        Route::Lab(text) => (lab(text), false, true),
        Route::Embed(text) => (lab(text), true, true),
        Route::Unknown(_) => (Some("Nothing here"), false, false),
        // The other program says what is there, and takes the focus.
        Route::Elsewhere => {
            whole::complete();
            browser::mark_root("data-embed", None);
            browser::mark_root("data-lab", None);
            theme::apply(&theme::kept());
            return browser::mark_root("data-motion", None);
        }
    };
    // An experiment asks for the rest itself, when it has begun.
    if !in_lab {
        whole::complete();
    }
    browser::mark_root("data-embed", embedded.then_some(""));
    browser::mark_root("data-lab", in_lab.then_some(""));
    if !embedded {
        theme::apply(&theme::kept());
        browser::mark_root("data-motion", None);
    }
    let Some(document) = browser::document() else { return };
    document
        .set_title(&title.map_or("Headroom: see how systems scale".to_owned(), |title| format!("{title} · Headroom")));
    mark_current(&document, &visit.route);
    // The first page is where the reader is anyway; a later one is announced by moving the focus there. A lab that
    // comes takes it over. A figure in someone else's page changes when that page says so: the reader is elsewhere, typing maybe.
    if visit.number > 0
        && !embedded
        && let Some(main) = document.get_element_by_id("app")
    {
        browser::focus(&main);
        if let Some(window) = browser::window() {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
    }
}

/// Says in the navigation which page this is.
fn mark_current(document: &web_sys::Document, route: &Route) {
    let current = match route {
        Route::Home => "#/".to_owned(),
        Route::About => "#/about".to_owned(),
        Route::Lab(text) => format!("#/lab/{}", text.split('?').next().unwrap_or_default()),
        Route::Embed(_) | Route::Elsewhere | Route::Unknown(_) => String::new(),
    };
    let Ok(links) = document.query_selector_all(".site-nav a") else { return };
    for index in 0..links.length() {
        use wasm_bindgen::JsCast;
        let Some(link) = links.get(index).and_then(|link| link.dyn_into::<web_sys::Element>().ok()) else { continue };
        let is_current = link.get_attribute("href").is_some_and(|href| href == current);
        // Both names are names, so neither is refused.
        let _ =
            if is_current { link.set_attribute("aria-current", "page") } else { link.remove_attribute("aria-current") };
    }
}

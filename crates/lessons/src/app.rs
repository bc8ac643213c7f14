//! The program as a whole: which page is shown, its title, where the focus goes.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::browser::{self, Listener};
use crate::pages::exercise::ExercisePage;
use crate::pages::interview::Interview;
use crate::pages::lesson::LessonPage;
use crate::pages::lists::{Exercises, Lessons};
use crate::pages::mock::Mock;
use crate::pages::progress::ProgressPage;
use crate::pages::review::Review;
use crate::pages::walkthrough::WalkthroughPage;
use crate::route::Route;
use crate::store::{Memory, Store};

/// What is shown, and how many pages were before.
#[derive(Clone, PartialEq)]
struct Visit {
    route: Route,
    number: u32,
}

/// The program.
#[component]
pub fn App() -> Html {
    let visit = use_state(|| Visit { route: Route::current().unwrap_or(Route::Elsewhere), number: 0 });
    let store = use_reducer(Memory::open);
    use_effect_with((), {
        let visit = visit.setter();
        move |()| {
            let mut number = 0;
            let listener = browser::window().map(|window| {
                Listener::new(&window, "hashchange", move |_| {
                    if let Some(route) = Route::current() {
                        number += 1;
                        visit.set(Visit { route, number });
                    }
                })
            });
            move || drop(listener)
        }
    });
    use_effect_with((*visit).clone(), arrive);
    let key = visit.number;
    let page = match visit.route.clone() {
        Route::Lessons => html! { <Lessons /> },
        Route::Lesson(text) => html! { <LessonPage {key} address={format!("lesson/{text}")} /> },
        Route::Interview => html! { <Interview /> },
        Route::Walkthrough(text) => html! { <WalkthroughPage {key} address={format!("interview/{text}")} /> },
        Route::Mock => html! { <Mock {key} /> },
        Route::Review => html! { <Review {key} /> },
        Route::Exercises => html! { <Exercises /> },
        Route::Exercise(text, given) => {
            html! { <ExercisePage {key} address={format!("exercise/{text}")} given={given.map(AttrValue::from)} /> }
        }
        Route::Progress => html! { <ProgressPage {key} /> },
        Route::Elsewhere => html! {},
    };
    html! { <ContextProvider<Store> context={store}><div class="course" key="page">{page}</div></ContextProvider<Store>> }
}

/// Shows this program's element or hides it; title, navigation and focus of a page that has just come.
fn arrive(visit: &Visit) {
    let Some(document) = browser::document() else { return };
    let here = visit.route != Route::Elsewhere;
    let element = document.get_element_by_id("lessons").and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        element.set_hidden(!here);
    }
    if !here {
        return;
    }
    title(match &visit.route {
        Route::Lessons | Route::Lesson(_) => "Lessons",
        Route::Interview | Route::Walkthrough(_) => "Interview",
        Route::Mock => "Mock interview",
        Route::Review => "Review",
        Route::Exercises | Route::Exercise(..) => "Exercises",
        Route::Progress => "Progress",
        Route::Elsewhere => "",
    });
    if let Ok(links) = document.query_selector_all(".site-nav a") {
        for index in 0..links.length() {
            let Some(link) = links.get(index).and_then(|link| link.dyn_into::<web_sys::Element>().ok()) else {
                continue;
            };
            let current = link.get_attribute("href").as_deref() == visit.route.part();
            // Both names are names, so neither is refused.
            let _ = if current {
                link.set_attribute("aria-current", "page")
            } else {
                link.remove_attribute("aria-current")
            };
        }
    }
    if visit.number > 0
        && let Some(main) = document.get_element_by_id("app")
    {
        browser::focus(&main, false);
        if let Some(window) = browser::window() {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
    }
}

/// Sets the title of the document.
pub fn title(title: &str) {
    if let Some(document) = browser::document() {
        document.set_title(&format!("{title} · Headroom"));
    }
}

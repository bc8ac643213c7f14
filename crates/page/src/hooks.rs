//! How components follow an experiment without following every frame.

use std::rc::Rc;

use yew::prelude::*;

use crate::live::Live;

/// What `look` sees of the experiment. The component renders again when it sees something else, at most eight times
/// a second while time goes on. `look` may use nothing but `live` and `deps`.
#[hook]
pub fn use_watch<T, D>(live: &Live, deps: D, look: fn(&Live, &D) -> T) -> Rc<T>
where
    T: PartialEq + 'static,
    D: Copy + 'static,
{
    let seen = Rc::new(look(live, &deps));
    let shown = Rc::clone(&seen);
    use_changes(live, Box::new(move |live| look(live, &deps) != *shown));
    seen
}

/// Whether a component would show something else now.
type Changed = Box<dyn Fn(&Live) -> bool>;

/// Renders the component again when `changed` says so. Not generic: there is one of it in the program, however many
/// kinds of things are watched.
#[hook]
fn use_changes(live: &Live, changed: Changed) {
    let update = use_force_update();
    let newest = use_mut_ref(|| None::<Changed>);
    *newest.borrow_mut() = Some(changed);
    use_effect_with(live.clone(), move |live| {
        let seen = live.clone();
        let subscription = live.on_refresh(Callback::from(move |()| {
            if newest.borrow().as_ref().is_some_and(|changed| changed(&seen)) {
                update.force_update();
            }
        }));
        move || drop(subscription)
    });
}

//! How components follow an experiment without following every frame.

use yew::prelude::*;

use crate::live::Live;

/// What `look` sees of the experiment. The component renders again when it sees something else, at most eight times
/// a second while time goes on. `look` may use nothing but `live` and `deps`.
#[hook]
pub fn use_watch<T, D>(live: &Live, deps: D, look: fn(&Live, &D) -> T) -> UseStateHandle<T>
where
    T: PartialEq + 'static,
    D: PartialEq + Clone + 'static,
{
    let state = use_state_eq(|| look(live, &deps));
    let setter = state.setter();
    use_effect_with((live.clone(), deps), move |(live, deps)| {
        setter.set(look(live, deps));
        let (seen, deps) = (live.clone(), deps.clone());
        let subscription = live.on_refresh(Callback::from(move |()| setter.set(look(&seen, &deps))));
        move || drop(subscription)
    });
    state
}

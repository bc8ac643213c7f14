//! A slow pulse of an experiment, for figures that take a while to work out: at most twice a second.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use crate::live::Live;

/// Between two pulses, in milliseconds.
const PULSE: u32 = 500;

/// Renders the component again when the experiment has moved, at most twice a second; the last move always counts.
#[hook]
pub fn use_tick(live: &Live) -> u32 {
    let tick = use_state(|| 0_u32);
    let setter = tick.setter();
    use_effect_with(live.clone(), move |live| {
        let count = Rc::new(Cell::new(0));
        let pending = Rc::new(RefCell::new(None::<Timeout>));
        let inside = Rc::clone(&pending);
        let subscription = live.on_refresh(Callback::from(move |()| {
            if inside.borrow().is_some() {
                return;
            }
            let (setter, count, over) = (setter.clone(), Rc::clone(&count), Rc::clone(&inside));
            let pulse = Timeout::new(PULSE, move || {
                // The timeout is over: dropping it now cancels nothing.
                drop(over.borrow_mut().take().map(Timeout::forget));
                count.set(count.get() + 1);
                setter.set(count.get());
            });
            *inside.borrow_mut() = Some(pulse);
        }));
        move || {
            drop(subscription);
            drop(pending.borrow_mut().take());
        }
    });
    *tick
}

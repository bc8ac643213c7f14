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
        let (count, waiting) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
        // The last timeout is kept until the next is made: one that is dropped from within itself would be cut short.
        let kept = Rc::new(RefCell::new(None::<Timeout>));
        let newest = Rc::clone(&kept);
        let subscription = live.on_refresh(Callback::from(move |()| {
            if waiting.replace(true) {
                return;
            }
            let (setter, count, waiting) = (setter.clone(), Rc::clone(&count), Rc::clone(&waiting));
            let pulse = Timeout::new(PULSE, move || {
                waiting.set(false);
                count.set(count.get() + 1);
                setter.set(count.get());
            });
            *newest.borrow_mut() = Some(pulse);
        }));
        move || {
            drop(subscription);
            drop(kept.borrow_mut().take());
        }
    });
    *tick
}

//! The concurrency lab: what it demonstrates, and its world against theory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

use headroom::content::conditions::{Condition, Figure};
use headroom::labs::{self, run_out};
use headroom::scenario::Scenario;

fn scratch_shows() {
    for show in labs::concurrency::LAB.shows {
        let (s, notices) = Scenario::read(show.scenario).unwrap();
        if !notices.is_empty() { println!("{}: {notices:?}", show.key); }
        let c = match Condition::read(show.condition) { Ok(c) => c, Err(e) => { println!("{}: {e}", show.key); continue; } };
        if let Err(e) = c.check(&s) { println!("{}: {e}", show.key); }
        if let Some(t) = show.task { let c = Condition::read(t.condition).unwrap(); c.check(&s).unwrap(); let r = run_out(&s); if c.holds(&r) == Ok(true) { println!("TASK ALREADY {} {}", show.key, c.explain(&r)); } }
        let f = Figure::read(show.headline).unwrap();
        f.check(&s).unwrap();
        let mut values = vec![]; let mut holds = 0; let mut say = String::new();
        for seed in 1..=40 {
            let mut s = s.clone(); s.seed = seed;
            let r = run_out(&s);
            values.push((f.value(&r).unwrap(), seed));
            let h = c.holds(&r) == Ok(true); holds += u32::from(h);
            if !h && say.is_empty() { say = format!("{seed}: {}", c.explain(&r)); }
        }
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        println!("{} holds {holds}/40, median seeds {:?} q {} {} {} {say}", show.key, &values[18..22].iter().map(|v| v.1).collect::<Vec<_>>(), values[10].0, values[20].0, values[30].0);
    }
}
#[test]
fn scratch() { scratch_shows(); }

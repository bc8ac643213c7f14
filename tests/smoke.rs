use headroom::labs::run_out;
use headroom::scenario::Scenario;
#[test]
fn smoke() {
    for text in [
        "balancing",
        "balancing?policy=random&servers=1&slots=1&network=0s&rate=8&service=100ms&duration=3600s&warm-up=100s&queue=1000000",
        "balancing?policy=round-robin,random,least-loaded,two-choices&rate=256/s&at=20s..40s:slow:3:4x&at=30s:kill:1&at=40s:set:rate:100/s&timeout=2s&retries=2",
    ] {
        let (s, notices) = Scenario::read(text).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        let t = std::time::Instant::now();
        let r = run_out(&s);
        println!("{:?} {:?}", s, t.elapsed());
        for (i, l) in r.lanes.iter().enumerate() {
            assert!(l.totals.conserved());
            println!(
                "{} {:?} {:x} {} p50 {:?} p99 {:?} mean {:?} n {:?} busy {:?} marks {:?}",
                l.policy,
                l.totals,
                l.trace_hash,
                l.events,
                r.measure(i, "p50"),
                r.measure(i, "p99"),
                r.measure(i, "mean"),
                r.measure(i, "samples"),
                r.measure(i, "busy"),
                l.marks.iter().map(|m| m.text.clone()).collect::<Vec<_>>()
            );
        }
    }
}

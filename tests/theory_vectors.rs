//! Every closed form against the reference vectors of its group: every case, every field.
//!
//! A case that holds a field which no check has read fails, and so does a group without cases. Numbers agree to 1e-9,
//! relatively, as the vectors promise; where another tolerance is used, the reason stands beside it.

#[path = "theory_vectors/fields.rs"]
mod fields;
#[path = "theory_vectors/queues.rs"]
mod queues;
#[path = "theory_vectors/scaling.rs"]
mod scaling;
#[path = "theory_vectors/spreading.rs"]
mod spreading;

#[test]
fn every_group_of_the_vectors_has_a_test() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("vectors/theory.json")).unwrap();
    let sources = [
        include_str!("theory_vectors/queues.rs"),
        include_str!("theory_vectors/scaling.rs"),
        include_str!("theory_vectors/spreading.rs"),
    ];
    let groups = vectors["groups"].as_object().unwrap();
    for name in groups.keys() {
        let opening = format!("Group::open(\"{name}\")");
        assert_eq!(sources.iter().map(|source| source.matches(&opening).count()).sum::<usize>(), 1, "{name}");
    }
    assert_eq!(groups.len(), 19);
}

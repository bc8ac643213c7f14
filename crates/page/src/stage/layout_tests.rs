//! Nothing overlaps, leaves the strip or vanishes, from a phone to a wide screen and from 1 server to 10,000.

use headroom::labs::{Group, Role, Scene};

use super::*;
use crate::stage::shapes::Slots;

fn scene(balancers: u32, servers: u32, slots: u32) -> Scene {
    let group = |role, label: &str, first, count, slots| Group {
        role,
        label: label.to_owned(),
        note: String::new(),
        first,
        count,
        slots,
    };
    Scene {
        groups: vec![
            group(Role::Clients, "clients", 0, 1, 0),
            group(Role::Decider, "balancer", 1, balancers, 0),
            group(Role::Server, "s", 1 + balancers, servers, slots),
        ],
        links: vec![(0, 1), (1, 2)],
        ..Scene::default()
    }
}

fn every_size(mut check: impl FnMut(&Scene, &Layout)) {
    for width in [300, 336, 400, 480, 559, 560, 700, 780, 940, 1_100, 1_400] {
        for servers in [0, 1, 2, 3, 5, 8, 10, 16, 24, 32, 50, 64, 100, 128, 200, 256] {
            for (balancers, slots, compact) in [(1, 4, false), (1, 1, true), (3, 16, false), (16, 1_000, true)] {
                let scene = scene(balancers, servers, slots);
                let layout = Layout::of(&scene, width as f32, compact);
                check(&scene, &layout);
            }
        }
    }
}

fn disjoint(a: Area, b: Area) -> bool {
    // Half a pixel is less than the rounding of a border.
    a.right() <= b.x + 0.5 || b.right() <= a.x + 0.5 || a.bottom() <= b.y + 0.5 || b.bottom() <= a.y + 0.5
}

#[test]
fn every_node_stands_inside_the_strip() {
    every_size(|scene, layout| {
        for node in 0..scene.nodes() {
            let place = layout.place(node).unwrap();
            // Rows of a pixel or two get a taller box to point at; it may stand out by that much.
            let inside = place.x >= 0.0
                && place.right() <= layout.width + 0.5
                && place.y >= -2.0
                && place.bottom() <= layout.height + 2.0;
            assert!(inside, "node {node} of {} at {place:?} in {} × {}", scene.nodes(), layout.width, layout.height);
        }
    });
}

#[test]
fn columns_do_not_overlap() {
    every_size(|scene, layout| {
        for a in &scene.groups {
            for b in scene.groups.iter().filter(|b| b.first > a.first && b.count > 0) {
                let (left, right) = (layout.place(a.first).unwrap(), layout.place(b.first).unwrap());
                assert!(disjoint(left, right), "{left:?} {right:?} at width {}", layout.width);
                assert!(right.x - left.right() >= 13.0, "room for requests to be seen, at width {}", layout.width);
            }
        }
    });
}

#[test]
fn names_slots_queues_and_words_stand_side_by_side() {
    every_size(|_, layout| {
        let Some(Shape::Rows(rows)) = layout.shapes.last() else { panic!("servers up to 256 are rows") };
        assert!(rows.name_end <= rows.slots_x);
        assert!(rows.slots_x + rows.slots_width <= rows.queue_x + 0.1);
        assert!(rows.queue_x + rows.queue_pitch * rows.queue_most as f32 <= rows.words_end + 0.5);
        assert!(rows.words_end <= layout.width);
        assert!(rows.slot_height <= rows.pitch, "rows do not touch");
        assert!(rows.pitch * rows.name_every as f32 >= rows.type_size, "names do not overlap");
    });
}

#[test]
fn eight_servers_with_four_slots_show_every_slot_from_a_phone_on() {
    for width in [300.0, 360.0, 780.0, 1_400.0] {
        let layout = Layout::of(&scene(1, 8, 4), width, false);
        let Some(Shape::Rows(rows)) = layout.shapes.last() else { panic!("rows") };
        assert!(matches!(rows.slots, Slots::Squares { .. }), "{rows:?}");
        assert!(rows.wordy());
        assert!(rows.queue_most >= 2, "a queue can be seen at {width}: {rows:?}");
    }
}

#[test]
fn a_point_finds_the_node_that_is_drawn_there() {
    for servers in [1, 8, 100, 256, 257, 1_000, 10_000] {
        let layout = Layout::of(&scene(1, servers, 4), 800.0, false);
        for index in [0, servers / 2, servers - 1] {
            let (x, y) = layout.place(2 + index).unwrap().middle();
            assert_eq!(layout.node_at(x, y), Some(2 + index), "{servers} servers");
        }
        assert_eq!(layout.node_at(1.0, 1.0), None);
    }
}

#[test]
fn the_curve_of_an_answer_is_that_of_the_request_backwards() {
    let layout = Layout::of(&scene(2, 8, 4), 800.0, false);
    for (balancer, server) in [(1, 3), (2, 10)] {
        let there = layout.curve(balancer, server).unwrap();
        assert_eq!(layout.curve(server, balancer).unwrap(), there.reversed());
    }
    assert_eq!(layout.curve(0, 99), None);
}

fn pipeline(stages: u32) -> Scene {
    let group = |role, label: &str, first| Group {
        role,
        label: label.to_owned(),
        note: "4 × 30 ms".to_owned(),
        first,
        count: 1,
        slots: if first == 0 { 0 } else { 4 },
    };
    let stations = (1..=stages).map(|stage| group(Role::Server, "s", stage));
    Scene {
        groups: std::iter::once(group(Role::Clients, "clients", 0)).chain(stations).collect(),
        links: (0..stages as usize).map(|stage| (stage, stage + 1)).chain([(stages as usize, 0)]).collect(),
        ..Scene::default()
    }
}

#[test]
fn stations_stand_one_behind_the_other_and_their_answers_run_below_them() {
    for width in [300.0, 360.0, 559.0, 780.0, 1_400.0] {
        for stages in 1..=5 {
            let layout = Layout::of(&pipeline(stages), width, false);
            for node in 0..stages {
                let (left, right) = (layout.place(node).unwrap(), layout.place(node + 1).unwrap());
                assert!(disjoint(left, right), "{left:?} {right:?} at width {width}");
                assert!(right.right() <= width, "{right:?} at width {width}");
            }
            if stages > 1 {
                let back = layout.curve(stages, 0).unwrap();
                let (_, lowest) = back.at(0.5);
                assert!(lowest > layout.place(1).unwrap().bottom() && lowest < layout.height, "{back:?}");
            }
        }
    }
}

#[test]
fn what_moves_between_two_servers_passes_beside_their_names() {
    let layout = Layout::of(&scene(1, 8, 4), 800.0, false);
    let curve = layout.curve(2, 7).unwrap();
    assert!(curve.at(0.5).0 < layout.place(2).unwrap().x - 20.0);
}

#[test]
fn the_number_of_curves_is_bounded() {
    let layout = Layout::of(&scene(16, 256, 4), 800.0, false);
    let drawn = layout.pairs((1, 2)).len() as u32;
    assert!((MOST_CURVES / 2..=MOST_CURVES).contains(&drawn), "{drawn}");
}

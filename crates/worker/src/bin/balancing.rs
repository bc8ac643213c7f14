//! The worker of the lab `balancing`.

fn main() {
    headroom_worker::start(&[headroom::labs::balancing::EXPERIMENT]);
}

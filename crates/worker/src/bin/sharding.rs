//! The worker of the lab `sharding`.

fn main() {
    headroom_worker::start(&[headroom::labs::sharding::EXPERIMENT]);
}

//! The worker of the lab `locks`.

fn main() {
    headroom_worker::start(&[headroom::labs::locks::EXPERIMENT]);
}

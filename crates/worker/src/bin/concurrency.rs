//! The worker of the lab `concurrency`.

fn main() {
    headroom_worker::start(&[headroom::labs::concurrency::EXPERIMENT]);
}

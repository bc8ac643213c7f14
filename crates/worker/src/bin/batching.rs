//! The worker of the lab `batching`.

fn main() {
    headroom_worker::start(&[headroom::labs::batching::EXPERIMENT]);
}

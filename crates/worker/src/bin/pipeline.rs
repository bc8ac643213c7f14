//! The worker of the lab `pipeline`.

fn main() {
    headroom_worker::start(&[headroom::labs::pipeline::EXPERIMENT]);
}

//! Load balancing: which server gets the next request.
//!
//! A [`Balancer`] decides from what it *knows*: the [`Fleet`]. That knowledge may be stale or partial; the world
//! outside keeps the truth. Health checks and ejection are not a balancer's business either: they decide which
//! servers are eligible ([`health`]).
//!
//! Read next: [`round_robin`], the simplest; [`two_choices`], the one to remember.

pub mod bounded_loads;
pub mod consistent_hashing;
pub mod fleet;
pub mod haproxy_leastconn;
pub mod health;
pub mod ip_hash;
pub mod least_loaded;
pub mod nginx_least_conn;
pub mod peak_ewma;
pub mod random;
pub mod registry;
pub mod round_robin;
pub mod smooth_weighted_round_robin;
pub mod two_choices;
pub mod weighted_least_loaded;
pub mod weighted_least_request;
pub mod weighted_random;

pub use fleet::{Fleet, ServerId};
pub use registry::{ABOUT, build};

use crate::basics::parameters::Refusal;
use crate::basics::{Explanation, Nanos, Randomness};

/// What a balancer sees of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The time of the decision.
    pub now: Nanos,
    /// Who sent it. IP hash and stickiness look at it.
    pub client: u32,
    /// The connection it came on; a layer-4 balancer decides once for each.
    pub connection: u32,
    /// What it asks for, well mixed. Hashing policies look at it.
    pub key: u64,
    /// 0 for the first attempt, 1 for the first retry …
    pub attempt: u8,
    /// The server that the previous attempt failed on.
    pub avoid: Option<ServerId>,
}

/// How an attempt ended, as the balancer's side sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Answered.
    Completed,
    /// The connection broke or the server answered with an error.
    Failed,
    /// No answer in time.
    TimedOut,
    /// Turned away: its queue was full.
    Refused,
}

/// An attempt came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// When it came back.
    pub now: Nanos,
    /// From which server.
    pub server: ServerId,
    /// How long it took, seen from the balancer.
    pub took: Nanos,
    /// How it ended.
    pub outcome: Outcome,
}

/// A balancing policy.
pub trait Balancer: CloneBalancer {
    /// The server for `request`, or `None` when no server is eligible.
    fn pick(
        &mut self,
        request: &Request,
        fleet: &Fleet,
        random: &mut dyn Randomness,
        why: &mut Explanation,
    ) -> Option<ServerId>;

    /// What is known about the load of `server` changed: a request was assigned or released, or a report arrived.
    /// Policies that keep an order of the servers move one server here instead of scanning at every pick.
    fn load_changed(&mut self, _server: ServerId, _fleet: &Fleet) {}

    /// An attempt came back; policies that learn from latency or failures learn here.
    fn answered(&mut self, _answer: &Answer, _fleet: &Fleet) {}

    /// Servers came, went, were ejected or changed weight: tables are rebuilt here. Also called once at the start.
    fn fleet_changed(&mut self, _fleet: &Fleet) {}

    /// Whether it looks at [`Request::key`]. When it does not, nobody needs to work the key out.
    fn reads_keys(&self) -> bool {
        false
    }

    /// One of the policy's own live parameters changes while it runs.
    ///
    /// # Errors
    /// A [`Refusal`] when the policy has no such parameter or the text is not accepted.
    fn set(&mut self, _key: &str, _text: &str) -> Result<(), Refusal> {
        Err(Refusal { expected: "is not a parameter of this policy".to_owned(), nearest: None })
    }
}

/// Lets a `Box<dyn Balancer>` be cloned, which is what a checkpoint of a run does.
pub trait CloneBalancer {
    /// A copy that decides the same from here on.
    fn clone_box(&self) -> Box<dyn Balancer>;
}

impl<T: Balancer + Clone + 'static> CloneBalancer for T {
    fn clone_box(&self) -> Box<dyn Balancer> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Balancer> {
    fn clone(&self) -> Self {
        (**self).clone_box()
    }
}

//! Seeded chance, and scenarios drawn with it: any policy, any law, faults and moved parameters at random times.

use headroom::basics::randomness::mix;
use headroom::labs::balancing::LAB;
use headroom::scenario::Scenario;

/// A seeded source of whole numbers.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0) % n
    }

    pub fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }
}

/// The scenario that `text` describes; it must be without fault.
pub fn read(text: &str) -> Scenario {
    let (scenario, notices) = Scenario::read(text).unwrap();
    assert!(notices.is_empty(), "{text}: {notices:?}");
    scenario
}

/// A scenario of `seconds` with traffic for some hundreds of requests a second, in which anything may happen before
/// `seconds` are over. What follows it may be added to the text.
pub fn any_text(chance: &mut Chance, seconds: u64) -> String {
    let servers = 1 + chance.below(8);
    let policies: Vec<&str> = LAB.policies.iter().map(|about| about.key).collect();
    let mut text = format!(
        "balancing?v=1&engine=1&policy={}&servers={servers}&slots={}&queue={}&rate={}/s&seed={}&warm-up=0s",
        chance.of(&policies),
        1 + chance.below(3),
        chance.of(&["0", "1", "7", "1000"]),
        chance.of(&["0", "40", "300", "900"]),
        chance.below(1_000_000),
    );
    let choices: [(&str, &[&str]); 15] = [
        ("service", &["0.1ms", "5ms", "60ms"]),
        ("law", &["constant", "exponential", "erlang", "log-normal", "hyperexponential", "bounded-pareto"]),
        ("discipline", &["fifo", "processor-sharing"]),
        ("arrivals", &["poisson", "poisson", "constant", "closed"]),
        ("users", &["0", "1", "40"]),
        ("think", &["0s", "30ms"]),
        ("shape", &["steady", "ramp", "step", "waves", "bursts"]),
        ("network", &["0s", "1ms", "20ms"]),
        ("timeout", &["0s", "10ms", "200ms"]),
        ("retries", &["0", "3"]),
        ("crash", &["fail", "hang"]),
        ("balancers", &["1", "3"]),
        ("staleness", &["0s", "0s", "50ms"]),
        ("layer", &["requests", "requests", "connections"]),
        ("cold-for", &["0s", "300ms"]),
    ];
    for (key, values) in choices {
        // A closed loop without a pause in a world without delay would never let time pass.
        text += &format!("&{key}={}", chance.of(values));
    }
    for _ in 0..chance.below(8) {
        let at = chance.below(seconds * 1_000);
        let server = chance.below(servers);
        text += &match chance.below(9) {
            0 => format!("&at={at}ms:kill:{server}"),
            1 => format!("&at={at}ms..{}ms:kill:{server}", at + 1 + chance.below(800)),
            2 => format!("&at={at}ms..{}ms:slow:{server}:5x", at + 1 + chance.below(800)),
            3 => format!("&at={at}ms..{}ms:drain:{server}", at + 1 + chance.below(800)),
            4 => format!("&at={at}ms:revive:{server}"),
            5 => format!("&at={at}ms:set:rate:{}/s", chance.of(&["0", "100", "2000"])),
            6 => format!("&at={at}ms:set:queue:{}", chance.of(&["0", "3", "500"])),
            7 => format!("&at={at}ms:set:network:{}", chance.of(&["0s", "7ms"])),
            _ => format!("&at={at}ms:set:timeout:{}", chance.of(&["0s", "15ms"])),
        };
    }
    text
}

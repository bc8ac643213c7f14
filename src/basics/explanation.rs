//! How an algorithm says why it decided as it did.
//!
//! Every decision is handed an [`Explanation`]. Usually nobody listens and saying something costs one comparison;
//! in step mode the page listens, shows the sentences, lights the candidates and marks the lines of the algorithm's
//! own file that spoke (`line!()` inside [`because!`](crate::because) is the line of the call).

use serde::{Deserialize, Serialize};

/// One remark of an algorithm: where in its file, and what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The file that spoke, as `file!()` gives it.
    pub file: String,
    /// The line of that file, from 1.
    pub line: u32,
    /// The sentence, in plain text.
    pub text: String,
}

/// What was said about one decision, if anybody listens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    listening: bool,
    /// What the algorithm said, in order.
    pub remarks: Vec<Remark>,
    /// The candidates it looked at (server, shard, stage …) with the figure it compared, in order.
    pub candidates: Vec<(u32, f64)>,
}

impl Explanation {
    /// Nobody listens: nothing is kept.
    #[must_use]
    pub const fn silent() -> Self {
        Self { listening: false, remarks: Vec::new(), candidates: Vec::new() }
    }

    /// Somebody listens: everything is kept.
    #[must_use]
    pub const fn listen() -> Self {
        Self { listening: true, remarks: Vec::new(), candidates: Vec::new() }
    }

    /// Whether somebody listens. Ask before composing anything costly.
    #[inline]
    #[must_use]
    pub const fn listening(&self) -> bool {
        self.listening
    }

    /// Keeps a remark. Use [`because!`](crate::because), which fills in the place and asks first.
    #[cold]
    pub fn say(&mut self, file: &'static str, line: u32, text: String) {
        self.remarks.push(Remark { file: file.replace('\\', "/"), line, text });
    }

    /// Notes that a candidate was looked at, with the figure that was compared.
    #[inline]
    pub fn looked_at(&mut self, candidate: u32, figure: f64) {
        if self.listening {
            self.candidates.push((candidate, figure));
        }
    }

    /// All sentences in one, joined by semicolons.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.remarks.iter().map(|remark| remark.text.as_str()).collect::<Vec<_>>().join("; ")
    }
}

/// Says why, if somebody listens: `because!(why, "sampled {a} and {b}")`.
#[macro_export]
macro_rules! because {
    ($why:expr, $($text:tt)+) => {
        if $why.listening() {
            $why.say(file!(), line!(), format!($($text)+));
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_kept_when_nobody_listens() {
        let mut why = Explanation::silent();
        because!(why, "never composed");
        why.looked_at(1, 2.0);
        assert_eq!(why, Explanation::silent());
    }

    #[test]
    fn a_remark_carries_the_line_of_the_caller() {
        let mut why = Explanation::listen();
        let here = line!() + 1;
        because!(why, "picked {}", 3);
        assert_eq!(why.remarks[0].line, here);
        assert!(why.remarks[0].file.ends_with("explanation.rs"));
        assert_eq!(why.sentence(), "picked 3");
    }
}

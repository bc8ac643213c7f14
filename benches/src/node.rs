//! A Node process with the contestants that live there: Wasm and JavaScript. One line asks, one line answers.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running Node.
pub struct Node {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Node {
    /// Starts one with the Wasm module in `folder`.
    pub fn start(folder: &str) -> Result<Self, String> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/js/child.mjs");
        let mut child = Command::new("node")
            .args([script, folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("node cannot be started: {error}"))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(answers)) => Ok(Self { child, ask, answers: BufReader::new(answers) }),
            _ => Err("node has no pipes".to_owned()),
        }
    }

    /// Asks for a contestant's run; its seconds, and a second number whose meaning the contestant decides.
    pub fn ask(&mut self, contestant: &str, seed: u32, customers: u32) -> Result<(f64, f64), String> {
        let wrong = |what: &str| format!("node, asked for {contestant}: {what}");
        writeln!(self.ask, "{contestant} {seed} {customers}").map_err(|error| wrong(&error.to_string()))?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|error| wrong(&error.to_string()))?;
        let numbers: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        match numbers[..] {
            [first, second] => Ok((first, second)),
            _ => Err(wrong(&format!("“{line}” is no answer"))),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It ends by itself when nobody asks any more; if it does not, it is none of ours to keep.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

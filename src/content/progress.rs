//! What is remembered of a learner: guesses, answers, ticks, scores, and when a question is due again.
//!
//! Days are counted from the first of January 1970 and come in as arguments, since nothing here knows the date. The
//! page keeps it as text on the machine; a learner may take that text elsewhere. Knows no page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the text.
pub const VERSION: u32 = 1;

/// After so many days a card of each box comes back: roughly doubling, as Leitner's boxes do.
pub const DAYS: [u32; 6] = [1, 3, 7, 16, 35, 80];

/// Everything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The version of the text; see [`VERSION`].
    pub headroom: u32,
    /// By `lesson/key` and the like.
    #[serde(default)]
    pub texts: BTreeMap<String, Text>,
    /// By `walkthrough/key` or `lesson/key/quiz`.
    #[serde(default)]
    pub cards: BTreeMap<String, Card>,
    /// Mock interviews, the oldest first.
    #[serde(default)]
    pub interviews: Vec<Interview>,
}

/// What is remembered of one text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Text {
    /// It was read to its end.
    pub done: bool,
    /// Guesses, as the page writes them, by the name of the prediction.
    pub guesses: BTreeMap<String, Guess>,
    /// The number of the answer chosen first, by the name of the quiz.
    pub answers: BTreeMap<String, u32>,
    /// Tasks that were done.
    pub tasks: Vec<String>,
    /// What the learner wrote.
    pub notes: BTreeMap<String, String>,
    /// What of the rubric was in the answer.
    pub rubric: Vec<u32>,
    /// Passes through a walkthrough: the next one shows less.
    pub passes: u32,
    /// The best score, and the link that reached it.
    pub best: Option<(u32, String)>,
}

/// A guess.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Guess {
    /// The number of the choice.
    Choice(u32),
    /// The numbers of the items, in the order guessed.
    Order(Vec<u32>),
    /// A number.
    Number(f64),
    /// A number for each value.
    Curve(Vec<f64>),
    /// The learner wanted to see first.
    Skipped,
}

/// A question that comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its box: an index into [`DAYS`].
    pub stage: u8,
    /// The day on which it is due.
    pub due: u32,
}

/// A mock interview that was finished.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interview {
    /// The day.
    pub day: u32,
    /// Each question with the learner's own mark: 0 weak, 1 good, 2 strong.
    pub marks: Vec<(String, u8)>,
    /// How long it took, in seconds.
    pub seconds: u32,
}

impl Default for Progress {
    fn default() -> Self {
        Self { headroom: VERSION, texts: BTreeMap::new(), cards: BTreeMap::new(), interviews: Vec::new() }
    }
}

impl Progress {
    /// What is remembered of `text`; nothing yet is all empty.
    #[must_use]
    pub fn text(&self, text: &str) -> Text {
        self.texts.get(text).cloned().unwrap_or_default()
    }

    /// A card was answered on `today`: right moves it a box on, wrong back to the first.
    pub fn answered(&mut self, card: &str, right: bool, today: u32) {
        let last = DAYS.len() - 1;
        let stage = match self.cards.get(card) {
            Some(before) if right => usize::from(before.stage).saturating_add(1).min(last),
            _ => 0,
        };
        // At most five.
        self.cards.insert(card.to_owned(), Card { stage: stage as u8, due: today.saturating_add(DAYS[stage]) });
    }

    /// The cards that are due on `today`, the longest overdue first.
    #[must_use]
    pub fn due(&self, today: u32) -> Vec<&str> {
        let mut due: Vec<_> = self.cards.iter().filter(|(_, card)| card.due <= today).collect();
        due.sort_by_key(|(key, card)| (card.due, key.as_str()));
        due.into_iter().map(|(key, _)| key.as_str()).collect()
    }

    /// The day of the next card that is not due yet.
    #[must_use]
    pub fn next_due(&self, today: u32) -> Option<u32> {
        self.cards.values().map(|card| card.due).filter(|due| *due > today).min()
    }

    /// Puts `other` and this together, as after learning on two machines: nothing that was done is lost, and where the
    /// two differ the one that knows more stays.
    pub fn merge(&mut self, other: Self) {
        for (key, theirs) in other.texts {
            let mine = self.texts.entry(key).or_default();
            mine.done |= theirs.done;
            mine.passes = mine.passes.max(theirs.passes);
            for (name, guess) in theirs.guesses {
                mine.guesses.entry(name).or_insert(guess);
            }
            for (name, answer) in theirs.answers {
                mine.answers.entry(name).or_insert(answer);
            }
            for (name, note) in theirs.notes {
                mine.notes.entry(name).or_insert(note);
            }
            let tasks = theirs.tasks.into_iter().filter(|task| !mine.tasks.contains(task)).collect::<Vec<_>>();
            mine.tasks.extend(tasks);
            if mine.rubric.len() < theirs.rubric.len() {
                mine.rubric = theirs.rubric;
            }
            let points = |best: &Option<(u32, String)>| best.as_ref().map(|(points, _)| *points);
            if points(&mine.best) < points(&theirs.best) {
                mine.best = theirs.best;
            }
        }
        for (key, theirs) in other.cards {
            let mine = self.cards.entry(key).or_insert(theirs);
            if (theirs.stage, theirs.due) > (mine.stage, mine.due) {
                *mine = theirs;
            }
        }
        for interview in other.interviews {
            if !self.interviews.contains(&interview) {
                self.interviews.push(interview);
            }
        }
        self.interviews.sort_by_key(|interview| interview.day);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_answers_come_back_later_and_later_and_a_wrong_one_tomorrow() {
        let mut progress = Progress::default();
        let mut today = 100;
        for days in [1, 3, 7, 16, 35, 80, 80] {
            progress.answered("x", true, today);
            assert_eq!(progress.cards["x"].due, today + days);
            assert!(progress.due(today + days - 1).is_empty());
            today += days;
            assert_eq!(progress.due(today), ["x"]);
        }
        progress.answered("x", false, today);
        assert_eq!(progress.cards["x"], Card { stage: 0, due: today + 1 });
    }

    #[test]
    fn the_longest_overdue_comes_first_and_the_next_day_is_known() {
        let mut progress = Progress::default();
        progress.answered("b", true, 10);
        progress.answered("a", true, 9);
        progress.answered("c", true, 20);
        assert_eq!(progress.due(15), ["a", "b"]);
        assert_eq!(progress.next_due(15), Some(21));
    }

    #[test]
    fn merging_loses_nothing_that_was_done() {
        let mut mine = Progress::default();
        mine.answered("x", true, 10);
        mine.texts.insert(
            "lesson/l".into(),
            Text { tasks: vec!["a".into()], best: Some((40, "p".into())), ..Text::default() },
        );
        let mut theirs = mine.clone();
        theirs.answered("x", true, 11);
        let text = theirs.texts.entry("lesson/l".into()).or_default();
        (text.done, text.best) = (true, Some((60, "q".into())));
        text.tasks.push("b".into());
        let before = theirs.clone();
        mine.merge(theirs);
        assert_eq!(mine, before);
        mine.merge(Progress::default());
        assert_eq!(mine, before);
    }
}

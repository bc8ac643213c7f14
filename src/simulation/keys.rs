//! What keys look like: counted numbers, Snowflakes, UUIDs, names. How they are made decides what a map of keys does.
//!
//! A [`Mint`] makes identifiers, seeded and in the order of creation: first a working set that exists when the run
//! begins, then further ones while it goes on. Which of them a request asks for is not its business (see
//! [`super::popularity`]), nor is where they are kept.

use super::streams::Stream;
use crate::basics::Nanos;
use crate::basics::maths;
use crate::basics::randomness::Randomness;
use crate::choices;

choices! {
    /// What identifiers look like.
    pub enum Identifiers {
        /// A sequence of a database counts them: those in use lie evenly between 0 and 100 million, new ones beyond.
        Counted = "counted", "Counted";
        /// As counted, but only odd numbers, as one of two masters that share a sequence hands them out.
        Odd = "odd", "Odd numbers";
        /// 41 bits of milliseconds, 10 bits of machine, 12 bits that count within the millisecond.
        Snowflake = "snowflake", "Snowflakes";
        /// Anywhere in the key space at random, as UUIDs of version 4 are.
        Uuid = "uuid", "UUIDs";
        /// Words in their alphabetical order, as uneven as the letters of English; the key is the place in a dictionary.
        Names = "names", "Names";
    }
}

/// All identifiers but Snowflakes that exist when a run begins lie below this: the 100 million users of document 003.
pub const KEY_SPACE: u64 = 100_000_000;

/// Milliseconds from the Snowflakes' own beginning (4 November 2010) to a day in November 2023.
const SNOWFLAKE_TODAY: u64 = 1_700_000_000_000 - 1_288_834_974_657;

/// The machine that makes our Snowflakes.
const SNOWFLAKE_MACHINE: u64 = 7;

/// How often each letter stands in English text, in thousandths of a per cent. Source: Lewand, “Cryptological
/// mathematics” (2000), section 1.3.
const LETTERS: [u32; 26] = [
    8_167, 1_492, 2_782, 4_253, 12_702, 2_228, 2_015, 6_094, 6_966, 153, 772, 4_025, 2_406, 6_749, 7_507, 1_929, 95,
    5_987, 6_327, 9_056, 2_758, 978, 2_360, 150, 1_974, 74,
];

/// Letters that decide about the place of a name; 26⁸ places are far more than there are names.
const LETTERS_OF_A_NAME: u32 = 8;

/// Makes identifiers.
#[derive(Clone, Debug)]
pub struct Mint {
    identifiers: Identifiers,
    stream: Stream,
    /// How many were made since the run began.
    made: u64,
    /// Snowflakes: the millisecond in which the run begins, the last one in which one was made, and how many then.
    begin: u64,
    millisecond: u64,
    counter: u64,
}

impl Mint {
    /// A mint, and the `keys` identifiers that it made before the run began, in the order of creation. Snowflakes
    /// were made at `rate` a second, at random times; the other kinds know no time.
    #[must_use]
    pub fn with_working_set(identifiers: Identifiers, keys: u32, rate: f64, stream: Stream) -> (Self, Vec<u64>) {
        let mut mint =
            Self { identifiers, stream, made: 0, begin: SNOWFLAKE_TODAY, millisecond: SNOWFLAKE_TODAY, counter: 0 };
        let mut time = 0.0;
        let mut made = Vec::with_capacity(keys as usize);
        for index in 0..keys {
            made.push(match identifiers {
                Identifiers::Counted => mint.counted_before(index, keys),
                Identifiers::Odd => mint.counted_before(index, keys) | 1,
                Identifiers::Snowflake => {
                    time -= maths::ln(1.0 - mint.stream.unit()) * 1_000.0 / rate;
                    mint.snowflake(SNOWFLAKE_TODAY + time as u64)
                }
                Identifiers::Uuid => mint.anywhere(),
                Identifiers::Names => mint.name(),
            });
        }
        mint.begin = mint.millisecond + 1;
        (mint, made)
    }

    /// The next identifier, made at `now`.
    pub fn next(&mut self, now: Nanos) -> u64 {
        let number = self.made;
        self.made += 1;
        match self.identifiers {
            Identifiers::Counted => KEY_SPACE + number,
            Identifiers::Odd => (KEY_SPACE + 2 * number) | 1,
            Identifiers::Snowflake => self.snowflake(self.begin + now.0 / Nanos::MILLISECOND.0),
            Identifiers::Uuid => self.anywhere(),
            Identifiers::Names => self.name(),
        }
    }

    /// One of the numbers counted so far that is still in use: one in every equal part of the key space.
    fn counted_before(&mut self, index: u32, keys: u32) -> u64 {
        let place = (f64::from(index) + self.stream.unit()) / f64::from(keys);
        ((KEY_SPACE as f64 * place) as u64).min(KEY_SPACE - 1)
    }

    fn snowflake(&mut self, millisecond: u64) -> u64 {
        self.counter = if millisecond == self.millisecond { (self.counter + 1) % 4_096 } else { 0 };
        self.millisecond = millisecond;
        millisecond << 22 | SNOWFLAKE_MACHINE << 12 | self.counter
    }

    fn anywhere(&mut self) -> u64 {
        u64::from(self.stream.below(KEY_SPACE as u32))
    }

    fn name(&mut self) -> u64 {
        let all: u32 = LETTERS.iter().sum();
        let mut place = 0_u64;
        for _ in 0..LETTERS_OF_A_NAME {
            let mut left = self.stream.below(all);
            let mut letter = 0;
            while left >= LETTERS[letter] {
                left -= LETTERS[letter];
                letter += 1;
            }
            place = place * 26 + letter as u64;
        }
        let places = (0..LETTERS_OF_A_NAME).fold(1_u128, |places, _| places * 26);
        // Below the key space, so it fits.
        (u128::from(place) * u128::from(KEY_SPACE) / places) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: u32 = 20_000;

    fn made(identifiers: Identifiers, rate: f64) -> (Mint, Vec<u64>) {
        Mint::with_working_set(identifiers, KEYS, rate, Stream::new(3, 9))
    }

    #[test]
    fn the_working_set_lies_in_the_key_space_and_new_keys_where_they_belong() {
        for identifiers in [Identifiers::Counted, Identifiers::Odd, Identifiers::Uuid, Identifiers::Names] {
            let (mut mint, keys) = made(identifiers, 100.0);
            assert_eq!(keys.len(), KEYS as usize);
            assert!(keys.iter().all(|&key| key < KEY_SPACE), "{identifiers:?}");
            let rising = matches!(identifiers, Identifiers::Counted | Identifiers::Odd);
            assert_eq!(keys.is_sorted(), rising, "{identifiers:?}");
            let newer: Vec<u64> = (0..1_000).map(|_| mint.next(Nanos::SECOND)).collect();
            assert_eq!(newer.iter().all(|&key| key >= KEY_SPACE), rising);
            assert_eq!(newer.is_sorted(), rising);
        }
        assert!(made(Identifiers::Odd, 100.0).1.iter().all(|key| key % 2 == 1));
    }

    /// The first Snowflake of a millisecond ends in 0: at a tenth in each millisecond, (1 − e^−0.1)/0.1 of all do.
    #[test]
    fn most_snowflakes_end_in_zero_unless_they_come_fast() {
        let share = |rate: f64| {
            let ending = made(Identifiers::Snowflake, rate).1.iter().filter(|&key| key % 4 == 0).count();
            ending as f64 / f64::from(KEYS)
        };
        let expected = (1.0 - maths::exp(-0.1)) / 0.1;
        // Four standard deviations of a share of so many keys.
        let chance = 4.0 * (expected * (1.0 - expected) / f64::from(KEYS)).sqrt();
        assert!((share(100.0) - expected).abs() < chance, "{} for {expected}", share(100.0));
        assert!(share(20_000.0) < 0.35, "with twenty in each millisecond all endings occur: {}", share(20_000.0));
    }

    #[test]
    fn snowflakes_rise_strictly_and_go_on_rising_during_the_run() {
        let (mut mint, mut keys) = made(Identifiers::Snowflake, 100.0);
        keys.extend([0, 0, 0, 1, 1, 700].map(|milliseconds| mint.next(Nanos::from_millis(milliseconds))));
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(keys[KEYS as usize + 2] % 4_096, 2, "the third of one millisecond");
    }

    /// E stands first in an eighth of all names, and Z in one of 1,350.
    #[test]
    fn names_are_as_uneven_as_letters() {
        let names = made(Identifiers::Names, 100.0).1;
        let beginning = |letter: u64| {
            let first = |&&key: &&u64| key * 26 / KEY_SPACE == letter;
            names.iter().filter(first).count() as f64 / f64::from(KEYS)
        };
        let chance = |share: f64| 4.0 * (share * (1.0 - share) / f64::from(KEYS)).sqrt();
        assert!((beginning(4) - 0.127).abs() < chance(0.127), "{}", beginning(4));
        assert!((beginning(25) - 0.0007).abs() < chance(0.0007), "{}", beginning(25));
    }

    #[test]
    fn equal_seeds_make_equal_keys() {
        for identifiers in [Identifiers::Counted, Identifiers::Snowflake, Identifiers::Uuid, Identifiers::Names] {
            assert_eq!(made(identifiers, 100.0).1, made(identifiers, 100.0).1);
        }
    }
}

//! Takes the text of a condition apart into tokens.

use super::Mistake;
use crate::basics::Nanos;
use crate::basics::parameters::number;
use crate::labs::results::Unit;

/// A token, and the bytes of the text that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// In seconds for a time, as a part of one for per cent.
    Number(f64, Unit),
    /// A measure, perhaps with its lane; or `within`.
    Name(String),
    /// One of [`SIGNS`].
    Sign(&'static str),
    /// After the last one.
    End,
}

/// Longer ones first, so that `<=` is not read as `<`.
const SIGNS: [&str; 17] = ["<=", ">=", "==", "!=", "&&", "||", "<", ">", "~", "!", "+", "-", "*", "/", "(", ")", "±"];

/// The column of byte `at` of `text`, in characters from 1.
pub fn column(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| before.chars().count() + 1)
}

/// All tokens of `text`, the end included.
pub fn tokens(text: &str) -> Result<Vec<Token>, Mistake> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let rest = &text[at..];
        let (length, kind) = if first.is_ascii_digit() {
            let length = word(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '%' | 'µ'));
            let (value, unit) = literal(&rest[..length]).ok_or_else(|| Mistake {
                column: column(text, at),
                sentence: format!("“{}” is not a number, as 3, 200ms or 5%", &rest[..length]),
            })?;
            (length, Kind::Number(value, unit))
        } else if first.is_ascii_alphabetic() {
            let length = word(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '@'));
            (length, Kind::Name(rest[..length].to_owned()))
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (sign.len(), Kind::Sign(sign))
        } else {
            let sentence = format!("“{first}” means nothing here");
            return Err(Mistake { column: column(text, at), sentence });
        };
        tokens.push(Token { start: at, end: at + length, kind });
        at += length;
    }
    tokens.push(Token { start: text.len(), end: text.len(), kind: Kind::End });
    Ok(tokens)
}

/// How many bytes at the start of `text` belong to a word of these characters.
fn word(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn literal(text: &str) -> Option<(f64, Unit)> {
    if let Some(percent) = text.strip_suffix('%') {
        return number(percent).map(|percent| (percent / 100.0, Unit::Share));
    }
    match number(text) {
        Some(plain) => Some((plain, Unit::Plain)),
        None => Nanos::read(text).ok().map(|time| (time.seconds(), Unit::Time)),
    }
}

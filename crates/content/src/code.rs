//! A source file as the Code tab shows it: its header as prose, then its lines with spans of a few classes.
//!
//! The compiler's own lexer cuts the text into tokens, so nothing is guessed about strings, comments and lifetimes; what
//! a name is (keyword, type, function, macro) follows from the name and what stands after it. The class of a span is
//! one letter; the colours are in `static/styles/tabs.css`, so every theme has its own.

use anyhow::{Result, ensure};
use ra_ap_rustc_lexer::{FrontmatterAllowed, LiteralKind, Token, TokenKind, tokenize};
use serde_json::{Value, json};

use crate::{escaped, prose};

/// Words that mean something to the language.
const KEYWORDS: [&str; 36] = [
    "as", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "fn", "for", "if", "impl", "in",
    "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self", "static", "struct", "super",
    "trait", "type", "unsafe", "use", "where", "while", "async", "await",
];
/// Types whose names are lower case.
const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

/// `file` with the text `text`: `{file, prose, first, lines}`, where `first` is the number of the first line.
///
/// # Errors
/// When there is no header.
pub fn compile(file: &str, text: &str) -> Result<Value> {
    let header: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
    ensure!(!header.is_empty(), "the file has no header (//! …) to be shown as prose");
    let blank = text.lines().skip(header.len()).take_while(|line| line.trim().is_empty()).count();
    let skipped = header.len() + blank;
    let markdown: String = header.iter().map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect();
    let lines = lines(text).split_off(skipped);
    Ok(json!({ "file": file, "prose": prose::of_source(&markdown), "first": skipped + 1, "lines": lines }))
}

/// Every line of `text` as HTML.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = Spans::default();
    let tokens: Vec<Token> = tokenize(text, FrontmatterAllowed::No).collect();
    let mut from = 0;
    for (index, token) in tokens.iter().enumerate() {
        let piece = &text[from..from + token.len as usize];
        from += token.len as usize;
        let class = class(&tokens, index, piece);
        // A comment or a string may go over several lines.
        for (part, content) in piece.split('\n').enumerate() {
            if part > 0 {
                lines.push(core::mem::take(&mut line).html());
            }
            line.push(class, content);
        }
    }
    if !text.ends_with('\n') {
        lines.push(line.html());
    }
    lines
}

/// Comment, string, number, keyword, function, macro, type, lifetime; nothing for the rest.
fn class(tokens: &[Token], index: usize, piece: &str) -> &'static str {
    match tokens[index].kind {
        TokenKind::LineComment { .. } | TokenKind::BlockComment { .. } => "c",
        TokenKind::Literal { kind: LiteralKind::Int { .. } | LiteralKind::Float { .. }, .. } => "n",
        TokenKind::Literal { .. } => "s",
        TokenKind::Lifetime { .. } => "l",
        TokenKind::Ident if matches!(piece, "true" | "false") => "n",
        TokenKind::Ident if KEYWORDS.contains(&piece) => "k",
        TokenKind::Ident if PRIMITIVES.contains(&piece) || piece.starts_with(|c: char| c.is_ascii_uppercase()) => "t",
        TokenKind::Ident => match tokens.get(index + 1).map(|token| token.kind) {
            Some(TokenKind::OpenParen) => "f",
            // Not `a != b`: there a space or the other operand comes first, never the name.
            Some(TokenKind::Bang) if tokens.get(index + 2).is_some_and(|next| next.kind != TokenKind::Eq) => "m",
            _ if follows_fn(tokens, index) => "f",
            _ => "",
        },
        _ => "",
    }
}

/// Whether the name at `index` stands after `fn`: functions with type parameters have no parenthesis behind the name.
fn follows_fn(tokens: &[Token], index: usize) -> bool {
    let generic = tokens.get(index + 1).is_some_and(|token| token.kind == TokenKind::Lt);
    let [.., word, space] = &tokens[..index] else { return false };
    generic && space.kind == TokenKind::Whitespace && word.kind == TokenKind::Ident && word.len == 2
}

/// Pieces of one line; neighbours of one class are joined.
#[derive(Default)]
struct Spans(Vec<(&'static str, String)>);

impl Spans {
    fn push(&mut self, class: &'static str, text: &str) {
        let text = text.trim_end_matches('\r');
        // Space has no colour: it goes with what stands before it.
        let blank = text.trim().is_empty();
        match self.0.last_mut() {
            Some((last, piece)) if *last == class || blank => piece.push_str(text),
            _ if text.is_empty() => {}
            _ => self.0.push((class, text.to_owned())),
        }
    }

    fn html(self) -> String {
        let piece = |(class, text): (&str, String)| match class {
            "" => escaped(&text),
            class => format!("<span class=\"{class}\">{}</span>", escaped(&text)),
        };
        self.0.into_iter().map(piece).collect()
    }
}

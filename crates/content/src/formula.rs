//! Formulas: LaTeX to MathML, when the content is built. Browsers draw it themselves, so no page needs a program for it.

use anyhow::{Result, anyhow, ensure};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, mathml::push_mathml};

/// `tex` as MathML, displayed.
///
/// # Errors
/// What is wrong with it.
pub fn mathml(tex: &str) -> Result<String> {
    let storage = Storage::new();
    let events: Vec<_> = Parser::new(tex, &storage).collect();
    if let Some(error) = events.iter().find_map(|event| event.as_ref().err()) {
        return Err(anyhow!("{error}"));
    }
    let mut output = String::new();
    let config = RenderConfig { display_mode: DisplayMode::Block, ..RenderConfig::default() };
    push_mathml(&mut output, events.into_iter(), config)?;
    ensure!(output.starts_with("<math") && !output.contains("<merror"), "it is not understood");
    Ok(output)
}

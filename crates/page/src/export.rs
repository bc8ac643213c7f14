//! A run as JSON, in the form that the terminal program writes: the scenario's text is the truth, the figures follow
//! from it up to the playhead.

use headroom::scenario::Scenario;
use headroom::session::Player;
use js_sys::{JSON, Reflect};

use crate::tabs::numbers::snapshot;

/// The scenario and what was measured up to the playhead.
#[must_use]
pub fn to_json(player: &Player) -> String {
    snapshot(player).json(false)
}

/// The scenario in `text`: JSON with a `scenario`, or the text or link itself.
///
/// # Errors
/// A sentence that says what was expected.
pub fn from_text(text: &str) -> Result<(Scenario, Vec<String>), String> {
    let text = text.trim();
    let scenario = if text.starts_with('{') {
        let value = JSON::parse(text).map_err(|_| "This is no complete JSON.".to_owned())?;
        let field = Reflect::get(&value, &"scenario".into()).ok().and_then(|field| field.as_string());
        field.ok_or("The JSON has no field “scenario” with a text.")?
    } else {
        text.to_owned()
    };
    let (scenario, notices) = Scenario::read(&scenario).map_err(|notice| notice.sentence)?;
    Ok((scenario, notices.into_iter().map(|notice| notice.sentence).collect()))
}

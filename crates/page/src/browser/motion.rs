//! Whether things may move by themselves.

/// Whether the person, or the parameters of an embed, ask for little motion.
#[must_use]
pub fn reduced() -> bool {
    match super::root().and_then(|root| root.get_attribute("data-motion")).as_deref() {
        Some("reduce") => true,
        Some("full") => false,
        _ => super::window()
            .and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten())
            .is_some_and(|query| query.matches()),
    }
}

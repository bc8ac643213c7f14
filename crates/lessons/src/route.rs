//! Which page an address asks for. Addresses of other programs are none of ours.

use crate::browser;

/// A page of the lessons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The list of lessons.
    Lessons,
    /// A lesson.
    Lesson(String),
    /// The questions, and what is due.
    Interview,
    /// A walkthrough.
    Walkthrough(String),
    /// A mock interview.
    Mock,
    /// The cards that are due.
    Review,
    /// The list of exercises.
    Exercises,
    /// An exercise, and perhaps the scenario of a solution.
    Exercise(String, Option<String>),
    /// What is remembered.
    Progress,
    /// A page of another program.
    Elsewhere,
}

impl Route {
    /// The route of a fragment with its `#`; `None` for a place on the page.
    #[must_use]
    pub fn read(fragment: &str) -> Option<Self> {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        if fragment.is_empty() {
            return Some(Self::Elsewhere);
        }
        let rest = fragment.strip_prefix('/')?;
        let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
        Some(match (name, rest) {
            ("lessons", "") | ("lesson", "") => Self::Lessons,
            ("lesson", key) => Self::Lesson(key.to_owned()),
            ("interview", "") => Self::Interview,
            ("interview", "mock") => Self::Mock,
            ("interview", "review") => Self::Review,
            ("interview", key) => Self::Walkthrough(key.to_owned()),
            ("exercises", "") | ("exercise", "") => Self::Exercises,
            ("exercise", rest) => match rest.split_once('/') {
                Some((key, scenario)) => Self::Exercise(key.to_owned(), Some(scenario.to_owned())),
                None => Self::Exercise(rest.to_owned(), None),
            },
            ("progress", _) => Self::Progress,
            _ => Self::Elsewhere,
        })
    }

    /// The route that the window shows.
    #[must_use]
    pub fn current() -> Option<Self> {
        Self::read(&browser::window()?.location().hash().ok()?)
    }

    /// The link in the navigation that this page belongs to.
    #[must_use]
    pub fn part(&self) -> Option<&'static str> {
        match self {
            Self::Lessons | Self::Lesson(_) => Some("#/lessons"),
            Self::Interview | Self::Walkthrough(_) | Self::Mock | Self::Review => Some("#/interview"),
            Self::Exercises | Self::Exercise(..) => Some("#/exercises"),
            Self::Progress | Self::Elsewhere => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_address_and_the_rest_is_elsewhere() {
        let read = |fragment: &str| Route::read(fragment).unwrap();
        assert_eq!(read("#/lessons"), Route::Lessons);
        assert_eq!(read("#/lesson/why-averages-lie"), Route::Lesson("why-averages-lie".into()));
        assert_eq!(read("#/interview/mock"), Route::Mock);
        assert_eq!(read("#/interview/sharding"), Route::Walkthrough("sharding".into()));
        let link = "locks?policy=modulo&at=1s:slow:0:2x";
        assert_eq!(read(&format!("#/exercise/locks/{link}")), Route::Exercise("locks".into(), Some(link.into())));
        assert_eq!(read("#/lab/balancing"), Route::Elsewhere);
        assert_eq!(Route::read("#main"), None);
    }
}

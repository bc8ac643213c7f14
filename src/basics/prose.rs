//! What only people read: sentences about labs, policies, parameters. They stand where the thing that they are about is
//! declared; which programs carry them is decided here, once.
//!
//! The terminal, the tests and the compiler of the content link this library with the feature `prose` and read every
//! text. The programs of the browser link it without: there a [`Prose`] has no size and cannot be read, and the page
//! fetches the same texts from what the compiler of the content wrote (`crates/content/src/labs.rs`). A program without
//! them that tries to read one does not compile.
//!
//! It knows no text. Read next: [`super::parameters`], whose declarations have one each.

#[cfg(not(feature = "prose"))]
use core::marker::PhantomData;

/// Something that is there to be read: a sentence, or a table of such things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prose<T = &'static str> {
    #[cfg(feature = "prose")]
    read: T,
    #[cfg(not(feature = "prose"))]
    left_out: PhantomData<T>,
}

/// Declares `read` as something that only people read.
#[must_use]
pub const fn prose<T: Copy>(read: T) -> Prose<T> {
    #[cfg(feature = "prose")]
    {
        Prose { read }
    }
    #[cfg(not(feature = "prose"))]
    {
        let _ = read;
        Prose { left_out: PhantomData }
    }
}

#[cfg(feature = "prose")]
impl<T> core::ops::Deref for Prose<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.read
    }
}

#[cfg(feature = "prose")]
impl core::fmt::Display for Prose {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self.read, formatter)
    }
}

//! What is underway, in places that are used again: nothing is allocated once a run has reached its greatest load, and a
//! copy for a checkpoint is two straight copies of memory.
//!
//! A timer may outlive what it was set for. So a place counts how often it was used; a timer keeps the count and is stale
//! when the place has another. Knows nothing of what it holds. Read next: a lab's `journey.rs`, where places are used.

/// Values by number.
#[derive(Clone, Debug)]
pub struct Arena<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Place<T> {
    value: T,
    /// How often it was used before.
    generation: u32,
    taken: bool,
}

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Arena<T> {
    /// Puts `value` in and returns its number.
    #[inline]
    pub fn put(&mut self, value: T) -> u32 {
        match self.free.pop() {
            Some(number) => {
                let place = &mut self.places[number as usize];
                *place = Place { value, generation: place.generation.wrapping_add(1), taken: true };
                number
            }
            None => {
                self.places.push(Place { value, generation: 0, taken: true });
                // Underway at once; memory ends long before 32 bits do.
                self.places.len() as u32 - 1
            }
        }
    }

    /// Gives the place `number` back. What stood there stays readable until the place is used again.
    #[inline]
    pub fn free(&mut self, number: u32) {
        self.places[number as usize].taken = false;
        self.free.push(number);
    }

    /// What stands, or stood last, at `number`.
    #[inline]
    #[must_use]
    pub fn get(&self, number: u32) -> &T {
        &self.places[number as usize].value
    }

    /// What stands at `number`, to be changed.
    #[inline]
    pub fn get_mut(&mut self, number: u32) -> &mut T {
        &mut self.places[number as usize].value
    }

    /// To be kept by a timer that is about what stands at `number` now.
    #[inline]
    #[must_use]
    pub fn generation(&self, number: u32) -> u32 {
        self.places[number as usize].generation
    }

    /// What stands at `number`, if it is still what stood there in `generation`.
    #[inline]
    #[must_use]
    pub fn still(&self, number: u32, generation: u32) -> Option<&T> {
        let place = &self.places[number as usize];
        (place.taken && place.generation == generation).then_some(&place.value)
    }

    /// Everything that is in, with its number.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let numbered = self.places.iter().enumerate();
        numbered.filter(|(_, place)| place.taken).map(|(number, place)| (number as u32, &place.value))
    }

    /// Bytes that a copy takes, without what the values themselves point to.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.places.len() * size_of::<Place<T>>() + self.free.len() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_used_again_and_a_late_timer_finds_nothing() {
        let mut arena = Arena::default();
        let first = arena.put("first");
        let kept = arena.generation(first);
        assert_eq!(arena.still(first, kept), Some(&"first"));
        arena.free(first);
        assert_eq!(arena.still(first, kept), None, "free");
        assert_eq!(arena.put("second"), first, "the place is used again");
        assert_eq!(arena.still(first, kept), None, "used again");
        assert_eq!(arena.still(first, arena.generation(first)), Some(&"second"));
    }

    #[test]
    fn only_what_is_in_is_listed() {
        let mut arena = Arena::default();
        let numbers = [10, 11, 12].map(|value| arena.put(value));
        arena.free(numbers[1]);
        assert_eq!(arena.iter().collect::<Vec<_>>(), [(numbers[0], &10), (numbers[2], &12)]);
    }
}

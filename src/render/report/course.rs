//! How much was changed over a run, in the order of its pages.

/// How many stretches a run is divided into at most.
const STRETCHES: usize = 96;

/// A run in stretches of equally many pages: as many stretches as there are pages in a short run, and never more than a fixed
/// number; when it is reached, stretches are joined two by two.
#[derive(Debug)]
pub(super) struct Course {
    /// Pages in each stretch; the last may have fewer.
    pub(super) width: u64,
    pub(super) stretches: Vec<Stretch>,
}

/// Some pages in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stretch {
    pages: u64,
    /// Characters of their source texts.
    pub(super) chars: u64,
    /// Characters that each filter removed or wrote, in the order of the filters.
    pub(super) changed: Vec<u64>,
}

impl Default for Course {
    fn default() -> Self {
        Self { width: 1, stretches: Vec::new() }
    }
}

impl Course {
    /// Adds the next page.
    pub(super) fn add(&mut self, chars: u64, changed: &[u64]) {
        let page = Stretch { pages: 1, chars, changed: changed.to_vec() };
        if let Some(last) = self.stretches.last_mut().filter(|last| last.pages < self.width) {
            return last.join(&page);
        }
        if self.stretches.len() == STRETCHES {
            self.halve();
        }
        self.stretches.push(page);
    }

    /// Joins stretches two by two.
    fn halve(&mut self) {
        let mut joined: Vec<Stretch> = Vec::with_capacity(STRETCHES);
        for (number, stretch) in self.stretches.drain(..).enumerate() {
            match joined.last_mut().filter(|_| number % 2 == 1) {
                Some(first) => first.join(&stretch),
                None => joined.push(stretch),
            }
        }
        self.stretches = joined;
        self.width *= 2;
    }
}

impl Stretch {
    fn join(&mut self, more: &Self) {
        self.pages += more.pages;
        self.chars += more.chars;
        for (sum, more) in self.changed.iter_mut().zip(&more.changed) {
            *sum += more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_in_one_of_a_bounded_number_of_stretches() {
        for pages in [0, 1, 95, 96, 97, 1000, 12_345] {
            let mut course = Course::default();
            (0..pages).for_each(|number| course.add(number, &[1, 2]));
            assert!(course.stretches.len() <= STRETCHES);
            assert_eq!(course.stretches.iter().map(|stretch| stretch.changed[1]).sum::<u64>(), 2 * pages);
            assert_eq!(course.stretches.iter().map(|stretch| stretch.chars).sum::<u64>(), (0..pages).sum::<u64>());
            let (last, full) = course.stretches.split_last().map_or((0, &[][..]), |(last, full)| (last.pages, full));
            assert!(last <= course.width && full.iter().all(|stretch| stretch.pages == course.width));
        }
    }
}

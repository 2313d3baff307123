//! Sets of characters, asked for each character of a text.

/// A set of characters of the basic plane: one bit each.
#[derive(Clone, Debug)]
pub(crate) struct CharacterSet(Box<[u64; 1024]>);

impl CharacterSet {
    /// The characters of the basic plane for which this holds.
    pub(crate) fn of(holds: impl Fn(char) -> bool) -> Self {
        let mut bits = Box::new([0; 1024]);
        for c in ('\0'..='\u{FFFF}').filter(|&c| holds(c)) {
            bits[c as usize / 64] |= 1 << (c as usize % 64);
        }
        Self(bits)
    }

    /// Whether it has a character; `None` beyond the basic plane.
    pub(crate) fn holds(&self, c: char) -> Option<bool> {
        let code = c as usize;
        self.0.get(code / 64).map(|bits| bits >> (code % 64) & 1 == 1)
    }
}

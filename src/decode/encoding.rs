//! The encodings a page can be in, and the names that pages call them.

/// A way to read bytes as characters.
///
/// Those that Chinese pages use are read by this module, character by character, so that damage can be repaired and every
/// character traced to its bytes. All others are read by `encoding_rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(pub(super) Kind);

/// Which decoder reads an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Utf8,
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
    /// GB 2312, GBK and GB 18030: each holds the one before.
    Gb18030,
    /// Big5 with the Hong Kong characters.
    Big5,
    /// GB 2312 in seven bits: `~{` and `~}` shift in and out.
    Hz,
    /// Whatever else `encoding_rs` knows.
    Foreign(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(Kind::Utf8);
    /// UTF-16, low byte first.
    pub const UTF_16LE: Self = Self(Kind::Utf16Le);
    /// UTF-16, high byte first.
    pub const UTF_16BE: Self = Self(Kind::Utf16Be);
    /// UTF-32, low byte first.
    pub const UTF_32LE: Self = Self(Kind::Utf32Le);
    /// UTF-32, high byte first.
    pub const UTF_32BE: Self = Self(Kind::Utf32Be);
    /// GB 18030, which also reads GB 2312 and GBK.
    pub const GB18030: Self = Self(Kind::Gb18030);
    /// Big5 with the Hong Kong characters.
    pub const BIG5: Self = Self(Kind::Big5);
    /// HZ, as in the newsgroups of the nineties.
    pub const HZ: Self = Self(Kind::Hz);

    /// The encoding that pages mean by `label`, in any case and with blanks around it.
    ///
    /// Labels of a subset give the superset, as in browsers: `gb2312` and `x-gbk` are GB 18030, `iso-8859-1` is windows-1252.
    /// `None` for a label that nobody knows.
    pub fn for_label(label: &str) -> Option<Self> {
        let label = label.trim().to_ascii_lowercase();
        let kind = match label.as_str() {
            "utf-16" | "utf-16le" | "utf16" | "utf16le" => Kind::Utf16Le,
            "utf-16be" | "utf16be" => Kind::Utf16Be,
            "utf-32" | "utf-32le" | "utf32" | "utf32le" => Kind::Utf32Le,
            "utf-32be" | "utf32be" => Kind::Utf32Be,
            "hz-gb-2312" | "hz" => Kind::Hz,
            "utf8mb4" | "utf_8" => Kind::Utf8,
            "cp936" | "ms936" | "windows-936" | "euc-cn" | "euccn" | "gb_18030" | "gb2312-80" => Kind::Gb18030,
            "cp950" | "ms950" | "windows-950" | "big-5" => Kind::Big5,
            other => Kind::of(encoding_rs::Encoding::for_label(other.as_bytes())?)?,
        };
        Some(Self(kind))
    }

    /// The canonical name: `UTF-8`, `GB18030`, `HZ-GB-2312` …
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Utf8 => "UTF-8",
            Kind::Utf16Le => "UTF-16LE",
            Kind::Utf16Be => "UTF-16BE",
            Kind::Utf32Le => "UTF-32LE",
            Kind::Utf32Be => "UTF-32BE",
            Kind::Gb18030 => "GB18030",
            Kind::Big5 => "Big5",
            Kind::Hz => "HZ-GB-2312",
            Kind::Foreign(encoding) => encoding.name(),
        }
    }

    /// The encoding whose byte order mark begins `bytes`, and the length of the mark.
    pub(super) fn of_mark(bytes: &[u8]) -> Option<(Self, usize)> {
        const MARKS: [(&[u8], Encoding); 6] = [
            (b"\xef\xbb\xbf", Encoding::UTF_8),
            (b"\xff\xfe\0\0", Encoding::UTF_32LE),
            (b"\0\0\xfe\xff", Encoding::UTF_32BE),
            (b"\xff\xfe", Encoding::UTF_16LE),
            (b"\xfe\xff", Encoding::UTF_16BE),
            (b"\x84\x31\x95\x33", Encoding::GB18030),
        ];
        MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(mark, encoding)| (*encoding, mark.len()))
    }

    /// Whether the encoding is one of those that Chinese pages use.
    pub(super) fn is_chinese(self) -> bool {
        !matches!(self.0, Kind::Foreign(_))
    }

    /// Bytes of one code unit: a reading can go out of step by fewer than that.
    pub(super) fn unit(self) -> usize {
        match self.0 {
            Kind::Utf16Le | Kind::Utf16Be => 2,
            Kind::Utf32Le | Kind::Utf32Be => 4,
            _ => 1,
        }
    }
}

impl Kind {
    /// The decoder for an encoding of `encoding_rs`; none for those that are no text.
    pub(super) fn of(encoding: &'static encoding_rs::Encoding) -> Option<Self> {
        if encoding == encoding_rs::REPLACEMENT || encoding == encoding_rs::X_USER_DEFINED {
            None
        } else if encoding == encoding_rs::UTF_8 {
            Some(Self::Utf8)
        } else if encoding == encoding_rs::UTF_16LE {
            Some(Self::Utf16Le)
        } else if encoding == encoding_rs::UTF_16BE {
            Some(Self::Utf16Be)
        } else if encoding == encoding_rs::GBK || encoding == encoding_rs::GB18030 {
            Some(Self::Gb18030)
        } else if encoding == encoding_rs::BIG5 {
            Some(Self::Big5)
        } else {
            Some(Self::Foreign(encoding))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Encoding;

    #[test]
    fn labels_of_subsets_give_the_superset() {
        for label in ["gb2312", " GBK ", "x-gbk", "gb18030", "GB_2312-80", "cp936", "chinese"] {
            assert_eq!(Encoding::for_label(label), Some(Encoding::GB18030), "{label}");
        }
        assert_eq!(Encoding::for_label("big5-hkscs"), Some(Encoding::BIG5));
        assert_eq!(Encoding::for_label("hz-gb-2312"), Some(Encoding::HZ));
        assert_eq!(Encoding::for_label("UTF-32BE"), Some(Encoding::UTF_32BE));
        assert_eq!(Encoding::for_label("iso-8859-1").map(Encoding::name), Some("windows-1252"));
        assert_eq!(Encoding::for_label("replacement"), None);
        assert_eq!(Encoding::for_label("{charset}"), None);
    }

    #[test]
    fn the_longer_mark_wins() {
        assert_eq!(Encoding::of_mark(b"\xff\xfe\0\0"), Some((Encoding::UTF_32LE, 4)));
        assert_eq!(Encoding::of_mark(b"\xff\xfeA\0"), Some((Encoding::UTF_16LE, 2)));
        assert_eq!(Encoding::of_mark(b"plain"), None);
    }
}

//! Gives back text that stands on the page in another spelling: entities, tags and escapes of programs that a scraper left,
//! and text whose bytes were read in the wrong encoding.
//!
//! What an escape stands for is certain; what is judged is whether it is damage, or is shown on purpose by a text that
//! talks about it. What mojibake stands for is judged by the language model, see `mojibake`.

mod breaks;
mod entities;
mod escapes;
mod mojibake;
mod quotes;
mod swallowed;
mod tags;
mod talk;

use crate::characters::CharacterSet;
use crate::cleaner::Lost;
use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
use crate::page::Page;

/// Decodes what was left escaped or was read wrongly.
pub struct Repair {
    lost: Lost,
    entity: RuleId,
    line_break: RuleId,
    escaped_quote: RuleId,
    unicode_escape: RuleId,
    percent_escape: RuleId,
    swallowed: RuleId,
    tag: RuleId,
}

impl Repair {
    /// The filter; its rules come with the program. Only what can be had back in part is marked where characters are `lost`, whatever
    /// is asked for: the filters after this one see to the marks.
    pub fn new(lost: Lost) -> Self {
        let rule = |name: &str| RuleId::new(format!("repair/{name}"));
        Self {
            lost,
            entity: rule("entity"),
            line_break: rule("line-break"),
            escaped_quote: rule("escaped-quote"),
            unicode_escape: rule("unicode-escape"),
            percent_escape: rule("percent-escape"),
            swallowed: rule("swallowed-quote"),
            tag: rule("tag"),
        }
    }
}

/// The characters that may be damage.
pub(super) fn characters() -> &'static CharacterSet {
    mojibake::characters()
}

impl Default for Repair {
    fn default() -> Self {
        Self::new(Lost::default())
    }
}

impl Filter for Repair {
    fn name(&self) -> &'static str {
        "repair"
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        let (units, bytes) = escapes::find(page);
        let found = [(entities::find(page), &self.entity), (units, &self.unicode_escape), (bytes, &self.percent_escape)];
        for (escaped, rule) in found {
            for run in talk::damaged(escaped) {
                edits.replace(run.range, &run.text, rule);
            }
        }
        for (range, text) in breaks::find(page) {
            edits.replace(range, &text, &self.line_break);
        }
        for range in quotes::find(page) {
            edits.delete(range, &self.escaped_quote);
        }
        for (range, text) in swallowed::find(page) {
            edits.replace(range, &text, &self.swallowed);
        }
        for (range, text) in tags::find(page) {
            edits.replace(range, text, &self.tag);
        }
        for run in mojibake::find(page, self.lost) {
            match run.gain {
                Some(gain) => edits.replace_with_gain(run.range, &run.text, &run.rule, gain),
                None => edits.replace(run.range, &run.text, &run.rule),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        let mut proposals = Proposals::new(text);
        Repair::default().propose(Page::new(text), &mut proposals);
        proposals.into_pass("repair").made.apply(text).into_owned()
    }

    #[test]
    fn escapes_in_prose_are_decoded() {
        for (page, clean) in [
            ("&ldquo;潮水退了，&rdquo;她说&hellip;&hellip;", "“潮水退了，”她说……"),
            ("码头北边&nbsp;有&#19977;家船厂", "码头北边\u{a0}有三家船厂"),
            ("史密斯&amp;琼斯公司", "史密斯&琼斯公司"),
            ("船队#xff08;三十八艘#xff09;出海#xff0c;", "船队（三十八艘）出海，"),
            ("\\u6e14\\u8239 12 \\u8258", "渔船 12 艘"),
            ("%E6%B8%94%E8%88%B9 %E5%87%BA%E6%B5%B7", "渔船 出海"),
        ] {
            assert_eq!(repaired(page), clean);
            assert_eq!(repaired(clean), clean);
        }
    }

    #[test]
    fn quotes_that_were_swallowed_with_a_tag_come_back() {
        for (page, clean) in [
            ("“潮水退了，她说，谁也留不住?！?/p>", "“潮水退了，她说，谁也留不住。”"),
            ("“船来了！?/p>", "“船来了！”"),
            ("【他说“好”，就走了?！?/p>", "【他说“好”，就走了。】"),
            ("他把它叫作“回头潮?/p>", "他把它叫作“回头潮”"),
            ("他问：“走不走？”?/p>", "他问：“走不走？”?/p>"),
            ("路径是 a?/p", "路径是 a?/p"),
        ] {
            assert_eq!(repaired(page), clean);
        }
    }

    #[test]
    fn escapes_that_are_talked_about_stay() {
        for text in [
            "在网页里用&nbsp;表示空格，用&lt;表示小于号。",
            "把 `&hellip;` 换成省略号",
            "写作“&copy;”的那个记号",
            "打开 https://example.org/?q=%E6%B8%94%E8%88%B9&copy=2 看看",
            "匹配汉字的范围是[\\u4e00-\\u9fa5]",
            "它的码点写作 \\u6e14\\u8239。",
            "占比从 31.0%2025 年降到 28%2026 年",
            "int *p = &sum;",
            "颜色写作 #334455; 或 #fff;",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}

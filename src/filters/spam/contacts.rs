//! Accounts, telephone numbers and addresses that a text offers, and how far they are hidden from filters.
//!
//! Honest text gives them as they are: 电话：0755-12345678. Who pitches knows that filters look for them, and writes
//! 微-信, 薇❤信, v芯, 136=6152=8980, 156乄1330乄4344.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memchr_iter;
use regex::Regex;

use crate::characters::CharacterSet;
use crate::page::Page;
use crate::rules::matcher::{Found, Matcher};

/// A way to reach somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contact {
    /// Where it stands.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// What a contact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An account of a messenger, or the number of a mobile telephone beside the name of one.
    Account,
    /// A mobile telephone.
    Phone,
    /// Either of them, written so that filters miss it.
    Hidden,
    /// An address of the web.
    Link,
}

/// The name of a messenger, its parts kept together, and an account. A bare 咨询 or 飞机 needs an account that nothing else looks like.
static ACCOUNT: LazyLock<Matcher> = LazyLock::new(|| {
    Matcher::new(concat!(
        r"(?i)(?:(?:微信|公众号|wechat|qq|企鹅号?|[薇威徽幑溦嶶]信|[vｖ][信芯]|扣扣)(?:同号|号码?|群|咨询|联系|客服|\p{Han}{1,2}(?:老师|经理|小姐|先生|女士|主任|助理|顾问)|[^\p{Han}\p{L}\d\n]|の){0,6}",
        r"|(?:[vw]x|[加+➕]\s?[vwxq薇微威扣]{1,2})(?:号|[^\p{Han}\p{L}\d\n]|の){1,6})(?P<cut>[a-z0-9][a-z0-9_-]{4,}|[a-z]{1,6}(?: \d{3}){2}|\d{4,5} \d{4,5})",
        r"|咨询[:：\s]{0,2}[a-z]{2,12}\d{3,9}|(?:纸?飞机|电报|tg|telegram|蝙蝠)号?[:：\s【《（(\[★]{0,3}@[a-z0-9][a-z0-9_]{2,}(?: \d{3}){0,2}|蝙蝠号?[:：\s]{0,2}\d{7,}"
    ))
});

/// A messenger whose name is broken or spelled with other characters, and an account.
static HIDDEN: LazyLock<Matcher> = LazyLock::new(|| {
    Matcher::new(concat!(
        r"(?i)(?:[微薇威徽幑溦嶶](?:[^\p{Han}\p{L}\d\n，。；：、！？]|の){1,3}[信电]|微同号|微电|电[^\p{Han}\p{L}\d\n，。；：、！？]{0,2}微|[茄伽]\s?[.·]?\s?[微薇威]",
        r"|[薇徽幑溦嶶]信|威信|[vｖ][^\p{Han}\p{L}\d\n，。；：、！？]{0,2}[信芯]|扣扣|企鹅号?|[薇徽]|[加+➕:：]\s?[微威]|➕\s?[a-z])",
        r"(?:同号|号码?|群|[查询搜索]|[^\p{Han}\p{L}\d\n]|の){0,9}(?P<cut>[a-z0-9][a-z0-9_-]{4,}|\d{2,5}[^\p{Han}\p{L}\d\n]{1,3}\d{2,5}[^\p{Han}\p{L}\d\n]{0,3}\d{2,5})",
        r"|微[♥❤の]|[微薇]❤",
        // A name of one character, which is a messenger's only in brackets with an account.
        r"|(?:[【《（(\[★╄]|[加+➕])\s?(?:(?:微星?|卫星|[薇威徽]信?)\s?[:：]?|[vq]\s?[:：])\s?(?:[a-z]{1,8}[_ ]?\d[\d _-]{2,14}|\d[\d _-]{5,14})\s?[】》）)\]★]",
        r"|(?:[加+➕][v微薇威]|薇信|v信)\s?[【《（(\[★]\s?(?:[a-z]{1,8}[_ ]?\d[\d _-]{2,14}|\d[\d _-]{5,14})\s?[】》）)\]★]",
        r"|(?:[【《★╄]\s?(?:电微?|微电)\s?[:：]?|(?:电微?|微电)[【《★])\s?1[3-9]\d[^\d\n\p{Han}]{0,3}\d{4}[^\d\n\p{Han}]{0,3}\d{4}"
    ))
});

/// A mobile number in three groups; what parts them decides what it is.
static MOBILE: LazyLock<Matcher> =
    LazyLock::new(|| Matcher::new(r"1[3-9]\d(?:[^\d\n\p{Han}]{0,3}|乄)\d{4}(?:[^\d\n\p{Han}]{0,3}|乄)\d{4}"));

/// An address of the web.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:https?://|www\.)[a-z0-9][\w.,/?=&%#:+-]*|\b[a-z0-9-]{3,}\.(?:com|cn|net|vip|cc|top|xyz|club|site|ag|bet|app|info|tv)\b[\w/?=&%-]*",
    )
    .expect("the pattern is valid")
});

/// How many digits in a row may be a contact.
const DIGITS: usize = 5;
/// How many digits the groups of a telephone number have, but for its first, which has one less.
const GROUP: usize = 4;

/// Every contact has so many letters, digits, hyphens and underscores: www.a. Most texts have fewer and need no regex.
const LEAST_NAME: usize = 4;

/// Every mobile number has so many digits.
const LEAST_DIGITS: usize = 11;

/// The contacts of a text, those that a longer one covers left out, in no order.
pub(crate) fn contacts(text: &str) -> Vec<Contact> {
    let mut contacts: Vec<Contact> = Vec::new();
    if !has_name(text) {
        return contacts;
    }
    // Where the contacts end, by where they start.
    let mut taken = BTreeMap::new();
    let mut add = |range: Range<usize>, kind| {
        if taken.range(..range.end).next_back().is_none_or(|(_, &end)| end <= range.start) {
            taken.insert(range.start, range.end);
            contacts.push(Contact { range, kind });
        }
    };
    // The border of a word makes this regex a slow one.
    if may_hold_link(text) {
        LINK.find_iter(text).for_each(|found| add(found.range(), Kind::Link));
    }
    // An account is more than a word: 添加vendor, 金达威(Vitawei).
    let is_account = |name: Range<usize>| text[name].contains(|c: char| c.is_ascii_digit());
    if may_hold_account(text) {
        let hidden = HIDDEN.find(text).into_iter().filter(|found| found.cut.clone().is_none_or(is_account));
        hidden.for_each(|found| add(found.whole, Kind::Hidden));
        let accounts = ACCOUNT.find(text).into_iter().filter(|found| !continues(text, found.whole.start));
        accounts.for_each(|found| add(found.whole, Kind::Account));
    }
    let mobile = if may_hold_mobile(text) { MOBILE.find(text) } else { Vec::new() };
    for Found { whole: range, .. } in mobile {
        // A part of a longer number, a name or an address of mail is none.
        if continues(text, range.start) || text[range.end..].starts_with(|c: char| c.is_ascii_digit() || c == '@') {
            continue;
        }
        let kind = if is_plain(&text[range.clone()]) { Kind::Phone } else { Kind::Hidden };
        add(range, kind);
    }
    contacts
}

/// Whether nothing but a hyphen, a dash or a blank parts the groups of a mobile number, if anything does.
fn is_plain(number: &str) -> bool {
    let mut rest = number;
    for digits in [GROUP - 1, GROUP] {
        let group = rest.char_indices().nth(digits).map_or(rest.len(), |(end, _)| end);
        rest = &rest[group..];
        rest = rest.strip_prefix(['-', ' ', '－', '—']).unwrap_or(rest);
    }
    rest.chars().count() == GROUP
}

/// Whether a text, or any piece of it, may hold a contact, told from single characters.
pub(super) fn may_hold_any(text: &str) -> bool {
    has_name(text) && (may_hold_link(text) || may_hold_account(text) || may_hold_mobile(text))
}

/// Whether a text has the letters and digits that every contact has.
fn has_name(text: &str) -> bool {
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    text.bytes().filter(in_name).nth(LEAST_NAME - 1).is_some()
}

/// Whether [`ACCOUNT`] or [`HIDDEN`] may match in a text.
fn may_hold_account(text: &str) -> bool {
    text.contains(is_of_account)
}

/// Whether [`MOBILE`] may match in a text. Digits of any script may stand behind the first two.
fn may_hold_mobile(text: &str) -> bool {
    let wide = |c: char| !matches!(c, '\0'..='\x7F' | '\u{4E00}'..='\u{9FFF}') && c.is_numeric();
    text.bytes().filter(u8::is_ascii_digit).nth(LEAST_DIGITS - 1).is_some() || text.contains(wide)
}

/// The characters of which every match of [`ACCOUNT`] and [`HIDDEN`] holds one: those of the names of messengers.
fn is_of_account(c: char) -> bool {
    matches!(
        c,
        '微' | '薇'
            | '威'
            | '徽'
            | '幑'
            | '溦'
            | '嶶'
            | '公'
            | '企'
            | '卫'
            | '扣'
            | '咨'
            | '飞'
            | '电'
            | '蝙'
            | '➕'
            | 'ｖ'
            | 'Ｖ'
            | 'q'
            | 'Q'
            | 't'
            | 'T'
            | 'v'
            | 'V'
            | 'w'
            | 'W'
            | 'x'
            | 'X'
    )
}

/// The characters with which the name of a messenger begins.
pub(super) static MESSENGERS: LazyLock<CharacterSet> =
    LazyLock::new(|| CharacterSet::of_chars(['微', '薇', '威', '徽', '幑', '溦', '嶶', '@']));

/// What of a page tells of contacts that no word calls so: long numbers, addresses, and names of messengers, which may be broken.
/// Most pages have none of them, and no piece of such a page has to be read for them.
pub(super) struct Triggers {
    numbers: bool,
    links: bool,
    /// Where names of messengers begin, in order.
    messengers: Vec<usize>,
}

impl Triggers {
    /// Those of a page.
    pub(super) fn of(page: Page<'_>) -> Self {
        let messengers = page.places(&MESSENGERS).filter(|&(_, c)| MESSENGERS.holds(c) == Some(true));
        Self {
            numbers: has_number(page.text.as_bytes()),
            links: may_hold_link(page.text),
            messengers: messengers.map(|(at, _)| at).collect(),
        }
    }

    /// Whether a text of the page has a long number.
    pub(super) fn has_number(&self, text: &str) -> bool {
        self.numbers && has_number(text.as_bytes())
    }

    /// Whether a text of the page that begins at `start` may hold a contact that no word calls one: a long number, an address, or an
    /// account beside a messenger.
    pub(super) fn may_hold_contact(&self, start: usize, text: &str) -> bool {
        let next = self.messengers.partition_point(|&at| at < start);
        let names_messenger = self.messengers.get(next).is_some_and(|&at| at < start + text.len());
        let has_digits = || text.bytes().filter(u8::is_ascii_digit).nth(2).is_some();
        self.has_number(text) || self.links && may_hold_link(text) || names_messenger && has_digits()
    }
}

/// Whether a text holds [`DIGITS`] digits in a row, or four behind three that a mark or two part from them.
fn has_number(text: &[u8]) -> bool {
    let mut at = GROUP - 1;
    while let Some(last) = text.get(at) {
        if !last.is_ascii_digit() {
            at += GROUP;
            continue;
        }
        let start = at - text[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let end = at + text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if end - start >= DIGITS || end - start == GROUP && follows_group(&text[..start]) {
            return true;
        }
        at = end + GROUP - 1;
    }
    false
}

/// Whether a text ends in three digits and up to three bytes more.
fn follows_group(text: &[u8]) -> bool {
    let gap = text.iter().rev().take(3).take_while(|byte| !byte.is_ascii_digit()).count();
    let group = text[..text.len() - gap].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    gap > 0 && group == GROUP - 1
}

/// Whether a text holds `://`, `www.`, or a dot before a letter.
fn may_hold_link(text: &str) -> bool {
    let bytes = text.as_bytes();
    let joins = |at: usize| at > 0 && bytes[at - 1] | 0x20 == b'w' || bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
    memchr_iter(b'.', bytes).any(joins) || memchr_iter(b':', bytes).any(|at| bytes[at..].starts_with(b"://"))
}

/// Whether a place lies inside a number, a name or an address.
fn continues(text: &str, at: usize) -> bool {
    text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '.'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        contacts(text).into_iter().map(|contact| contact.kind).collect()
    }

    #[test]
    fn hidden_contacts_are_told_from_plain_ones() {
        for (text, kind) in [
            ("加微信：abc12345", Kind::Account),
            ("QQ群 123456789", Kind::Account),
            ("致电13800001111", Kind::Phone),
            ("138 0000 1111", Kind::Phone),
            ("薇❤信：abc12345", Kind::Hidden),
            ("v芯:158x5022x6782", Kind::Hidden),
            ("136=6152=8980王先生", Kind::Hidden),
            ("156乄1330乄4344", Kind::Hidden),
            ("微-信:abc867", Kind::Hidden),
            ("幑の信の查の询【abc867】", Kind::Hidden),
            ("加微信：林老师abc12345", Kind::Account),
            ("【威: csd 168 998】", Kind::Hidden),
            ("大保健+v《34060 29877》", Kind::Hidden),
            ("(微：188-3728-4841)", Kind::Hidden),
            ("侦探【电:13800001111】", Kind::Hidden),
            ("策略咨询lwjj6789", Kind::Account),
            ("飞机：@abcd123", Kind::Account),
            ("看http://www.example.com/a", Kind::Link),
            ("报名发至13800001111@example.com", Kind::Link),
        ] {
            assert_eq!(kinds(text), [kind], "{text}");
        }
    }

    #[test]
    fn numbers_and_words_are_no_contacts() {
        for text in [
            "微信用户超过10亿",
            "全长13812345米",
            "政府的威信提高了",
            "身份证号310101199001011234",
            "售价1399.9999元",
            "VX27G23-2K-2",
            "添加vendor",
            "金达威(002626)",
            "@qq345386817",
            "风云（卫星FY-3D）升空",
            "升级到[v20180101]",
            "致电13层的前台，乘CA1234次飞机",
        ] {
            assert!(kinds(text).is_empty(), "{text}: {:?}", contacts(text));
        }
    }

    #[test]
    fn numbers_are_found() {
        for (text, found) in [
            ("12345", true),
            ("2018年", false),
            ("电136=6152=8980", true),
            ("2018-2019年", false),
            ("号13612345678。", true),
            ("", false),
        ] {
            assert_eq!(has_number(text.as_bytes()), found, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_a_text_may_not_hold_is_not_there(
            parts in prop::collection::vec(
                "[a-zA-Z0-9]{1,6}|[0-9]{3,11}|[微薇威v][信电芯❤]|[vwVｖ][xX]|公众号|企鹅|QQ|扣扣|咨询|纸?飞机|电报|telegram|蝙蝠|加|➕|微同号|卫星|[０-９]{3,8}|[茄伽][微薇]|电|[:：@【】《》 .-]|渡口|の",
                0..8,
            ),
        ) {
            let text = parts.concat() + " 0000";
            prop_assert!(has_name(&text));
            prop_assert!(may_hold_link(&text) || !LINK.is_match(&text));
            prop_assert!(may_hold_account(&text) || !ACCOUNT.is_match(&text) && !HIDDEN.is_match(&text));
            prop_assert!(may_hold_mobile(&text) || !MOBILE.is_match(&text));
        }
    }
}

//! Characters thrown together at random, which doorways put on their pages so that no two are alike.

use std::ops::Range;
use std::sync::LazyLock;

use crate::characters::CharacterSet;
use crate::filters::spam::contacts::contacts;
use crate::language::{LanguageModel, State, Symbol};
use crate::page::Page;
use crate::script;

/// How many Chinese characters a stretch without full stop must have to be looked at.
const LEAST: usize = 60;

/// A stretch in which fewer than one in this many characters is among the commonest is looked at closely. Random
/// characters have one in 60, prose one in five, lists of names one in 15.
const COMMON_SHARE: usize = 24;

/// A character with at least this logarithm of its frequency is among the commonest (的, 是, 在, 人).
const COMMON: f32 = -5.3;

static COMMONEST: LazyLock<CharacterSet> = LazyLock::new(|| {
    let model = LanguageModel::embedded();
    CharacterSet::of(|c| is_han(c) && model.log_frequency(model.symbol(c)) > COMMON)
});

/// The bond between neighbours under which a stretch is no language of today, in nats a character: how much likelier each
/// character is after those before it than anywhere. Prose has 2 to 4, lists of names 0.2 to 1, old prose and sutras 0.
const BOND: f32 = 0.3;

/// What such a stretch must show besides: characters that are rarer on average than this, as logarithms of their frequency,
/// where random ones have -10.3 to -11.1 and old prose, names and sutras -7.5 to -10.2, and no more marks than one in so many
/// of them; or a contact, and less bond than names have.
const RARE: f32 = -10.0;
const MARKS: usize = 10;
const BOND_BESIDE_CONTACT: f32 = 0.0;

/// The fewest bytes of such a stretch with the mark behind it.
const LEAST_BYTES: usize = 3 * LEAST;

/// The marks at which a stretch ends.
pub(super) static ENDS: LazyLock<CharacterSet> = LazyLock::new(|| CharacterSet::of_chars(['\n', '!', '。', '！']));

/// The stretches of a page that are jam.
pub(super) fn find(page: Page<'_>) -> Vec<Range<usize>> {
    let (text, mut jam, mut start) = (page.text, Vec::new(), 0);
    let ends = page.places(&ENDS).filter(|&(_, c)| ENDS.holds(c) == Some(true)).map(|(at, c)| at + c.len_utf8());
    for end in ends.chain([text.len()]) {
        let stretch = &text[start..end];
        if stretch.len() >= LEAST_BYTES && is_jam(stretch) {
            jam.push(start..start + stretch.trim_end_matches('\n').len());
        }
        start = end;
    }
    jam
}

fn is_jam(stretch: &str) -> bool {
    // The stretch has no more Chinese characters than this, and prose shows soon that it is none of jam.
    let most = stretch.len() / 3;
    let commonest = &*COMMONEST;
    let (mut count, mut common) = (0, 0);
    for c in stretch.chars().filter(|&c| is_han(c)) {
        count += 1;
        common += usize::from(commonest.holds(c) == Some(true));
        if common * COMMON_SHARE >= most {
            return false;
        }
    }
    // By chance one of these stands in a hundred characters of jam.
    let by_chance = stretch.len() / (3 * LEAST);
    let particles = stretch.chars().filter(|c| matches!(c, '的' | '了' | '在' | '是')).count();
    if count < LEAST || common * COMMON_SHARE >= count || particles > by_chance {
        return false;
    }
    let is_random = is_rare(stretch, count) && marks(stretch) * MARKS <= count;
    let most = match is_random {
        true => BOND,
        false if contacts(stretch).is_empty() => return false,
        false => BOND_BESIDE_CONTACT,
    };
    bond(stretch) / (count as f32) < most
}

/// Whether so many Chinese characters of a stretch are rare on average.
fn is_rare(stretch: &str, count: usize) -> bool {
    let model = LanguageModel::embedded();
    let sum: f32 = characters(stretch).filter(|&c| is_han(c)).map(|c| model.log_frequency(model.symbol(c))).sum();
    sum < RARE * count as f32
}

/// How many marks and other characters that are neither Chinese nor ASCII a stretch has.
fn marks(stretch: &str) -> usize {
    stretch.chars().filter(|&c| !c.is_ascii() && !is_han(c)).count()
}

/// The characters of a stretch, those of traditional script as their simplified ones; blanks, which a converter puts between
/// them all, do not part them.
fn characters(stretch: &str) -> impl Iterator<Item = char> + '_ {
    stretch.chars().filter(|&c| c != ' ').map(|c| script::simplified(c).unwrap_or(c))
}

/// How firmly the Chinese characters of a stretch belong together.
fn bond(stretch: &str) -> f32 {
    let model = LanguageModel::embedded();
    let symbols: Vec<Symbol> = characters(stretch).map(|c| model.symbol(c)).collect();
    let (mut chars, mut bond) = (characters(stretch).zip(&symbols), 0.0);
    model.walk(State::BLANK, &symbols, |log_prob| {
        if let Some((c, &symbol)) = chars.next() {
            bond += if is_han(c) { log_prob - model.log_frequency(symbol) } else { 0.0 };
        }
    });
    bond
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Range<usize>> {
        find(Page::new(text))
    }

    #[test]
    fn random_characters_are_jam() {
        let jam: String = (0..200u32).filter_map(|n| char::from_u32(0x4e00 + n * 7919 % 20000)).collect();
        let found = found(&format!("雨停了。{jam}"));
        assert_eq!((found.len(), found[0].clone()), (1, 12..12 + jam.len()));
    }

    #[test]
    fn names_and_prose_are_not() {
        let names = "何小舟、江大路、孟远、陈立秋、赵一鸣、钱多多、孙晓梅、李长河、周子墨、吴建国、郑爱华、王春生、冯玉兰、朱明德、许文强、沈佳宜、韩雪松、杨柳青、秦怀仁、尤三姐、何其芳、吕布衣、施耐寒、张果老、孔令辉、曹雪晴";
        assert!(found(names).is_empty());
        let prose = "昨天夜里江湾下了今年第一场雪，船工何小舟五点钟起床，把甲板上积雪扫进河里，又给发动机盖上一层油布，天亮以后，第一班渡船照常开出，船上只有三个学生和一位卖豆腐老人";
        assert!(found(prose).is_empty());
        let spaced: Vec<String> = "江湾船舶安全检验技术规程前言适用范围术语定义基本要求检验质量管理附录资料性附录缺陷判断示例规范性引用文件主要起草单位江湾船舶检验局航道管理处"
            .chars()
            .map(String::from)
            .collect();
        assert!(found(&spaced.join(" ")).is_empty());
        let sutra = "南无婆罗迦多耶，唵萨婆诃啰悉底，阿那迦罗耶，怛姪他毗摩啰，揭谛尼啰婆，萨埵波耶娑嚩，曼荼罗耶鸠槃，摩诃提婆啰耶，苏噜悉噜婆耶，达摩驮都耶吽，曳醯伊呬唎，唎伽那伽耶";
        assert!(found(sutra).is_empty());
        let surnames = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段";
        assert!(found(surnames).is_empty());
        let old = "江湾古渡北枕青峦南临碧涧春潮带雨野渡横舟渔火映汀芦花飞雪商贾辐辏舟楫相衔墟市烟深津亭月冷估客停桡骚人倚槛石梁卧波虹影沉璧沙鸥掠岸雁阵惊秋";
        assert!(found(old).is_empty());
        let mixed: String = surnames.chars().zip(old.chars().rev()).flat_map(|(name, word)| [word, name]).collect();
        assert!(found(&mixed).is_empty());
        assert_eq!(found(&format!("《威: jwq 136 779》{mixed}")).len(), 1);
        let traditional = "縣議會臨時會審議災後重建條例草案，無黨籍聯盟議員提出修正動議，將預算額度調整為參百億圓，經費編列辦理緊急搶險、橋樑復建、產業紓困貸款利息補貼";
        assert!(found(traditional).is_empty());
    }
}

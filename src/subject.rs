//! What a text is about: the pairs of characters that are not common anywhere.

use crate::language::LanguageModel;

/// A pair of characters with at most this logarithm of its frequency says what a text is about.
const RARE: f32 = -12.5;
/// The share of a piece's rare pairs that come up elsewhere on the page as often as in an article's own pieces.
pub(crate) const FIT: f32 = 0.25;

/// A sentence of fewer characters, or of fewer rare pairs, does not tell whether it goes with its neighbours.
const SENTENCE: usize = 12;
const PAIRS: usize = 4;
/// Fewer sentences do not tell whether a text hangs together.
const SENTENCES: usize = 8;
/// The share of sentences without a pair of the next two: an article in ten has more.
const LOOSE: f32 = 0.4;

/// A pair of characters of one word or two.
type Pair = [char; 2];

/// The rare pairs of a text with their counts, in order.
#[derive(Debug)]
pub(crate) struct RarePairs(Vec<(Pair, u32)>);

impl RarePairs {
    /// Those of a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut pairs = in_text(text);
        pairs.sort_unstable();
        Self(pairs.chunk_by(|one, other| one == other).map(|alike| (alike[0], alike.len() as u32)).collect())
    }

    /// How many different ones there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// How many of them stand in another text, too.
    pub(crate) fn shared(&self, other: &Self) -> usize {
        self.0.iter().filter(|&&(pair, _)| other.count(pair) > 0).count()
    }

    /// How many of them stand in a longer text, of which this is a piece, elsewhere as well.
    pub(crate) fn elsewhere(&self, whole: &Self) -> usize {
        self.0.iter().filter(|&&(pair, count)| whole.count(pair) > count).count()
    }

    fn count(&self, pair: Pair) -> u32 {
        self.0.binary_search_by_key(&pair, |&(pair, _)| pair).map_or(0, |at| self.0[at].1)
    }
}

/// The rare pairs of a text as they come.
fn in_text(text: &str) -> Vec<Pair> {
    let model = LanguageModel::embedded();
    let mut pairs = Vec::new();
    let mut last: Option<(char, f32)> = None;
    for c in text.chars() {
        let this = matches!(c, '\u{4e00}'..='\u{9fff}').then(|| (c, model.log_frequency(model.symbol(c))));
        if let (Some((a, first)), Some((b, second))) = (last, this)
            && first + second < RARE
        {
            pairs.push([a, b]);
        }
        last = this;
    }
    pairs
}

/// How far a text is from hanging together: 0 as an article, 1 where no sentence has to do with the next two, as on a page
/// that is pieced together from others.
pub(crate) fn scatter(text: &str) -> f32 {
    let sentences: Vec<RarePairs> = text
        .split(['。', '！', '？', '!', '?', '\n'])
        .filter(|sentence| sentence.chars().nth(SENTENCE - 1).is_some())
        .map(RarePairs::of)
        .collect();
    if sentences.len() < SENTENCES {
        return 0.0;
    }
    let (mut telling, mut loose) = (0, 0);
    for (number, own) in sentences.iter().enumerate().filter(|(_, own)| own.len() >= PAIRS) {
        let Some(next) = sentences.get(number + 1..(number + 3).min(sentences.len())).filter(|next| !next.is_empty()) else {
            continue;
        };
        telling += 1;
        loose += usize::from(next.iter().all(|other| own.shared(other) == 0));
    }
    if telling < SENTENCES / 2 { 0.0 } else { ((loose as f32 / telling as f32 - LOOSE) / (1.0 - LOOSE)).max(0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_pieces_does_not_hang_together() {
        let article = [
            "渡口的石阶昨夜结了一层薄冰",
            "薄冰盖住了石阶下面的渡船",
            "渡船的缆绳已经冻得硬邦邦",
            "缆绳旁边站着一位老艄公",
            "艄公用竹篙敲了敲那根缆绳",
            "竹篙碰到渡船发出闷闷的响声",
            "石阶上面有人喊艄公快开船",
            "艄公解开缆绳撑起了长竹篙",
            "渡船晃了一下才慢慢离开石阶",
            "薄冰在渡船两边哗哗地裂开",
        ];
        let pieces = [
            "渡口的石阶昨夜结了一层薄冰",
            "法院驳回了原告的全部诉讼请求",
            "球队在加时赛里被对手逆转淘汰",
            "蘑菇洗净切丁以后焯水备用着",
            "央行宣布下调存款准备金率一点",
            "恒星的光谱显示出氦元素谱线",
            "幼儿园举办了亲子绘画作品展览",
            "货轮在暗礁附近触底以后搁浅",
            "剧组在戈壁滩上搭建了一座城堡",
            "药监部门抽检胶囊发现铬超标",
        ];
        let (article, pieces) = (article.join("。"), pieces.join("。"));
        assert!(scatter(&article) < 0.2, "{}", scatter(&article));
        assert!(scatter(&pieces) > 0.8, "{}", scatter(&pieces));
        assert!(scatter("石阶结了薄冰。").abs() < f32::EPSILON);
    }
}

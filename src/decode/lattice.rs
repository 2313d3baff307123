//! The best reading of damaged bytes.
//!
//! When a byte was lost from GBK, the trail byte left behind pairs with the next lead byte, and so on to the end of the line:
//! every pair is a character, and none is right. So damaged bytes are read as a lattice: at each byte a character of one of
//! the possible encodings may begin, or the byte may be lost. The path whose text is least surprising
//! ([`characters`](super::characters)) is the reading; it is found exactly but for one thing: what is remembered of the text
//! before a byte is the script of its last character on the best path to it.

use super::characters::{CUT, Context, Cost, LOST, LOST_TOO};
use super::encoding::Encoding;
use super::step::Step;

/// The cost of reading a line in another encoding than the page's.
const OTHER_LINE: Cost = 24;

/// The cost of changing the encoding inside a line.
const CHANGE: Cost = 60;

/// The cost of leaving a byte to what comes after.
const LEAVE: Cost = 12;

/// Most bytes of a character.
const MOST: usize = 4;

/// One piece of a path: a character of an encoding, or a lost byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arc {
    /// Where it begins.
    pub(super) at: usize,
    /// The character, or `None` for a byte lost.
    pub(super) step: Option<Step>,
}

/// The best reading of some bytes.
#[derive(Debug)]
pub(super) struct Path {
    /// Its pieces in order; they leave no gap.
    pub(super) arcs: Vec<Arc>,
    /// What it costs.
    pub(super) cost: Cost,
    /// Where it ends: the end of the bytes, or a little before if the rest belongs to what comes after.
    pub(super) end: usize,
}

/// The least known cost of reading up to a byte, being in an encoding there, and how.
#[derive(Clone, Copy)]
struct Node {
    cost: Cost,
    context: Context,
    /// Bytes of the character that ends here, or 1 for a lost byte; 0 at the start.
    len: u8,
    /// Whether a lost byte ends here.
    lost: bool,
    /// The encoding before.
    from: u8,
}

impl Node {
    const UNREACHED: Self = Self { cost: Cost::MAX, context: Context::START, len: 0, lost: false, from: 0 };

    /// Takes `other` instead, if it is cheaper.
    fn relax(&mut self, other: Self) {
        if other.cost < self.cost {
            *self = other;
        }
    }
}

/// Reads `bytes[start..end]` in the first of `encodings`, or where that is better in the others.
///
/// `goes_on` says that `end` is no natural border, so that a character may be cut there.
pub(super) fn read(bytes: &[u8], start: usize, end: usize, encodings: &[Encoding], goes_on: bool) -> Path {
    let width = encodings.len();
    let line = &bytes[..end];
    let mut nodes = vec![Node::UNREACHED; (end - start + 1) * width];
    for (nth, node) in nodes[..width].iter_mut().enumerate() {
        node.cost = if nth == 0 { 0 } else { OTHER_LINE };
    }
    for at in start..end {
        for nth in 0..width {
            let node = nodes[(at - start) * width + nth];
            if node.cost == Cost::MAX {
                continue;
            }
            if may_be_lost(bytes[at], encodings[0]) {
                let cost = node.cost + loss(&node, bytes, at);
                nodes[(at + 1 - start) * width + nth].relax(Node { cost, len: 1, lost: true, from: nth as u8, ..node });
            }
            for (other, encoding) in encodings.iter().enumerate() {
                // ASCII is the same in all of them, so the encoding need not change for it
                if other != nth && bytes[at] < 0x80 {
                    continue;
                }
                let Some(step) = encoding.step(line, at) else { continue };
                let change = if other == nth { 0 } else { CHANGE };
                let (cost, context) = node.context.read(step.char);
                let cost = node.cost + change + cost;
                let to = Node { cost, context, len: step.len as u8, lost: false, from: nth as u8 };
                nodes[(at + step.len - start) * width + other].relax(to);
            }
        }
    }
    let earliest = if goes_on { end.saturating_sub(MOST - 1).max(start + 1).min(end) } else { end };
    trace(&nodes, line, start, earliest, encodings)
}

/// Whether a byte may be no character. ASCII always is one, where it is not a part of a wider unit.
fn may_be_lost(byte: u8, encoding: Encoding) -> bool {
    byte == 0 || byte >= 0x80 || encoding.unit() > 1
}

/// What it costs to lose the byte at `at`, coming from `node`.
fn loss(node: &Node, bytes: &[u8], at: usize) -> Cost {
    if node.lost {
        LOST_TOO
    } else if at == 0 || at + MOST > bytes.len() {
        CUT
    } else {
        LOST
    }
}

/// The path to the best node from byte `earliest` of `line` on.
fn trace(nodes: &[Node], line: &[u8], start: usize, earliest: usize, encodings: &[Encoding]) -> Path {
    let width = encodings.len();
    let row = |at: usize| &nodes[(at - start) * width..(at - start + 1) * width];
    let (mut best, mut end, mut nth) = (Cost::MAX, line.len(), 0);
    for at in (earliest..=line.len()).rev() {
        let left = Cost::try_from(line.len() - at).unwrap_or(Cost::MAX).saturating_mul(LEAVE);
        for (encoding, node) in row(at).iter().enumerate() {
            let cost = node.cost.saturating_add(left);
            if cost < best {
                (best, end, nth) = (cost, at, encoding);
            }
        }
    }
    let mut arcs = Vec::with_capacity((end - start) / 2);
    let mut to = end;
    while to > start {
        let node = row(to)[nth];
        let at = to - usize::from(node.len.max(1));
        arcs.push(Arc { at, step: if node.lost { None } else { encodings[nth].step(line, at) } });
        nth = usize::from(node.from);
        to = at;
    }
    arcs.reverse();
    Path { arcs, cost: best, end }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, read};

    /// The text of the best reading, `~` for each lost byte.
    fn text(bytes: &[u8], encodings: &[Encoding]) -> String {
        let path = read(bytes, 0, bytes.len(), encodings, false);
        path.arcs.iter().map(|arc| arc.step.map_or('~', |step| step.char)).collect()
    }

    fn gbk(text: &str) -> Vec<u8> {
        encoding_rs::GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn a_lost_byte_costs_one_character() {
        let mut bytes = gbk("清晨的集市上摆满了新鲜的蔬菜");
        bytes.remove(8);
        assert_eq!(text(&bytes, &[Encoding::GB18030]), "清晨的集~上摆满了新鲜的蔬菜");
    }

    #[test]
    fn a_phrase_of_utf_8_in_gbk_is_read_as_such() {
        let mut bytes = gbk("天气预报：");
        bytes.extend("明天下午有小雨".bytes());
        bytes.extend(gbk("，出门请带伞"));
        assert_eq!(text(&bytes, &[Encoding::GB18030, Encoding::UTF_8]), "天气预报：明天下午有小雨，出门请带伞");
    }

    #[test]
    fn whole_text_is_read_whole() {
        assert_eq!(text(&gbk("三个人 ok"), &[Encoding::GB18030, Encoding::UTF_8]), "三个人 ok");
        assert_eq!(read(b"", 0, 0, &[Encoding::UTF_8], false).arcs, []);
    }

    #[test]
    fn a_cut_character_is_left_to_what_follows() {
        let bytes = gbk("春天的花");
        let path = read(&bytes, 0, bytes.len() - 1, &[Encoding::GB18030], true);
        assert_eq!((path.arcs.len(), path.end), (3, bytes.len() - 2));
    }
}

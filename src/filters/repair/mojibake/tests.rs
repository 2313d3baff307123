//! Garbles sentences on purpose and asks for them back; leaves clean text of many kinds alone.

use encoding_rs::{BIG5, Encoding, GBK, UTF_8, WINDOWS_1252};

use proptest::prelude::*;

use super::*;
use crate::edit::{Edit, Edits};

const SENTENCES: [&str; 4] = [
    "渡口的老船工把缆绳收好，说今年的水比往年来得早。",
    "图书馆三楼的灯一直亮到凌晨，值班员在登记簿上写下了12个名字。",
    "他们沿着铁路走了四公里，才找到那座废弃的信号站。",
    "这批茶叶产自海拔1300米的山坡，采摘时间只有九天。",
];

/// Clean lines that look odd to a program.
const CLEAN: [&str; 22] = [
    "镧、铈、镨、钕、钷、钐、铕、钆、铽、镝、钬、铒、铥、镱、镥",
    "鳡鱼、鳤鱼、鯮鱼、鳊鱼、鲴鱼、鳑鲏、麦穗鱼",
    "叆叇、氤氲、滂沱、霡霂、霢霂，都是和天气有关的词",
    "邾、郜、郐、鄅、鄟、郳，这些小国后来都不见了",
    "嬴稷、芈月、闾丘吒奴、亓官懿、乜玉卿、逄赟",
    "盩厔、鄜县、郃阳、醴泉，都是旧地名",
    "噻唑、吡啶、吲哚、喹啉、嘧啶、哌嗪",
    "渡口的老船工把纜繩收好，說今年的水比往年來得早。",
    "圖書館三樓的燈一直亮到凌晨，值班員在登記簿上寫下了名字。",
    "佢哋琴晚喺茶餐廳坐咗成晚，啲嘢都未食完。",
    "駅前の喫茶店は朝七時から開いていて、常連客で賑わう。",
    "カタカナだけのメニューと、手書きの値札。",
    "도서관 삼층의 불은 새벽까지 켜져 있었다.",
    "Смотритель маяка записал в журнал двенадцать имён.",
    "Le gardien du phare a déjà noté où l’île réapparaît, « très loin ».",
    "Der Fährmann prüft täglich die Höhe: 3 °C, 5 µm, größer als üblich.",
    "El farero señaló dónde crecía el maíz; ¿cuántos años tenía?",
    "Dvanáct jmen zapsal strážce do knihy, žádné nechybělo. Łódź, Gdańsk.",
    "Ο φαροφύλακας έγραψε δώδεκα ονόματα.",
    "温度是 25℃±2℃，面积 3×4㎡，误差 ≤0.5‰，单价 ¥12、€9、£8",
    "他在“锟斤拷”这个词下面画了一条线。",
    "乱码里常见锟斤拷和烫烫烫，原因各不相同。",
];

fn repaired(text: &str) -> String {
    repaired_with(text, Lost::Drop)
}

fn repaired_with(text: &str, lost: Lost) -> String {
    let found = find(Page::new(text), lost);
    let edit = |run: Repaired| Edit {
        at: run.range.start,
        before: text[run.range].into(),
        after: run.text.into(),
        rule: run.rule,
        gain: run.gain,
    };
    Edits::resolve(found.into_iter().map(edit).collect()).0.apply(text).into_owned()
}

/// A text whose bytes in one encoding are read in another.
fn garbled(text: &str, meant: &'static Encoding, misread: &'static Encoding) -> String {
    misread.decode_without_bom_handling(&meant.encode(text).0).0.into_owned()
}

#[test]
fn every_wrong_reading_is_undone() {
    for (meant, misread) in [(UTF_8, WINDOWS_1252), (GBK, WINDOWS_1252), (GBK, BIG5), (UTF_8, GBK)] {
        for sentence in SENTENCES {
            let broken = garbled(sentence, meant, misread);
            let alike = |text: &str| text.chars().zip(sentence.chars()).filter(|(one, other)| one == other).count();
            let back = repaired(&broken);
            assert!(alike(&back) + 1 >= sentence.chars().count(), "{}: {broken} {back}", misread.name());
        }
    }
}

/// A text whose bytes in one encoding are read as UTF-8 where they happen to be that, and else one by one.
fn patched(text: &str, meant: &'static Encoding) -> String {
    let bytes = meant.encode(text).0;
    let one_by_one = |bytes: &[u8]| WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    bytes.utf8_chunks().map(|chunk| chunk.valid().to_owned() + &one_by_one(chunk.invalid())).collect()
}

/// In GBK both the byte 80 and the pair A2 E3 read as the euro sign.
#[test]
fn either_euro_sign_is_undone() {
    let sentence = "江面上起了风，水面翻起一层又一层的波。他说：“等一等。”船工们把缆绳系紧，等风过去。";
    let broken = garbled(sentence, UTF_8, GBK);
    assert!(broken.contains("€€"), "{broken}");
    assert_eq!(repaired(&broken), sentence);
}

/// A blank could stand anywhere, so the language model cannot tell that a lost byte made one.
#[test]
fn no_blank_is_guessed() {
    for sentence in ["渡口的老船工把缆绳收好，一班船要坐8、9个人才开。", "渡口的船工收好缆绳，渡船晚点38分。38个人还在等船。"]
    {
        let back = repaired_with(&garbled(sentence, UTF_8, GBK), Lost::Mark);
        assert!(!back.contains('\u{3000}'), "{back}");
    }
}

#[test]
fn bytes_read_as_utf_8_here_and_one_by_one_there_come_back() {
    let more = ["系统实现之后，数据融合的深入应用成为行业共识。", "路上的门和毛坯房都没了，绿地的楼怎么办？他的么儿说不出。"];
    for sentence in SENTENCES.into_iter().chain(more) {
        let broken = patched(sentence, GBK);
        assert_eq!(repaired(&broken), sentence, "{broken}");
    }
    assert_eq!(repaired(&patched("圖書館三樓的燈一直亮到凌晨。", BIG5)), "圖書館三樓的燈一直亮到凌晨。");
}

#[test]
fn two_rounds_are_undone() {
    for sentence in SENTENCES {
        let twice = garbled(&garbled(sentence, UTF_8, WINDOWS_1252), UTF_8, WINDOWS_1252);
        assert_eq!(repaired(&twice), sentence);
    }
}

#[test]
fn only_the_garbled_line_of_a_page_changes() {
    let page = |second: &str| format!("{}\n{second}\n{}\n", SENTENCES[0], SENTENCES[2]);
    let broken = page(&garbled(SENTENCES[1], GBK, WINDOWS_1252));
    assert_eq!(repaired(&broken), page(SENTENCES[1]));
}

#[test]
fn a_line_read_one_byte_late_comes_back() {
    for sentence in &SENTENCES[..3] {
        let mut bytes = GBK.encode(sentence).0.into_owned();
        bytes.remove(10);
        let broken = GBK.decode_without_bom_handling(&bytes).0.into_owned();
        let lost = sentence.chars().nth(5).expect("sentences are longer");
        let marked = sentence.replacen(lost, "\u{FFFD}", 1);
        let back = repaired(&broken);
        assert!(back == *sentence || back == marked, "{broken} {back}");
    }
}

#[test]
fn lost_bytes_are_filled_in_where_the_text_leaves_no_doubt() {
    let broken = GBK.decode_without_bom_handling("他们沿着铁路走了四公里。".as_bytes()).0.into_owned();
    assert!(broken.ends_with('\u{FFFD}'), "{broken}");
    assert_eq!(repaired(&broken), "他们沿着铁路走了四公里。");
    assert_eq!(repaired(&broken.replace('\u{FFFD}', "?")), "他们沿着铁路走了四公里。");
    // 9 is all that is left of a number, and could have been any.
    assert!(repaired("閲囨憳鏃堕棿鍙湁�澶").contains('\u{FFFD}'));
}

#[test]
fn characters_torn_by_readings_come_back() {
    assert_eq!(repaired("渡口轉(zhuǎn)變?yōu)槭澜缂夡w育園的那天"), "渡口轉(zhuǎn)變為世界級體育園的那天");
    assert_eq!(repaired("那里變?yōu)槎煽诘娜思摇?/p>"), "那里變為渡口的人家。</p>");
    assert_eq!(repaired("河上的人說這就是幸?！边@種話誰都會說"), "河上的人說這就是幸福”這種話誰都會說");
    assert_eq!(repaired("岸上的鼓聲忽然停了?！?"), "岸上的鼓聲忽然停了。”");
    assert_eq!(repaired("岸上的鼓聲忽然停了?！敝袊睦先苏f"), "岸上的鼓聲忽然停了。”中國的老人說");
    assert_eq!(repaired("他們還想寫(xiě)?xuán)恍└L(zhǎng)的故事"), "他們還想寫(xiě)一些更長(zhǎng)的故事");
    assert_eq!(repaired("船工們建構(gòu)?mā)W會(huì)"), "船工們建構(gòu)學會(huì)");
    assert_eq!(repaired("每天在五里以?xún)?。渡口不遠(yuǎn)"), "每天在五里以內。渡口不遠(yuǎn)");
    assert_eq!(repaired("鼓聲忽然停了?！敝挥幸粋€老人還站在岸上"), "鼓聲忽然停了。”只有一個老人還站在岸上");
    assert_eq!(repaired("有人看見他出現(xiàn)過?！币晃焕先苏f"), "有人看見他出現(xiàn)過。”一位老人說");
    assert_eq!(repaired("這條水路上非?：?，船也多"), "這條水路上非常好，船也多");
    assert_eq!(repaired("岸上的鼓聲忽然停了?!爆F在是什麼時候,"), "岸上的鼓聲忽然停了。”現在是什麼時候,");
    assert_eq!(repaired("河邊的人看著《光明日?qǐng)?bào)》，一言不發"), "河邊的人看著《光明日報》，一言不發");
    for clean in ["他问“走不走?no)”", "渡口?yōu)没有开", "變?yōu)", "真的?然后他走了@家", "船开了?这里是A区"]
    {
        assert_eq!(repaired(clean), clean);
    }
}

#[test]
fn a_letter_beside_a_lost_character_is_no_part_of_it() {
    for text in ["县里来检查ΖΖΖΖΖ\u{FFFD}茬茬茬", "ΖΖ\u{FFFD}", "渡船開了嗎?謝謝."] {
        assert_eq!(repaired_with(text, Lost::Mark), text);
    }
}

#[test]
fn debris_goes() {
    assert_eq!(repaired("公司锟斤拷锟斤拷的产品"), "公司的产品");
    assert_eq!(repaired_with("公司锟斤拷锟斤拷的产品", Lost::Mark), "公司\u{FFFD}的产品");
    assert_eq!(repaired("烫烫烫烫烫烫烫烫值：12"), "值：12");
}

#[test]
fn clean_lines_stay() {
    for line in CLEAN.into_iter().chain(SENTENCES) {
        assert_eq!(repaired(line), line);
    }
}

proptest! {
    /// Whatever stands on a page, the runs are pieces of it, and undone rounds do not go on for ever.
    #[test]
    fn any_text_can_be_read(text in "[\u{20}-\u{7e}\u{80}-\u{ff}€“”™鍥藉涓锟斤拷烫\u{fffd}\u{e000}-\u{e800}\u{4e00}-\u{9fff}ぁ-ん가-힣\n]{0,60}") {
        for run in find(Page::new(&text), Lost::Drop) {
            prop_assert!(text.get(run.range.clone()).is_some());
            prop_assert!(!run.text.contains('\n') || text[run.range].contains('\n'));
        }
    }
}

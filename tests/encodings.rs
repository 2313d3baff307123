//! Pages as they are found: short, undeclared, wrongly declared, damaged, mixed, foreign.

use jingwen::decode::{Encoding, Evidence, decode, decode_as};

const SIMPLIFIED: &str = include_str!("data/titles.simplified.txt");
const TRADITIONAL: &str = include_str!("data/titles.traditional.txt");

const PARAGRAPH: &str = "入秋以来，江边的早市一天比一天热闹。卖菜的老人说，今年雨水足，萝卜长得又大又脆，两块钱能买一大捆。\n附近的居民习惯提着布袋来，一边走一边和熟人打招呼。";

fn gbk(text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding_rs::GB18030.encode(text);
    assert!(!lossy);
    bytes.into_owned()
}

fn big5(text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding_rs::BIG5.encode(text);
    assert!(!lossy, "{text}");
    bytes.into_owned()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

fn hz(text: &str) -> Vec<u8> {
    let pairs = gbk(text).into_iter().map(|byte| byte & 0x7f);
    b"~{".iter().copied().chain(pairs).chain(*b"~}").collect()
}

/// The share of titles, four to nine characters long, that are read right without any hint.
fn share(titles: &str, bytes: impl Fn(&str) -> Vec<u8>) -> f64 {
    let right = titles.lines().filter(|title| decode(&bytes(title)).text == *title).count();
    right as f64 / titles.lines().count() as f64
}

#[test]
fn titles_of_a_few_characters() {
    for (name, share) in [
        ("GBK", share(SIMPLIFIED, gbk)),
        ("GBK, traditional", share(TRADITIONAL, gbk)),
        ("Big5", share(TRADITIONAL, big5)),
        ("UTF-16LE", share(SIMPLIFIED, |title| utf16(title, u16::to_le_bytes))),
        ("UTF-16BE", share(SIMPLIFIED, |title| utf16(title, u16::to_be_bytes))),
        ("HZ", share(SIMPLIFIED, hz)),
    ] {
        assert!(share >= 0.97, "{name}: {share:.3}");
    }
}

#[test]
fn undeclared_paragraphs() {
    for (bytes, name) in [
        (gbk(PARAGRAPH), "GB18030"),
        (utf16(PARAGRAPH, u16::to_le_bytes), "UTF-16LE"),
        (utf16(PARAGRAPH, u16::to_be_bytes), "UTF-16BE"),
        (PARAGRAPH.chars().flat_map(|char| u32::from(char).to_le_bytes()).collect(), "UTF-32LE"),
        (PARAGRAPH.chars().flat_map(|char| u32::from(char).to_be_bytes()).collect(), "UTF-32BE"),
        (PARAGRAPH.into(), "UTF-8"),
    ] {
        let decoded = decode(&bytes);
        assert_eq!((decoded.encoding, decoded.text.as_str()), (name, PARAGRAPH));
    }
}

#[test]
fn a_declaration_counts_only_if_it_is_right() {
    let page = |charset: &str, text: &str| format!("<html><head><meta charset={charset}></head><p>{text}</p></html>");
    let right = decode(&gbk(&page("gb2312", PARAGRAPH)));
    assert_eq!((right.encoding, right.evidence), ("GB18030", Evidence::Declared));
    for charset in ["utf-8", "big5", "iso-8859-1", "nonsense", "shift_jis"] {
        let page = page(charset, PARAGRAPH);
        let decoded = decode(&gbk(&page));
        assert_eq!((decoded.encoding, decoded.evidence), ("GB18030", Evidence::Guessed), "{charset}");
        assert_eq!(decoded.text, page);
    }
    let decoded = decode(page("gbk", PARAGRAPH).as_bytes());
    assert_eq!((decoded.encoding, decoded.evidence), ("UTF-8", Evidence::Valid));
}

#[test]
fn marks_are_no_text() {
    let decoded = decode(b"\xef\xbb\xbf\xe5\xb1\xb1");
    assert_eq!((decoded.text.as_str(), decoded.evidence, decoded.source(0..3)), ("山", Evidence::Bom, 3..6));
    let decoded = decode(b"\xff\xfe\x71\x5c");
    assert_eq!((decoded.text.as_str(), decoded.encoding, decoded.source(0..3)), ("山", "UTF-16LE", 2..4));
    let decoded = decode("山\u{feff}水".as_bytes());
    assert_eq!(decoded.text, "山\u{feff}水", "inside a text a mark is a character");
}

#[test]
fn one_lost_byte_costs_one_character() {
    let bytes = gbk(PARAGRAPH);
    let (first, second) = PARAGRAPH.split_once('\n').unwrap_or_default();
    let cuts: Vec<usize> = (0..gbk(first).len()).collect();
    let mut lost = 0;
    for &at in &cuts {
        let mut bytes = bytes.clone();
        bytes.remove(at);
        let decoded = decode(&bytes);
        assert_eq!(decoded.encoding, "GB18030");
        assert!(decoded.text.ends_with(second), "byte {at}: {}", decoded.text);
        let wrong = first.chars().filter(|char| !decoded.text.contains(*char)).count();
        assert!(wrong <= 4, "byte {at}: {}", decoded.text);
        lost += wrong;
    }
    assert!(lost <= cuts.len() * 5 / 4, "{lost} characters for {} bytes", cuts.len());
}

#[test]
fn text_written_one_byte_off_is_not_read_otherwise() {
    let line = "广播员说，渡口的老船工把缆绳收好了SKI板";
    let mut bytes = gbk(&format!("{PARAGRAPH}\n{line}，今年的水比往年来得早。\n{PARAGRAPH}"));
    let gone = gbk(&format!("{PARAGRAPH}\n广播员说，")).len();
    bytes.remove(gone);
    // The lead byte that is left over takes the S along: every byte belongs to a character.
    let said = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(&bytes).expect("no byte is malformed");
    let decoded = decode(&bytes);
    assert_eq!(decoded.text, said);
    assert!(decoded.malformed.is_empty());
}

#[test]
fn a_stray_byte_is_listed_and_nothing_else() {
    for stray in [0xff, 0x80, 0x00] {
        let mut bytes = gbk(PARAGRAPH);
        bytes.insert(20, stray);
        let decoded = decode(&bytes);
        assert_eq!(decoded.text.replace('\u{fffd}', ""), PARAGRAPH, "{stray:x}");
        assert_eq!(decoded.malformed.len(), 1);
        assert_eq!(decoded.malformed[0].bytes, 20..21);
    }
}

#[test]
fn cut_pages() {
    let bytes = gbk(PARAGRAPH);
    let decoded = decode(&bytes[1..bytes.len() - 1]);
    let inner = &PARAGRAPH[3..PARAGRAPH.len() - 3];
    assert_eq!(decoded.text, format!("\u{fffd}{inner}\u{fffd}"));
    let bytes = &PARAGRAPH.as_bytes()[1..PARAGRAPH.len() - 1];
    assert_eq!(decode(bytes).text, format!("\u{fffd}{inner}\u{fffd}"));
    assert_eq!(decode(bytes).encoding, "UTF-8");
}

#[test]
fn lines_of_another_encoding() {
    let (one, two) = ("桥头的灯一盏一盏亮起来，照着下班的人。", "河对岸传来一阵笑声，是放学的孩子。");
    let expected = format!("{one}\n{two}\n{one}\n{one}\n");
    let mixed = |page: fn(&str) -> Vec<u8>, line: fn(&str) -> Vec<u8>| {
        let mut bytes = page(&format!("{one}\n"));
        bytes.extend(line(&format!("{two}\n")));
        bytes.extend(page(&format!("{one}\n{one}\n")));
        bytes
    };
    let utf8 = |text: &str| text.as_bytes().to_vec();
    for (bytes, name) in [(mixed(utf8, gbk), "UTF-8"), (mixed(gbk, utf8), "GB18030")] {
        let decoded = decode(&bytes);
        assert_eq!((decoded.text.as_str(), decoded.encoding), (expected.as_str(), name));
        assert!(decoded.malformed.is_empty());
        let at = expected.find('河').unwrap_or_default();
        let source = decoded.source(at..at + 3);
        assert!(bytes[source.clone()] == *gbk("河") || bytes[source] == *"河".as_bytes());
    }
}

#[test]
fn rare_characters_are_no_damage() {
    for line in
        ["韩愈《陆浑山火》：㸌炟熿焃", "彧翀珺垚犇羴鱻", "人名：王翯、李翾、赵頔。", "饕餮、魑魅魍魉、觊觎、龃龉", "囍囧槑烎嘦"]
    {
        let page = format!("{PARAGRAPH}\n{line}\n{PARAGRAPH}");
        assert_eq!(decode(&gbk(&page)).text, page);
    }
}

#[test]
fn foreign_pages() {
    for (label, text) in [
        ("shift_jis", "今日は天気がいいので、公園まで散歩に行きました。"),
        ("euc-jp", "新しい駅前の店はとても混んでいた。"),
        ("iso-2022-jp", "雨の日は家で本を読む。"),
        ("euc-kr", "오늘은 날씨가 좋아서 공원까지 산책을 갔습니다."),
        ("euc-kr", "서울시장 선거 결과"),
        ("windows-1251", "Сегодня хорошая погода, и мы пошли гулять в парк."),
        ("koi8-r", "В дождливые дни я читаю дома книги."),
        ("windows-1252", "Le café était fermé à midi, dommage pour les élèves."),
        ("windows-1252", "Die Straße führt über grüne Hügel."),
        ("windows-1252", "a jacket for £25, or two for £40"),
        ("windows-1250", "Zażółć gęślą jaźń i idź do domu."),
        ("windows-1253", "Σήμερα ο καιρός είναι καλός και πήγαμε βόλτα στο πάρκο."),
        ("windows-874", "วันนี้อากาศดีมากเราจึงไปเดินเล่นที่สวนสาธารณะ"),
    ] {
        let (bytes, _, lossy) = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8).encode(text);
        assert!(!lossy);
        let decoded = decode(&bytes);
        assert_eq!(decoded.text, text, "{label} as {}", decoded.encoding);
    }
}

#[test]
fn the_caller_knows_better() {
    let bytes = gbk("山水");
    let decoded = decode_as(&bytes, Encoding::GB18030);
    assert_eq!((decoded.text.as_str(), decoded.evidence), ("山水", Evidence::Given));
    assert_eq!(decode_as(b"", Encoding::BIG5).text, "");
    assert_eq!(decode(b"").text, "");
}

use super::*;
use crate::filters::normalise::rows;
use crate::pipeline::Pipeline;

/// A page in the writer's own words, and the same as a converter would print it in traditional characters.
const PAGE: &str =
    "市图书馆的新馆昨天开门，读者从早上八点就在门口排队。\n馆长说，这座楼有三层，儿童区设在一楼，开放时间比旧馆长了两个小时。\n";
const TRADITIONAL: &str =
    "市圖書館的新館昨天開門，讀者從早上八點就在門口排隊。\n館長說，這座樓有三層，兒童區設在一樓，開放時間比舊館長了兩個小時。\n";
/// How the characters of both are read, as far as they are read at all.
const READ: &[(&str, &str, u8)] = &[
    ("市", "shi", 4),
    ("图圖", "tu", 2),
    ("书書", "shu", 1),
    ("馆館", "guan", 3),
    ("的", "de", 5),
    ("新", "xin", 1),
    ("昨", "zuo", 2),
    ("天", "tian", 1),
    ("开開", "kai", 1),
    ("门門", "men", 2),
    ("读讀", "du", 2),
    ("者", "zhe", 3),
    ("从從", "cong", 2),
    ("早", "zao", 3),
    ("点點", "dian", 3),
    ("排", "pai", 2),
    ("队隊", "dui", 4),
    ("说說", "shuo", 1),
    ("这這", "zhe", 4),
    ("楼樓", "lou", 2),
    ("层層", "ceng", 2),
    ("时時", "shi", 2),
    ("间間", "jian", 1),
    ("两兩", "liang", 3),
    ("个個", "ge", 4),
    ("小", "xiao", 3),
];

fn cleaned(text: &str) -> String {
    Pipeline::new(vec![Box::new(Unconvert::new(Script::Keep))]).clean(text).text
}

/// The text with a bracket behind each character that `chosen` takes.
fn annotated(text: &str, chosen: impl Fn(char) -> bool, bracket: impl Fn(&str, u8) -> String) -> String {
    let reading = |c: char| READ.iter().find(|(forms, ..)| forms.contains(c) && chosen(c));
    text.chars()
        .map(|c| reading(c).map_or(c.to_string(), |&(_, syllable, tone)| format!("{c}{}", bracket(syllable, tone))))
        .collect()
}

/// The syllable with its tone as a combining mark on the vowel that carries it, roughly.
fn marked(syllable: &str, tone: u8) -> String {
    let at = ["a", "e", "o", "i", "u"].iter().find_map(|vowel| syllable.find(vowel)).expect("a vowel");
    let mark = ["\u{304}", "\u{301}", "\u{30C}", "\u{300}", ""][tone as usize - 1];
    format!("{}{mark}{}", &syllable[..=at], &syllable[at + 1..])
}

#[test]
fn every_style_of_reading_comes_back_to_the_page() {
    let styles: [fn(&str, u8) -> String; 8] = [
        |s, _| format!("({s})"),
        |s, _| format!("（{s}）"),
        |s, _| format!("[{s}]"),
        |s, tone| format!("({s}{tone})"),
        |s, tone| format!("({})", marked(s, tone)),
        |s, _| format!("( {s} )"),
        |s, _| format!(" ({s})"),
        |s, _| format!("({s})({s})"),
    ];
    for style in styles {
        for text in [PAGE, TRADITIONAL] {
            assert_eq!(cleaned(&annotated(text, |_| true, style)), PAGE);
            assert_eq!(cleaned(&annotated(text, |c| "馆館的小时時门門".contains(c), style)), PAGE);
        }
        assert_eq!(cleaned(&annotated(TRADITIONAL, |c| c == '門', style)), PAGE);
    }
}

#[test]
fn converted_pages_come_back() {
    for (page, article) in [
        ("河邊(biān)的風(fēng)車(chē)轉(zhuàn)了一夜，沒(méi)有人看見。", "河边的风车转了一夜，没有人看见。"),
        ("風車轉(zhuàn)了一夜，誰也沒有看見。", "风车转了一夜，谁也没有看见。"),
        ("風車(che)將於明天(tian)停轉", "风车将于明天停转"),
        ("磨(mo)坊(fang)里(li)的(de)灯(deng)亮(liang)着(zhe)。", "磨坊里的灯亮着。"),
        ("磨坊(fang)(fang)的灯(deng)亮(liang)(liang)(liang)了一整夜(ye)。", "磨坊的灯亮了一整夜。"),
        ("一(yi)九(jiu)年(nian)修(xiu)了2(2)0(0)座桥，长 3(3)1(1).5(5) 米(mi)。", "一九年修了20座桥，长 31.5 米。"),
        ("旅(lǚ)館(guǎn)的門（mén）前(qián)停着綠(lv4)色的車(che1)。", "旅馆的门前停着绿色的车。"),
        ("一目瞭(liǎo)然(rán)的賬(zhàng)目", "一目了然的账目"),
        ("世界氣(qì)象(xiàng)組(zǔ)織(zhī)(WMO)的報(bào)告（2021年）", "世界气象组织(WMO)的报告（2021年）"),
    ] {
        assert_eq!(cleaned(page), article);
    }
}

#[test]
fn doubled_digits_go_with_the_readings() {
    assert_eq!(cleaned("2(2)0(0)26(6)年(nian)8(8)月(yue)，桥(qiao)面(mian)通(tong)车(che)。"), "2026年8月，桥面通车。");
    assert_eq!(cleaned("樊某4(11)比2(8)战胜对手，当x=2(2)时参见脚注。"), "樊某4(11)比2(8)战胜对手，当x=2(2)时参见脚注。");
}

#[test]
fn brackets_of_the_author_stay_on_a_converted_page() {
    let page = "世(shi)界(jie)卫(wei)生(sheng)组(zu)织(zhi)(WHO)发(fa)布(bu)报(bao)告(gao)（第3章）。";
    assert_eq!(cleaned(page), "世界卫生组织(WHO)发布报告（第3章）。");
}

#[test]
fn words_with_their_readings_come_back() {
    let page = "今天(jīntiān)我们(wǒ men)去(qù)公园(gōngyuán)看见(kànjiàn)很多(hěn duō)老人(lǎorén)";
    assert_eq!(cleaned(page), "今天我们去公园看见很多老人");
}

#[test]
fn glosses_and_genuine_traditional_pages_stay() {
    for page in [
        TRADITIONAL,
        "龘(dá)字笔画很多。",
        "叆叇(ài dài)是云多的样子。",
        "从六(lù)安到歙(shè)县，再到亳(bó)州。",
        "工程师林建熠（yì）介绍了方案，上海(shàng hǎi)话另说。",
        "生字：山(shān)、水(shuǐ)、火(huǒ)、土(tǔ)。",
        "“的地得”的用法：好的(de)，慢慢地(de)，跑得(de)快。",
        "世界卫生组织(WHO)、会话（session）与帧率（fps），某某(音)。",
        "他姓單(shàn)，祖父是讀書人，從前住在這座樓的三層，後來搬到了對面的舊屋。",
        "这个“彧(yù)”字，他教了三遍。",
        "生字：河(hé)、桥(qiáo)、船(chuán)、帆(fān)。",
        "导演皮埃尔(Pierre)和编剧安(Ann)都没有来。",
        "气象组织(WMO)发布了报告(见第 3 页)，长(zhǎng)字在这里读第三声。",
        "山上的郵局只剩一位郵差，他每天清晨六點把郵袋綁在腳踏車後面。",
        "这里的(de)、轻轻地(de)、跳得(de)高，三个字读音一样。",
        "他说了三(3)遍，一共(1)次。",
        "山东单(shàn)县、安徽六(lù)安、河南浚(xùn)县和浙江台(tāi)州、丽(lí)水的地名都容易读错。",
        "他名叫王大陸(lù)，從前住在這座樓的三層，後來搬到了對面的舊屋，門口有一棵大樹，每天早上都有人在樹下讀書，熱鬧非凡。",
        "学校教拼音：妈(mā)妈(ma)爱(ài)我(wǒ)，爸(bà)爸(ba)也(yě)爱(ài)我(wǒ)。",
        "函数f(x)在(a,b)上连续，[注]见下页(he)。",
    ] {
        assert_eq!(cleaned(page), page);
    }
}

#[test]
fn a_traditional_page_is_simplified_on_request() {
    let simplified = |text: &str| Pipeline::new(vec![Box::new(Unconvert::new(Script::Simplified))]).clean(text).text;
    assert_eq!(simplified(TRADITIONAL), PAGE);
    assert_eq!(simplified("図書館で本を読む。"), "図書館で本を読む。");
}

#[test]
fn slips_of_a_converter_bring_the_script_back() {
    let converted = "渡口終于修好了。這里的人說，這么大的船以前進不來，兩岸聯系全靠它。";
    assert_eq!(cleaned(converted), "渡口终于修好了。这里的人说，这么大的船以前进不来，两岸联系全靠它。");
    let mixed = "渡口終于修好了。怎么去，由于沒有路，誰也說不清。";
    assert_eq!(cleaned(mixed), "渡口终于修好了。怎么去，由于没有路，谁也说不清。");
    for genuine in [
        // Simplified as it is, with one name in the other script.
        "渡口终于修好了。这里的人说什么“關系社會”，由于没有路，怎么去谁也说不清。",
        "渡口終於修好了。這裡的人說，這麼大的船以前進不來，兩岸聯繫全靠它。",
        // One typing error, or two in a text that knows better.
        "渡口終于修好了。老船工說，他等了三年。",
        "渡口終于修好了，這么大的船也進得來。關于渡口，於是沒有人再說什麼。",
        "把“關係”寫成“關系”，把“終於”寫成“終于”，把“這麼”寫成“這么”，是簡繁轉換最常見的錯誤。",
    ] {
        assert_eq!(cleaned(genuine), genuine);
    }
}

#[test]
fn slips_are_sorted_and_differ_from_proper_words() {
    let rows: Vec<&str> = rows(include_str!("../../../rules/conversion-slips.tsv")).collect();
    assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
    for row in rows {
        let (slip, proper) = row.split_once('\t').expect("two columns");
        assert_ne!(slip, proper);
    }
}

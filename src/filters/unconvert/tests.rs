use super::*;
use crate::pipeline::Pipeline;

fn unconverted(text: &str) -> String {
    Pipeline::new(vec![Box::new(Unconvert::new(Script::Keep))]).clean(text).text
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
        assert_eq!(unconverted(page), article);
    }
}

#[test]
fn glosses_names_and_genuine_pages_stay() {
    for page in [
        "这个“彧(yù)”字，他教了三遍。",
        "生字：河(hé)、桥(qiáo)、船(chuán)、帆(fān)。",
        "导演皮埃尔(Pierre)和编剧安(Ann)都没有来。",
        "气象组织(WMO)发布了报告(见第 3 页)，长(zhǎng)字在这里读第三声。",
        "山上的郵局只剩一位郵差，他每天清晨六點把郵袋綁在腳踏車後面。",
        "这里的(de)、轻轻地(de)、跳得(de)高，三个字读音一样。",
        "他说了三(3)遍，一共(1)次。",
    ] {
        assert_eq!(unconverted(page), page);
    }
}

#[test]
fn genuine_traditional_pages_are_simplified_when_asked() {
    let pipeline = Pipeline::new(vec![Box::new(Unconvert::new(Script::Simplified))]);
    let cleaned = pipeline.clean("山上的郵局只剩一位郵差。");
    assert_eq!(cleaned.text, "山上的邮局只剩一位邮差。");
    assert_eq!(cleaned.undo(), "山上的郵局只剩一位郵差。");
}

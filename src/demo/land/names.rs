//! Names, all made up, in Chinese and in English (pinyin).

use super::random::Random;

/// A name in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Name {
    /// Chinese.
    pub(crate) zh: String,
    /// English.
    pub(crate) en: String,
}

impl Name {
    /// Both texts.
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The name without what kind of thing it is: its first word in English, as many in Chinese.
    pub(crate) fn stem(&self) -> Self {
        let en = self.en.split(' ').next().unwrap_or(&self.en).to_owned();
        let letters = self.zh.chars().count();
        let kind = if self.zh.ends_with("社区") || self.zh.ends_with("街道") { 2 } else { 1 };
        let zh = self.zh.chars().take(letters.saturating_sub(kind).max(1)).collect();
        Self { zh, en }
    }

    /// The name with what kind of thing it is.
    pub(crate) fn with(&self, zh: &str, en: &str) -> Self {
        Self { zh: format!("{}{zh}", self.zh), en: format!("{} {en}", self.en) }
    }
}

/// A name of chance.
pub(crate) fn stem(random: &mut Random) -> Name {
    let ((a, b), (c, d)) = (random.pick(&FIRST), random.pick(&SECOND));
    Name::new(format!("{a}{c}"), format!("{b}{d}"))
}

const FIRST: [(&str, &str); 30] = [
    ("青", "Qing"),
    ("和", "He"),
    ("吉", "Ji"),
    ("宝", "Bao"),
    ("新", "Xin"),
    ("盛", "Sheng"),
    ("华", "Hua"),
    ("福", "Fu"),
    ("景", "Jing"),
    ("德", "De"),
    ("文", "Wen"),
    ("锦", "Jin"),
    ("兴", "Xing"),
    ("安", "An"),
    ("南", "Nan"),
    ("云", "Yun"),
    ("石", "Shi"),
    ("荷", "He"),
    ("同", "Tong"),
    ("长", "Chang"),
    ("碧", "Bi"),
    ("金", "Jin"),
    ("凤", "Feng"),
    ("松", "Song"),
    ("竹", "Zhu"),
    ("星", "Xing"),
    ("明", "Ming"),
    ("永", "Yong"),
    ("丰", "Feng"),
    ("榕", "Rong"),
];

const SECOND: [(&str, &str); 28] = [
    ("岚", "lan"),
    ("泰", "tai"),
    ("山", "shan"),
    ("园", "yuan"),
    ("林", "lin"),
    ("湖", "hu"),
    ("河", "he"),
    ("岭", "ling"),
    ("田", "tian"),
    ("塘", "tang"),
    ("坪", "ping"),
    ("海", "hai"),
    ("泉", "quan"),
    ("峰", "feng"),
    ("谷", "gu"),
    ("桥", "qiao"),
    ("溪", "xi"),
    ("洲", "zhou"),
    ("苑", "yuan"),
    ("芳", "fang"),
    ("庭", "ting"),
    ("业", "ye"),
    ("康", "kang"),
    ("宁", "ning"),
    ("乐", "le"),
    ("辉", "hui"),
    ("原", "yuan"),
    ("堤", "di"),
];

/// Names in an order of chance, none twice until all are used.
pub(crate) struct Names {
    left: Vec<Name>,
    taken: usize,
}

/// What is put behind a name when all were taken once, twice and so on.
const AGAIN: [(&str, &str); 14] = [
    ("东", "East"),
    ("西", "West"),
    ("南", "South"),
    ("北", "North"),
    ("中", "Middle"),
    ("新", "New"),
    ("一", "First"),
    ("二", "Second"),
    ("三", "Third"),
    ("四", "Fourth"),
    ("五", "Fifth"),
    ("六", "Sixth"),
    ("七", "Seventh"),
    ("八", "Eighth"),
];

impl Names {
    /// The names of a seed for a purpose.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let mut random = Random::new(seed, purpose);
        let pair = |(zh, en): &(&str, &str)| {
            let (zh, en) = ((*zh).to_owned(), (*en).to_owned());
            SECOND.iter().map(move |(z, e)| Name::new(format!("{zh}{z}"), format!("{en}{e}")))
        };
        let mut left: Vec<Name> = FIRST.iter().flat_map(pair).collect();
        for i in (1..left.len()).rev() {
            left.swap(i, random.whole(0, i as i64) as usize);
        }
        Self { left, taken: 0 }
    }

    /// The next.
    pub(crate) fn next(&mut self) -> Name {
        let name = &self.left[self.taken % self.left.len()];
        let round = self.taken / self.left.len();
        self.taken += 1;
        match (round.checked_sub(1), AGAIN.get(round.wrapping_sub(1))) {
            (None, _) => name.clone(),
            (_, Some((zh, en))) => name.with(zh, en),
            (Some(round), None) => name.with(&format!("{round}"), &format!("{round}")),
        }
    }
}

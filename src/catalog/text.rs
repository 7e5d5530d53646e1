//! Text for people, in Chinese and English.

use serde::{Deserialize, Deserializer, Serialize};

/// A language that texts are kept in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// A text for people, in Chinese, English or both. Sidecars write a table, `{zh = "…", en = "…"}`,
/// or a string, whose letters tell its language.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Text {
    /// Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Text {
    /// A text of which only the letters tell the language: Chinese if it holds any Han character.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}');
        let owned = Some(text.to_owned());
        if text.contains(han) { Self { zh: owned, en: None } } else { Self { zh: None, en: owned } }
    }

    /// The text in `language`, else in the other; empty if there is none.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        let (first, second) = match language {
            Language::Zh => (&self.zh, &self.en),
            Language::En => (&self.en, &self.zh),
        };
        first.as_deref().or(second.as_deref()).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> serde::de::Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text, or a table with `zh` and `en`")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text::of(text))
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Text, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Both {
            zh: Option<String>,
            en: Option<String>,
        }
        let Both { zh, en } = Both::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        Ok(Text { zh, en })
    }
}

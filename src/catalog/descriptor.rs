//! The sidecar of a layer, as written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text for people, in Chinese, English or both.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese.
    pub zh: Option<String>,
    /// English.
    pub en: Option<String>,
}

/// `layers/<theme>/<layer>.toml` (DESIGN: Descriptors). Every key is optional.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Descriptor {
    /// Title.
    pub title: Option<Text>,
    /// Columns by name.
    pub columns: BTreeMap<String, toml::Value>,
}

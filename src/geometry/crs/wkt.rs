//! Well-known text as a tree (OGC 01-009 section 7.2, ISO 19162): `KEYWORD[item, item, …]`.

use super::CrsError;

/// Deepest nesting read.
const MAX_DEPTH: usize = 32;

/// A keyword and what its brackets hold.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// In upper case.
    pub(super) keyword: String,
    pub(super) items: Vec<Item>,
}

#[derive(Clone, Debug)]
pub(super) enum Item {
    Node(Node),
    Text(String),
    Number(f64),
}

impl Node {
    /// The nodes directly inside.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &Self> {
        self.items.iter().filter_map(|item| match item {
            Item::Node(node) => Some(node),
            _ => None,
        })
    }

    /// The first node directly inside that has one of the keywords.
    pub(super) fn child(&self, keywords: &[&str]) -> Option<&Self> {
        self.nodes().find(|node| keywords.contains(&node.keyword.as_str()))
    }

    /// The numbers directly inside, in order.
    pub(super) fn numbers(&self) -> impl Iterator<Item = f64> {
        self.items.iter().filter_map(|item| match item {
            Item::Number(number) => Some(*number),
            _ => None,
        })
    }

    /// The texts directly inside, in order; the first is mostly the node's name.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|item| match item {
            Item::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

/// Reads a whole text.
pub(super) fn parse(text: &str) -> Result<Node, CrsError> {
    let mut reader = Reader { rest: text };
    match reader.item(0)? {
        Item::Node(node) => Ok(node),
        _ => Err(CrsError::new("the CRS's well-known text has no keyword")),
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn item(&mut self, depth: usize) -> Result<Item, CrsError> {
        self.rest = self.rest.trim_start();
        if self.rest.starts_with('"') {
            return self.text().map(Item::Text);
        }
        let end = self.rest.find(['[', '(', ']', ')', ',', '"']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        let word = word.trim();
        self.rest = rest;
        if self.take(&['[', '(']) {
            return self
                .items(depth)
                .map(|items| Item::Node(Node { keyword: word.to_ascii_uppercase(), items }));
        }
        match word.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Item::Number(number)),
            _ if word.is_empty() => Err(broken()),
            _ => Ok(Item::Text(word.to_owned())),
        }
    }

    /// What stands between brackets, the opening one already taken.
    fn items(&mut self, depth: usize) -> Result<Vec<Item>, CrsError> {
        if depth == MAX_DEPTH {
            return Err(CrsError::new("the CRS's well-known text is nested too deeply"));
        }
        let mut items = Vec::new();
        loop {
            items.push(self.item(depth + 1)?);
            if self.take(&[']', ')']) {
                return Ok(items);
            }
            if !self.take(&[',']) {
                return Err(broken());
            }
        }
    }

    fn take(&mut self, any: &[char]) -> bool {
        self.rest = self.rest.trim_start();
        let found = self.rest.strip_prefix(any);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// A text in quotes; two quotes inside are one.
    fn text(&mut self) -> Result<String, CrsError> {
        let mut out = String::new();
        loop {
            let inner = self.rest.strip_prefix('"').ok_or_else(broken)?;
            let (piece, rest) = inner.split_once('"').ok_or_else(broken)?;
            out.push_str(piece);
            self.rest = rest;
            if !rest.starts_with('"') {
                return Ok(out);
            }
            out.push('"');
        }
    }
}

fn broken() -> CrsError {
    CrsError::new("the CRS's well-known text is broken")
}

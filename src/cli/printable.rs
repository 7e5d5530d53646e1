//! Text for a terminal: what files and sidecars say moves no cursor and begins no line.

use std::fmt::{self, Display, Write};

/// Shows what it holds, control characters escaped.
pub(super) struct Printable<T>(pub(super) T);

impl<T: Display> Display for Printable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaped(f), "{}", self.0)
    }
}

struct Escaped<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| c.is_control()) {
            self.0.write_str(&rest[..at])?;
            write!(self.0, "{}", c.escape_default())?;
            rest = &rest[at + c.len_utf8()..];
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_nothing_else() {
        let shown = |text: &str| Printable(text).to_string();
        assert_eq!(shown("a\u{1b}[2J\nb\u{9b}\u{7f}"), "a\\u{1b}[2J\\nb\\u{9b}\\u{7f}");
        assert_eq!(shown("宗地 \"a\" \\"), "宗地 \"a\" \\");
        assert_eq!(shown(""), "");
    }
}

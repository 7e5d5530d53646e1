//! Progress bars on standard error, where that is a terminal.

use std::io::IsTerminal;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use crate::catalog::{Progress, Silent, Step};
use crate::model::CollectionId;

/// What tells people how far loading has come: a bar on a terminal, else nothing.
pub(super) fn shown() -> Arc<dyn Progress> {
    if std::io::stderr().is_terminal() {
        Arc::new(Bar(ProgressBar::hidden()))
    } else {
        Arc::new(Silent)
    }
}

/// A bar of layers that are written, where standard error is a terminal.
pub(super) fn layers() -> ProgressBar {
    of("{bar:30} {pos}/{len} layers written, {elapsed}")
}

/// A bar of tiles that are made; those of deeper zooms are not known yet.
pub(super) fn tiles() -> ProgressBar {
    of("{bar:30} {pos}/{len} tiles or more, {per_sec}, {elapsed}")
}

fn of(template: &str) -> ProgressBar {
    let bar =
        if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// One bar over all layers, with what is being done beside it.
struct Bar(ProgressBar);

impl Progress for Bar {
    fn begin(&self, layers: usize) {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} layers  {wide_msg}");
        if let Ok(style) = style {
            self.0.set_style(style);
        }
        self.0.reset();
        self.0.set_length(layers as u64);
        self.0.set_draw_target(indicatif::ProgressDrawTarget::stderr());
    }

    fn step(&self, id: &CollectionId, step: Step) {
        let doing = match step {
            Step::Copy => "copying",
            Step::Check => "checking",
            Step::Profile => "reading",
            Step::Index => "indexing",
        };
        self.0.set_message(format!("{doing} {id}"));
    }

    fn done(&self, _id: &CollectionId) {
        self.0.inc(1);
        if Some(self.0.position()) == self.0.length() {
            self.0.finish_and_clear();
        }
    }
}

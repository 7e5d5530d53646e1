//! Access: who asks, and what of the snapshot that caller may see. The one place that decides.
//!
//! Must not know: formats.

mod id;
mod layer;
mod view;

pub use id::FeatureId;
pub use layer::{LayerView, Mixed};
pub use view::{Caller, ThemeView, View};

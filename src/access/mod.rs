//! Access: who asks, and what of the snapshot that caller may see. The one place that decides.
//!
//! Must not know: formats.

mod layer;
mod view;

pub use layer::{FeatureId, LayerView, Mixed};
pub use view::{Caller, View};

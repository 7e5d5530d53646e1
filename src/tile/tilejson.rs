//! TileJSON 3.0 (<https://github.com/mapbox/tilejson-spec/tree/master/3.0.0>).

use serde_json::Value;

use crate::access::LayerView;

/// The TileJSON of the tiles that `template` names (`{z}`, `{x}`, `{y}` in it) for `layers`, under
/// `name`. Layers without geometry have no bounds.
#[must_use]
pub fn tilejson(_name: &str, _template: &str, _layers: &[LayerView]) -> Value {
    todo!()
}

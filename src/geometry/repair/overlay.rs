//! Repair by polygon overlay.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::Solver;
use i_overlay::i_float::int::point::IntPoint;
use i_overlay::i_shape::int::shape::IntShapes;

use super::Polygons;

pub(super) struct Buffers {
    overlay: Overlay,
}

impl Default for Buffers {
    fn default() -> Self {
        let solver = Solver { multithreading: None, ..Solver::AUTO };
        Self { overlay: Overlay::new_custom(0, IntOverlayOptions::ogc(), solver) }
    }
}

/// Replaces the polygons by the union of what is inside each shell and not inside its holes.
/// "Inside" is where a ring winds at all, so that both loops of an eight stay.
pub(super) fn repair(polygons: &mut Polygons, buffers: &mut Buffers) {
    let overlay = &mut buffers.overlay;
    let mut parts: IntShapes = Vec::new();
    for mut rings in polygons.iter() {
        overlay.clear();
        if let Some(shell) = rings.next() {
            overlay.add_path_iter(points(shell), ShapeType::Subject);
        }
        rings.for_each(|hole| overlay.add_path_iter(points(hole), ShapeType::Clip));
        parts.extend(overlay.overlay(OverlayRule::Difference, FillRule::NonZero));
    }
    if polygons.polygons.len() > 1 {
        overlay.clear();
        overlay.add_shapes(&parts, ShapeType::Subject);
        parts = overlay.overlay(OverlayRule::Subject, FillRule::NonZero);
    }
    polygons.clear();
    for part in &parts {
        for ring in part {
            polygons.points.extend(ring.iter().map(|at| [at.x, at.y]));
            polygons.end_ring();
        }
        polygons.end_polygon();
    }
}

fn points(ring: &[[i32; 2]]) -> impl Iterator<Item = IntPoint> {
    ring.iter().map(|&[x, y]| IntPoint::new(x, y))
}

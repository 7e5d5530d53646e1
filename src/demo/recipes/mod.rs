//! Recipes: how the rows of a layer are placed where the schema says it all.

mod areas;
mod events;
mod lives;
mod lots;
mod natural;
mod periods;
mod roadside;

pub(crate) use areas::{Cutting, cut_areas, cut_communities, shapes, union};
pub(crate) use events::{Rhythm, minute};
pub(crate) use lives::{life, title};
pub(crate) use periods::{Step, area_places, dated, inner_of, periods, span_of};
pub(crate) use roadside::{beside, chain, chain_line, parallel};

use super::DemoError;
use super::schema::Made;
use super::sheet::Sheet;

/// Makes the rows of a layer as its schema says.
pub(crate) fn make(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    match &sheet.layer.made {
        Made::Sites { on, zone, life } => lots::sites(sheet, on, zone, life),
        Made::Buildings { usage, zone, life } => lots::buildings(sheet, usage, zone, life),
        Made::Lots { on, zone, life } => lots::lots(sheet, on, zone, 1.0, life),
        Made::Plots { on, zone, share, life } => lots::lots(sheet, on, zone, *share, life),
        Made::Kerb { class, detail, life } => roadside::kerb(sheet, class, *detail, life),
        Made::Junctions { life } => roadside::junctions(sheet, life),
        Made::Stretches { class, links, offset, net, life } => {
            roadside::stretches(sheet, class, (*links, *offset, *net), life)
        }
        Made::Areas { seeds, land, recut, whole } => {
            areas::areas(sheet, *seeds, land == "built", recut, whole == "communities")
        }
        Made::Patches { land, cells, life } => natural::patches(sheet, land, *cells, life),
        Made::Years { per, step, from } => periods::years(sheet, per == "subdistrict", step, *from),
        Made::Readings { at, step } => periods::readings(sheet, at, step),
        Made::Happenings(how) => events::happenings(sheet, how),
        Made::Around { of, reach } => events::around(sheet, of, *reach),
        Made::Code => Ok(()),
    }
}

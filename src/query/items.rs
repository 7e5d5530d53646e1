//! Features of one collection by box, time and column values.

use super::equals::Equals;
use super::region::Region;
use super::{QueryError, quoted};
use crate::access::LayerView;
use crate::geometry::Area;
use crate::index::Record;
use crate::model::{Extent, Row, Schema};
use crate::time::{Instant, Moment, Span, TemporalKind, Zone};
use crate::work::{Deadline, Expired};

/// Rows looked at between two looks at the deadline.
const DEADLINE_STEP: usize = 1000;

/// What is asked of a collection's items.
#[derive(Clone, Debug)]
pub struct ItemsAsk {
    /// Boxes in degrees from -180 to 180, any of which may be met; two where the box crosses the
    /// antimeridian.
    pub bbox: Option<Vec<Extent>>,
    /// Least and greatest height of a `bbox` of six numbers: geometry that has heights must have
    /// some in between; geometry without matches.
    pub heights: Option<[f64; 2]>,
    /// The `datetime` parameter.
    pub moment: Option<Moment>,
    /// Features of a page.
    pub limit: usize,
    /// Features before it.
    pub offset: u64,
    /// `<column>=<value>`: the column holds the value, compared by the column's type.
    pub equals: Vec<(String, String)>,
    /// The columns wanted; `None` for all.
    pub properties: Option<Vec<String>>,
    /// The catalogue's zone, for values of time columns without one.
    pub zone: Zone,
}

/// A question ready to run; owns all that it needs.
pub struct ItemsPlan {
    /// The layer.
    pub layer: LayerView,
    /// What a row's validity must meet.
    pub window: Option<Span>,
    /// Column positions to write, in the schema's order.
    pub columns: Vec<usize>,
    /// Whether versions of one entity may meet in the answer, so that ids carry `@<valid_from>`.
    pub versions: bool,
    /// Features of a page.
    pub limit: usize,
    /// Features before it.
    pub offset: u64,
    region: Option<Region>,
    equals: Vec<Equals>,
    zone: Zone,
}

/// A page of matching rows, in row order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// The rows of the page.
    pub rows: Vec<Row>,
    /// How many match in all.
    pub matched: u64,
}

/// Resolves an ask against a layer.
///
/// # Errors
/// [`QueryError::Invalid`] naming the parameter.
pub fn plan(layer: &LayerView, ask: &ItemsAsk, now: Instant) -> Result<ItemsPlan, QueryError> {
    let schema = layer.schema();
    let window = layer.window(ask.moment.as_ref(), now);
    let equals = ask
        .equals
        .iter()
        .map(|(column, value)| Equals::new(schema, column, value, &ask.zone))
        .collect::<Result<_, _>>()?;
    Ok(ItemsPlan {
        layer: layer.clone(),
        window,
        columns: columns(schema, ask.properties.as_deref())?,
        versions: layer.temporal() == TemporalKind::State && !is_one_instant(window),
        limit: ask.limit,
        offset: ask.offset,
        region: ask.bbox.as_deref().and_then(|boxes| Region::new(boxes, ask.heights)),
        equals,
        zone: ask.zone.clone(),
    })
}

/// The positions of the columns wanted (the `properties` parameter), in the schema's order, once
/// each; of all columns for `None`.
///
/// # Errors
/// [`QueryError::Invalid`] where one does not exist.
pub fn columns(schema: &Schema, wanted: Option<&[String]>) -> Result<Vec<usize>, QueryError> {
    let Some(wanted) = wanted else { return Ok((0..schema.columns.len()).collect()) };
    let find = |name: &String| {
        schema.position(name).ok_or_else(|| QueryError::Invalid {
            parameter: "properties".to_owned(),
            reason: format!("there is no column `{}`", quoted(name)),
        })
    };
    let mut columns = wanted.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    columns.sort_unstable();
    columns.dedup();
    Ok(columns)
}

/// Whether a window holds one instant alone, at which an entity has one version.
fn is_one_instant(window: Option<Span>) -> bool {
    window.is_some_and(|window| {
        let [start, end] = window.to_millis();
        end.saturating_sub(start) == 1
    })
}

/// Finds the page. Rows without geometry meet every box, as OGC API Features asks.
///
/// A box or a date is looked up in the index. Without either, or at the date `../..`, each row is
/// looked at, and with `<column>=<value>` each row that the box and the date leave; so are the rows
/// without geometry of a layer with time.
///
/// # Errors
/// [`QueryError::Expired`].
pub fn run(plan: &ItemsPlan, deadline: &Deadline) -> Result<Page, QueryError> {
    let mut pager = Pager::new(plan);
    if plan.region.is_some() || plan.is_dated() {
        for (at, candidate) in candidates(plan).into_iter().enumerate() {
            tick(at, deadline)?;
            if plan.lies_there(candidate) && plan.holds(candidate.row) {
                pager.add(candidate.row);
            }
        }
    } else if plan.is_everything() {
        return Ok(pager.of_everything());
    } else {
        for row in (0..plan.layer.rows()).map(Row::new) {
            tick(row.index(), deadline)?;
            if plan.is_valid(row) && plan.holds(row) {
                pager.add(row);
            }
        }
    }
    Ok(pager.page)
}

fn tick(step: usize, deadline: &Deadline) -> Result<(), Expired> {
    if step.is_multiple_of(DEADLINE_STEP) { deadline.check() } else { Ok(()) }
}

impl ItemsPlan {
    /// Digest of everything the answer depends on. Equal keys, equal rows written alike: the time
    /// counts as the slab it lies in, in which the layer does not change.
    #[must_use]
    pub fn key(&self) -> u128 {
        let Self { layer, window, columns, versions, limit, offset, region, equals, zone } = self;
        let time = window.map(|window| match layer.whole() {
            Some(mixed) => format!("{:?}", mixed.slabs.slab(window)),
            None => format!("{window:?}"),
        });
        let (layer, zone) = (layer.digest(), zone.name());
        let rows = (limit, offset, region, equals);
        let text = format!("{layer:032x} {time:?} {columns:?} {versions} {rows:?} {zone}");
        xxhash_rust::xxh3::xxh3_128(text.as_bytes())
    }

    /// Whether the window leaves out any time.
    fn is_dated(&self) -> bool {
        self.window.is_some_and(|window| window != Span::ALWAYS)
    }

    /// Whether every row of the file is an answer, as there is no region.
    fn is_everything(&self) -> bool {
        let whole = self.layer.whole().map(|whole| whole.count);
        !self.is_dated() && self.equals.is_empty() && whole == Some(self.layer.rows())
    }

    /// Whether the row lies in the region.
    fn lies_there(&self, candidate: Candidate) -> bool {
        match (&self.region, candidate.undecided) {
            (Some(region), Some(record)) => region.meets(&self.layer, record),
            _ => true,
        }
    }

    /// Whether the row is served and its validity meets the window.
    fn is_valid(&self, row: Row) -> bool {
        let span = self.layer.index().span(row);
        span.is_some_and(|span| self.window.is_none_or(|window| span.meets(window)))
    }

    /// Whether the row's columns hold the values asked for.
    fn holds(&self, row: Row) -> bool {
        if self.equals.is_empty() {
            return true;
        }
        let feature = self.layer.feature(row);
        feature.is_some_and(|feature| self.equals.iter().all(|e| e.holds(&feature, &self.zone)))
    }
}

/// A row that may meet the region.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    row: Row,
    /// The record whose geometry must be looked at; `None` where the row meets the region surely.
    undecided: Option<Record>,
}

/// The rows whose record meets the region and that are valid in the window, in row order.
fn candidates(plan: &ItemsPlan) -> Vec<Candidate> {
    let index = plan.layer.index();
    let areas = plan.region.as_ref().map_or_else(|| vec![Area::WORLD], Region::areas);
    let mut records = Vec::new();
    index.select(&areas, plan.window, None, &mut records);
    let drawing = index.drawing();
    let mut rows: Vec<Candidate> = records
        .into_iter()
        .map(|record| {
            let area = drawing.area(record);
            let sure = plan.region.as_ref().is_none_or(|region| region.surely_holds(&area));
            Candidate { row: drawing.row(record), undecided: (!sure).then_some(record) }
        })
        .collect();
    let nowhere = index.rows_without_geometry().iter().map(|row| Row::new(*row));
    rows.extend(
        nowhere.filter(|row| plan.is_valid(*row)).map(|row| Candidate { row, undecided: None }),
    );
    rows.sort_unstable();
    rows
}

/// Counts what matches and keeps the page.
struct Pager<'p> {
    plan: &'p ItemsPlan,
    page: Page,
}

impl<'p> Pager<'p> {
    const fn new(plan: &'p ItemsPlan) -> Self {
        Self { plan, page: Page { rows: Vec::new(), matched: 0 } }
    }

    fn add(&mut self, row: Row) {
        if self.page.matched >= self.plan.offset && self.page.rows.len() < self.plan.limit {
            self.page.rows.push(row);
        }
        self.page.matched += 1;
    }

    /// The page where all rows match: nothing to look for.
    fn of_everything(mut self) -> Page {
        let rows = self.plan.layer.rows();
        let first = u32::try_from(self.plan.offset).unwrap_or(rows).min(rows);
        let limit = u32::try_from(self.plan.limit).unwrap_or(rows);
        self.page.rows = (first..rows.min(first.saturating_add(limit))).map(Row::new).collect();
        self.page.matched = rows.into();
        self.page
    }
}

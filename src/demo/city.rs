//! The city before it is written: the land, and what layers ask of one another.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::land::areas::Areas;
use super::land::buildings::{self, Building};
use super::land::calendar::Day;
use super::land::grid;
use super::land::names::Name;
use super::land::parcels::{self, Block, Parcel};
use super::land::people::{Count, People};
use super::land::plane::{self, Point};
use super::land::relief::Relief;
use super::land::roads::Roads;
use super::land::streets::{self, Streets};
use super::schema::{self, Layer, Theme};
use super::sheet::{Cell, Shape, Sheet, Span};
use super::{DemoError, Options, themes};

/// A row of a layer that others refer to.
pub(crate) struct Entity {
    /// Its number.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: Option<Name>,
    /// Where it lies.
    pub(crate) at: Point,
    /// Its geometry.
    pub(crate) shape: Shape,
    /// When it holds.
    pub(crate) span: Span,
    /// Its values, one a column of the layer's own.
    pub(crate) values: Vec<Cell>,
}

impl Entity {
    /// Whether it holds on a day.
    pub(crate) fn valid(&self, at: Day) -> bool {
        match self.span {
            Span::Days(from, to) => super::land::areas::valid(from, to, at),
            _ => true,
        }
    }

    /// First day, and the day after the last.
    pub(crate) fn days(&self) -> (Day, Option<Day>) {
        if let Span::Days(from, to) = self.span {
            (from, to)
        } else {
            (super::land::calendar::RECORDS_BEGIN, None)
        }
    }
}

/// A list that is made by the first who asks, while others who ask wait.
type List = Arc<Mutex<Option<Arc<Vec<Entity>>>>>;

/// What is worked out once, by its type.
type Known = BTreeMap<TypeId, Arc<OnceLock<Arc<dyn Any + Send + Sync>>>>;

/// The city.
pub(crate) struct City {
    /// Seed and scale.
    pub(crate) options: Options,
    /// What its layers are.
    pub(crate) themes: Vec<Theme>,
    /// The land before it.
    pub(crate) relief: Relief,
    /// Streets and blocks.
    pub(crate) streets: Streets,
    /// When each face was opened to building.
    pub(crate) opened: Vec<Day>,
    /// Parcels.
    pub(crate) blocks: Vec<Block>,
    /// Buildings known one by one, by block and parcel.
    pub(crate) buildings: Vec<Building>,
    /// Communities and subdistricts.
    pub(crate) areas: Areas,
    /// The road net.
    pub(crate) roads: Roads,
    /// Who lives and works where.
    pub(crate) people: People,
    /// The buildings on each parcel.
    on_parcel: FxHashMap<[usize; 2], Range<usize>>,
    /// The faces that come near each cell.
    near: FxHashMap<usize, Vec<u32>>,
    /// The faces of each community of today.
    faces: Vec<Vec<usize>>,
    lists: Mutex<BTreeMap<String, List>>,
    known: Mutex<Known>,
}

impl City {
    /// The city of a seed and a scale.
    pub(crate) fn new(options: Options) -> Result<Self, DemoError> {
        let themes = schema::themes()
            .map_err(|(theme, source)| DemoError::Schema { theme, source: Box::new(source) })?;
        let seed = options.seed;
        let relief = Relief::new(seed);
        let streets = streets::lay_out(seed, options.scale, &relief);
        let opened = parcels::openings(seed, &streets);
        let blocks = parcels::survey(seed, &streets, &opened);
        let buildings = buildings::raise(seed, &blocks, &relief);
        let areas = Areas::new(seed, &streets);
        let roads = Roads::new(seed, &streets, &opened);
        let people = People::new(&blocks, &buildings);
        let mut on_parcel: FxHashMap<[usize; 2], Range<usize>> = FxHashMap::default();
        for (i, building) in buildings.iter().enumerate() {
            on_parcel.entry(building.parcel).or_insert(i..i).end = i + 1;
        }
        let mut faces = vec![Vec::new(); areas.len()];
        for (face, community) in areas.today.iter().enumerate() {
            faces[*community].push(face);
        }
        let near = near(&streets);
        Ok(Self {
            options,
            themes,
            relief,
            streets,
            opened,
            blocks,
            buildings,
            areas,
            roads,
            people,
            on_parcel,
            near,
            faces,
            lists: Mutex::default(),
            known: Mutex::default(),
        })
    }

    /// The layer of an id, with its theme.
    fn find(&self, id: &str) -> Option<(&Theme, &Layer)> {
        self.themes.iter().find_map(|theme| {
            let name = id.strip_prefix(theme.id)?.strip_prefix('.')?;
            theme.layers.get(name).map(|layer| (theme, layer))
        })
    }

    /// The layer of an id that the schema has, with its theme.
    pub(crate) fn layer(&self, id: &str) -> (&Theme, &Layer) {
        self.find(id).expect("ids come from the schema, or were found there by `entities`")
    }

    /// The face that holds the point, or the nearest of those around.
    pub(crate) fn face_near(&self, p: Point) -> Option<usize> {
        let faces = self.near.get(&grid::cell_of(p))?;
        let holds = |face: &&u32| plane::inside(&self.streets.mesh.ring(**face as usize), p);
        faces.iter().find(holds).or(faces.first()).map(|face| *face as usize)
    }

    /// The parcel of a block's number and its place there.
    pub(crate) fn parcel(&self, [block, place]: [usize; 2]) -> &Parcel {
        &self.blocks[block].parcels[place]
    }

    /// All versions of parcels: block and place.
    pub(crate) fn parcels(&self) -> impl Iterator<Item = ([usize; 2], &Parcel)> {
        self.blocks.iter().enumerate().flat_map(|(block, own)| {
            own.parcels.iter().enumerate().map(move |(place, parcel)| ([block, place], parcel))
        })
    }

    /// The buildings on a parcel.
    pub(crate) fn buildings_on(&self, parcel: [usize; 2]) -> &[Building] {
        self.on_parcel.get(&parcel).map_or(&[], |range| &self.buildings[range.clone()])
    }

    /// The faces of a community of today.
    pub(crate) fn faces_of(&self, community: usize) -> &[usize] {
        &self.faces[community]
    }

    /// Who lived and worked in the area that a row of the layer stands for: its community, or its
    /// subdistrict where the layer goes by those.
    pub(crate) fn count_around(&self, face: usize, at: Day, layer: &Layer) -> Count {
        let community = self.areas.community(face, at);
        let by_subdistrict =
            matches!(&layer.made, schema::Made::Years { per, .. } if per == "subdistrict");
        if by_subdistrict {
            return self.count_in_subdistrict(community.subdistrict, at);
        }
        let faces = community.holds.iter().flat_map(|today| self.faces[*today].iter().copied());
        self.people.sum(faces, at)
    }

    /// Who lived and worked in a subdistrict.
    pub(crate) fn count_in_subdistrict(&self, subdistrict: usize, at: Day) -> Count {
        let today = (0..self.areas.len()).filter(|c| self.areas.subdistrict(*c, at) == subdistrict);
        self.people.sum(today.flat_map(|c| self.faces[c].iter().copied()), at)
    }

    /// The rows of a layer, made once. Layers ask in no circle.
    pub(crate) fn entities(&self, id: &str) -> Result<Arc<Vec<Entity>>, DemoError> {
        if self.find(id).is_none() {
            return Err(DemoError::Layer(id.to_owned()));
        }
        let list = Arc::clone(held(&self.lists).entry(id.to_owned()).or_default());
        let mut list = held(&list);
        if let Some(list) = &*list {
            return Ok(Arc::clone(list));
        }
        let mut sheet = Sheet::to_list(self, id);
        themes::make(&mut sheet)?;
        Ok(Arc::clone(list.insert(Arc::new(sheet.into_list()))))
    }

    /// What several layers need and one works out; known by its type.
    pub(crate) fn once<T: Any + Send + Sync>(&self, make: impl FnOnce(&Self) -> T) -> Arc<T> {
        let cell = Arc::clone(held(&self.known).entry(TypeId::of::<T>()).or_default());
        let value = cell.get_or_init(|| Arc::new(make(self)));
        let value = Arc::clone(value).downcast::<T>();
        value.unwrap_or_else(|_| unreachable!("the cell was found by this type"))
    }

    /// The value of a row of a layer in a column.
    pub(crate) fn value<'e>(&self, id: &str, entity: &'e Entity, column: &str) -> &'e Cell {
        let layer = self.layer(id).1;
        let place = layer.columns.iter().position(|own| own.name == column);
        place.and_then(|place| entity.values.get(place)).unwrap_or(&Cell::Null)
    }
}

/// What a lock guards. Whoever panicked while holding it left nothing half made.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The faces whose boxes meet each cell, the smallest first.
fn near(streets: &Streets) -> FxHashMap<usize, Vec<u32>> {
    let mut out: FxHashMap<usize, Vec<u32>> = FxHashMap::default();
    let [cols, _] = grid::size();
    let mut order: Vec<(i64, usize)> = (0..streets.mesh.len())
        .map(|face| (plane::doubled_area(&streets.mesh.ring(face)), face))
        .collect();
    order.sort_unstable();
    for (_, face) in order {
        let [low, high] = plane::bounds(&streets.mesh.ring(face)).map(grid::cell_of);
        for row in low / cols..=high / cols {
            for col in low % cols..=high % cols {
                out.entry(row * cols + col).or_default().push(face as u32);
            }
        }
    }
    out
}

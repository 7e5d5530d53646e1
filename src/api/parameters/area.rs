//! `bbox`.

use super::query::Query;
use super::table;
use crate::api::problem::Problem;
use crate::model::Extent;

/// A `bbox`.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::api) struct Bbox {
    /// Boxes in degrees: two where it crosses the antimeridian.
    pub(in crate::api) boxes: Vec<Extent>,
    /// Least and greatest height, where it has six numbers.
    pub(in crate::api) heights: Option<[f64; 2]>,
}

impl Query {
    /// `bbox`.
    ///
    /// # Errors
    /// If it is not four or six finite numbers that make a box on the globe.
    pub(in crate::api) fn bbox(&self) -> Result<Option<Bbox>, Problem> {
        let refused = |reason: &str| {
            Problem::invalid("bbox", format!("{reason}; expected {}", table::form("bbox")))
        };
        let Some(text) = self.get("bbox") else { return Ok(None) };
        let numbers: Vec<f64> = text
            .split(',')
            .map(|number| number.trim().parse().ok().filter(|n: &f64| n.is_finite()))
            .collect::<Option<_>>()
            .ok_or_else(|| refused("not a list of numbers"))?;
        let ([west, south, east, north], heights) = match *numbers.as_slice() {
            [west, south, east, north] => ([west, south, east, north], None),
            [west, south, bottom, east, north, top] => {
                if bottom > top {
                    return Err(refused("the bottom is above the top"));
                }
                ([west, south, east, north], Some([bottom, top]))
            }
            _ => return Err(refused("not four numbers, nor six")),
        };
        if !(-90.0..=90.0).contains(&south) || !(-90.0..=90.0).contains(&north) {
            return Err(refused("a latitude is not within -90 and 90"));
        }
        if !(-180.0..=180.0).contains(&west) || !(-180.0..=180.0).contains(&east) {
            return Err(refused("a longitude is not within -180 and 180"));
        }
        if south > north {
            return Err(refused("the south is north of the north"));
        }
        let boxes = if west <= east {
            vec![Extent { west, south, east, north }]
        } else {
            vec![
                Extent { west, south, east: 180.0, north },
                Extent { west: -180.0, south, east, north },
            ]
        };
        Ok(Some(Bbox { boxes, heights }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Bbox>, Problem> {
        Query::default().with(&[("bbox", Some(text.to_owned()))]).bbox()
    }

    fn boxes(text: &str) -> Vec<[f64; 4]> {
        let bbox = read(text).expect("a box").expect("a box");
        bbox.boxes.iter().map(Extent::to_array).collect()
    }

    #[test]
    fn boxes_have_four_numbers_or_six() {
        assert_eq!(boxes("1,2,3,4"), [[1.0, 2.0, 3.0, 4.0]]);
        assert_eq!(boxes("1, 2,-5,3,4,5.5"), [[1.0, 2.0, 3.0, 4.0]]);
        assert_eq!(boxes("1,2,1,2"), [[1.0, 2.0, 1.0, 2.0]]);
        assert_eq!(Query::default().bbox(), Ok(None));
        let heights = |text| read(text).expect("a box").and_then(|bbox| bbox.heights);
        assert_eq!(heights("1,2,-5,3,4,5.5"), Some([-5.0, 5.5]));
        assert_eq!(heights("1,2,3,4"), None);
    }

    #[test]
    fn west_above_east_crosses_the_antimeridian() {
        let expected = [[170.0, -10.0, 180.0, 10.0], [-180.0, -10.0, -170.0, 10.0]];
        assert_eq!(boxes("170,-10,-170,10"), expected);
    }

    #[test]
    fn what_is_no_box_on_the_globe_is_refused() {
        for bad in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "1,2,3,x",
            "nan,2,3,4",
            "1,2,inf,4",
            "1,4,3,2",
            "1,-91,3,4",
            "1,2,3,90.1",
            "-181,2,3,4",
            "1,2,181,4",
            "1,2,9,3,4,5",
            "1,2,3,4,",
            "1;2;3;4",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}

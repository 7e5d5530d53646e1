//! Query parameters: the table that says what each resource takes, the raw query, and the reading
//! of each value. What is not in the table is refused.

mod area;
mod query;
mod table;
mod value;

pub(super) use query::Query;
pub(super) use table::{Endpoint, Kind, PARAMETERS, Parameter};
pub(super) use value::{CRS84, MAX_LIMIT};

//! Query: an ask and a view become a plan, the plan features; paging.
//!
//! Must not know: formats, HTTP.

mod equals;
mod error;
mod feature;
mod items;
mod region;

pub use error::{QueryError, quoted};
pub use feature::find;
pub use items::{ItemsAsk, ItemsPlan, Page, columns, plan, run};

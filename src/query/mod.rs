//! Query: an ask and a view become a plan, the plan features; paging.
//!
//! Must not know: formats, HTTP.

mod items;

pub use items::{ItemsAsk, ItemsPlan, Page, QueryError, find, plan, run};

//! The integration tests: one binary, a file for each concern.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what tests cannot go on without ends them")]

mod aggregate;
mod budget;
mod caching;
mod catalog;
mod city;
mod contract;
mod data;
mod demo;
mod export;
mod fixtures;
mod geojson;
mod geojson_files;
mod hostile;
mod hostile_folder;
mod http;
mod load;
mod lowzoom;
mod mosaic;
mod mutations;
mod mvt;
mod oracles;
mod planar;
mod publication;
mod query;
mod real;
mod server;
mod settings;
mod sidecars;
mod tidy;
mod tiles;
mod time;
mod types;

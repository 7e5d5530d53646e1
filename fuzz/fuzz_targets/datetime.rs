//! Any text as `datetime`: refused, or a window for each kind of layer that does not end before it
//! begins.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onemap::time::{Moment, TemporalKind, Zone};

fuzz_target!(|text: &str| {
    let zone = Zone::named("Asia/Shanghai").expect("a zone of the database");
    if let Ok(moment) = Moment::parse(text, &zone) {
        for kind in [TemporalKind::None, TemporalKind::State, TemporalKind::Event] {
            if let Some(window) = moment.window(kind) {
                let [start, end] = window.to_millis();
                assert!(start <= end, "{start} to {end}");
            }
        }
    }
});

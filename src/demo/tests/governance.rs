//! Alerts and the hotline, and the classes of water.

use std::collections::BTreeMap;

use super::super::sheet::{Cell, Span};
use super::{city, number, rows, text};

#[test]
fn an_alert_names_a_rule_and_one_is_open_at_a_time_for_a_rule_and_an_object() {
    let rules = rows("governance.rules");
    let mut open: BTreeMap<(String, String), Vec<(i64, i64)>> = BTreeMap::new();
    let layer = "governance.alerts";
    for alert in rows(layer).iter() {
        let Span::Minutes(from, to) = alert.span else { panic!("{} has no minute", alert.id) };
        let rule = text(layer, alert, "rule_id");
        let own = rules.iter().find(|own| own.id == rule).unwrap();
        let (limit, value) =
            (number("governance.rules", own, "value"), number(layer, alert, "value"));
        let kept = match text("governance.rules", own, "op") {
            "le" => value <= limit,
            _ => value >= limit,
        };
        assert!(!kept, "{} was raised by {value}, which keeps {limit}", alert.id);
        assert_eq!(to.is_some(), text(layer, alert, "status") == "closed", "{}", alert.id);
        let object = text(layer, alert, "object_id");
        let spans = open.entry((rule.to_owned(), object.to_owned())).or_default();
        spans.push((from, to.unwrap_or(i64::MAX)));
    }
    for (what, mut spans) in open {
        spans.sort_unstable();
        assert!(spans.windows(2).all(|pair| pair[0].1 < pair[1].0), "{what:?} {spans:?}");
    }
}

#[test]
fn every_subdistrict_has_every_indicator_every_month() {
    let mut months: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows("governance.indicators").iter() {
        *months.entry(text("governance.indicators", row, "period").to_owned()).or_default() += 1;
    }
    assert!(months.len() > 9 && months.values().all(|count| *count == 66), "{months:?}");
}

#[test]
fn hotline_cases_are_closed_after_they_came_in() {
    let layer = "governance.hotline";
    for case in rows(layer).iter() {
        let Span::Minutes(from, to) = case.span else { panic!("{} has no minute", case.id) };
        let closed = city().value(layer, case, "closed_at");
        assert_eq!(closed, &to.map_or(Cell::Null, Cell::Minute), "{}", case.id);
        assert!(to.is_none_or(|to| to >= from), "{}", case.id);
    }
}

#[test]
fn the_class_of_water_is_that_of_its_worst_factor() {
    let layer = "environment.water_quality";
    let limits = |factor: &str| match factor {
        "nh3n" => [0.15, 0.5, 1.0, 1.5, 2.0],
        "tp" => [0.02, 0.1, 0.2, 0.3, 0.4],
        _ => [7.5, 6.0, 5.0, 3.0, 2.0],
    };
    for row in rows(layer).iter() {
        let class = ["nh3n", "tp", "do"].map(|factor| {
            let value = number(layer, row, factor);
            let fits = |limit: &f64| if factor == "do" { value >= *limit } else { value <= *limit };
            limits(factor).iter().position(fits).unwrap_or(5)
        });
        let worst = class.into_iter().max().unwrap();
        let names = ["I", "II", "III", "IV", "V", "inferior"];
        assert_eq!(text(layer, row, "class"), names[worst], "{}", row.id);
    }
}

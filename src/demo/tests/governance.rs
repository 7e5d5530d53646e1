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
fn alerts_follow_from_the_indicators_by_their_rules() {
    let (layer, alerts) = ("governance.indicators", rows("governance.alerts"));
    let rules = rows("governance.rules");
    let past = |key: &str, code: &str, v: f64| {
        let id = format!("alerts/{key}/{code}");
        let own = rules.iter().find(|own| own.id == id).unwrap();
        let limit = number("governance.rules", own, "value");
        if text("governance.rules", own, "op") == "le" { v > limit } else { v < limit }
    };
    let indicators = rows(layer);
    let mut series: BTreeMap<(&str, &str), Vec<(i64, f64)>> = BTreeMap::new();
    for row in indicators.iter() {
        let object = row.id.split('-').next().unwrap();
        // Told at nine on the day from which the value is known.
        let at = i64::from(row.days().0) * 1_440 + 540;
        let own = series.entry((text(layer, row, "indicator"), object)).or_default();
        own.push((at, number(layer, row, "value")));
    }
    assert_eq!(series.len(), 66);
    for ((code, object), mut values) in series {
        values.sort_by_key(|(at, _)| *at);
        let first = values[0].0;
        // What is raised (or cleared) after the first month, and whether one is open in it.
        let (mut told, mut open) = (Vec::new(), false);
        for own in alerts.iter() {
            let rule = format!("alerts/limit/{code}");
            let alert = ["object_id", "rule_id"].map(|of| text("governance.alerts", own, of));
            let Span::Minutes(from, to) = own.span else { panic!("{} has no minute", own.id) };
            if alert == [object, rule.as_str()] {
                open |= from <= first && to.is_none_or(|to| to > first);
                told.extend((from > first).then_some((from, true)));
                told.extend(to.filter(|to| *to > first).map(|to| (to, false)));
            }
        }
        told.sort_unstable();
        let mut expected = Vec::new();
        for two in values.windows(2) {
            let [(_, before), (at, now)] = [two[0], two[1]];
            let raised = !open && past("limit", code, before) && past("limit", code, now);
            if raised || (open && !past("clear", code, now)) {
                open = raised;
                expected.push((at, raised));
            }
        }
        assert_eq!(told, expected, "{code} in {object}");
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

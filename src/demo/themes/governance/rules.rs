//! The rules that the scenarios judge by, as data: a version for each change.

use super::super::super::DemoError;
use super::super::super::land::calendar::{Day, RECORDS_BEGIN};
use super::super::super::land::names::Name;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::rule_table::{CHANGED, OWN, RULES, Rule};

/// The number of a rule.
pub(super) fn rule_id(scenario: &str, key: &str, scope: &str) -> String {
    if scope.is_empty() { format!("{scenario}/{key}") } else { format!("{scenario}/{key}/{scope}") }
}

pub(super) fn rows(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let always = RULES.iter().map(|rule| (*rule, RECORDS_BEGIN, None));
    for (rule, from, to) in always.chain(CHANGED.iter().copied()) {
        add(sheet, rule, from, to)?;
    }
    for indicator in &super::indicators::INDICATORS {
        let parts = [("limit", indicator.limit), ("clear", indicator.clear), ("in_a_row", 2.0)];
        for (key, value) in parts {
            let unit = if key == "in_a_row" { "1" } else { indicator.unit };
            let op = if key == "in_a_row" { "ge" } else { indicator.holds };
            let rule =
                ("alerts", key, indicator.code, op, value, unit, OWN, "invented", indicator.zh);
            add(sheet, rule, super::indicators::FIRST, None)?;
        }
    }
    Ok(())
}

fn add(sheet: &mut Sheet<'_>, rule: Rule, from: Day, to: Option<Day>) -> Result<(), DemoError> {
    let (scenario, key, scope, op, value, unit, basis, kind, zh) = rule;
    let scope_word = (!scope.is_empty()).then_some(scope);
    sheet.add(
        Row::new(rule_id(scenario, key, scope), Shape::None)
            .named(Name::new(zh, key))
            .during(from, to)
            .set("scenario", scenario)
            .set("key", key)
            .set("scope", scope_word)
            .set("op", op)
            .set("value", value)
            .set("unit", unit)
            .set("basis", basis)
            .set("basis_kind", kind),
    )
}

//! Incidents and their scenes, shelters, hazard sources and the areas they endanger.

use super::super::land::calendar::RECORDS_END;
use super::super::land::plane;
use super::super::sheet::{Shape, Span};
use super::{city, number, rows, text};

#[test]
fn shelters_hold_as_many_as_their_area_allows() {
    let id = "emergency.shelters";
    for own in rows(id).iter() {
        let (class, each) = match text(id, own, "stay") {
            "emg" => ("III", 0.5),
            "tmp" => ("III", 1.0),
            "short" => ("III", 2.0),
            "mid" => ("II", 3.0),
            "long" => ("I", 4.5),
            other => panic!("{} has the stay {other:?}", own.id),
        };
        assert_eq!(text(id, own, "class"), class, "{}", own.id);
        assert!((number(id, own, "area_per_person") - each).abs() < 1e-9, "{}", own.id);
        let area = number(id, own, "effective_area");
        let capacity = number(id, own, "capacity");
        assert!((capacity - (area / each).floor()).abs() < 0.5, "{}: {area} {capacity}", own.id);
        assert!(capacity > 0.0, "{} holds nobody", own.id);
        if text(id, own, "kind") == "outdoor" {
            let share = area / own.shape.area();
            assert!((0.25..=0.6).contains(&share), "{} uses {share} of its area", own.id);
        }
    }
}

#[test]
fn shelters_for_longer_stays_take_fifteen_percent_of_the_residents() {
    let id = "emergency.shelters";
    let sum: f64 = rows(id)
        .iter()
        .filter(|own| own.valid(RECORDS_END))
        .filter(|own| matches!(text(id, own, "stay"), "short" | "mid" | "long"))
        .map(|own| number(id, own, "capacity"))
        .sum();
    let people = city().people.sum(0..city().streets.mesh.len(), RECORDS_END).residents;
    assert!(sum >= 0.15 * people, "{sum} of {people}");
}

#[test]
fn incidents_end_after_they_began() {
    let id = "emergency.incidents";
    let mut open = 0;
    for own in rows(id).iter() {
        let Span::Minutes(begin, end) = own.span else { panic!("{} has no begin", own.id) };
        if let Some(end) = end {
            assert!(end >= begin, "{} ends before it begins", own.id);
        } else {
            assert_eq!(text(id, own, "status"), "open", "{}", own.id);
            open += 1;
        }
    }
    assert!(open <= 2, "{open} incidents are open");
}

#[test]
fn scenes_lie_at_their_incident() {
    let incidents = rows("emergency.incidents");
    let id = "emergency.incident_scenes";
    for own in rows(id).iter() {
        let key = text(id, own, "incident_id");
        let incident = incidents.iter().find(|other| other.id == key);
        let incident = incident.unwrap_or_else(|| panic!("{} has no incident", own.id));
        let Shape::Collection(parts) = &own.shape else { panic!("{} is no collection", own.id) };
        for part in parts {
            match part {
                Shape::Point(p) => assert_eq!(*p, incident.at, "{}", own.id),
                Shape::Polygon(polygon) => {
                    assert!(plane::inside(&polygon[0], incident.at), "{}", own.id);
                }
                Shape::Line(line) => assert_eq!(line.last(), Some(&incident.at), "{}", own.id),
                _ => panic!("{} has another part", own.id),
            }
        }
        let (Span::Minutes(drawn, _), Span::Minutes(begin, _)) = (own.span, incident.span) else {
            panic!("{} has no begin", own.id)
        };
        assert!(drawn >= begin, "{} was drawn before the incident", own.id);
    }
}

#[test]
fn buffers_hold_their_source_while_it_is_there() {
    let (id, layer) = ("emergency.hazard_buffers", "emergency.hazard_sources");
    let sources = rows(layer);
    assert_eq!(rows(id).len(), sources.len());
    for own in rows(id).iter() {
        let key = text(id, own, "hazard_source_id");
        let source = sources.iter().find(|other| other.id == key && other.span == own.span);
        let source = source.unwrap_or_else(|| panic!("{} has no source", own.id));
        assert_eq!(text(id, own, "grade"), text(layer, source, "grade"), "{}", own.id);
        let Shape::Polygon(polygon) = &own.shape else { panic!("{} is no polygon", own.id) };
        assert!(plane::inside(&polygon[0], source.at), "{} lies elsewhere", own.id);
    }
}

#[test]
fn routes_lead_to_shelters_that_are_open() {
    let id = "emergency.evacuation_routes";
    let shelters = rows("emergency.shelters");
    for own in rows(id).iter() {
        let key = text(id, own, "shelter_id");
        let from = own.days().0;
        let open = shelters.iter().find(|other| other.id == key && other.valid(from));
        let open = open.unwrap_or_else(|| panic!("{}: {key} is not open", own.id));
        let capacity = number("emergency.shelters", open, "capacity");
        assert!(number(id, own, "people") <= capacity.max(5.0), "{}", own.id);
    }
}

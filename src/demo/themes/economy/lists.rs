//! What is kept of chosen enterprises: the large ones, those with titles, and registrations.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::random::Random;
use super::super::super::recipes::{Rhythm, minute};
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::firms::{Firm, firms, working};

const LAYER: &str = "economy.enterprises";

/// A text of an enterprise.
fn text<'e>(city: &City, firm: &Firm<'e>, column: &str) -> &'e str {
    city.value(LAYER, firm.entity, column).text()
}

/// Enterprises above the statistical size, from entering the list to leaving it.
pub(super) fn large(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let rows = city.entities(LAYER)?;
    let mut number = 0;
    for firm in firms(&rows) {
        let (open, close) = firm.days();
        let size = text(city, &firm, "size");
        if sheet.count >= target || !matches!(size, "large" | "medium") {
            continue;
        }
        let mut random = sheet.random.named(&firm.entity.id);
        // Lists are drawn up each January; the enterprise needs two years to grow into it.
        let year = calendar::civil(open).0 + random.whole(1, 3) as i32;
        let from = if open == RECORDS_BEGIN { open } else { calendar::day(year, 1, 1) };
        if from > close.unwrap_or(RECORDS_END) - 200 || random.chance(0.3) {
            continue;
        }
        number += 1;
        let sector = match text(city, &firm, "industry") {
            "trade" => "trade",
            "logistics" | "software" | "research" | "services" => "services",
            _ => "industry",
        };
        let each = random.about([32.0, 70.0, 210.0]);
        let reviewed = calendar::day(random.whole(2012, 2025) as i32, 1, 1);
        let cuts: &[Day] =
            if random.chance(0.45) && reviewed > from + 300 { &[reviewed] } else { &[] };
        for (from, to, row) in firm.pieces(from, close, cuts) {
            let staff = city.value(LAYER, row, "staff").number().unwrap_or(0.0);
            let staff =
                if cuts.contains(&from) { (staff * random.range(0.9, 1.2)).round() } else { staff };
            let years = f64::from(from - RECORDS_BEGIN) / 365.0;
            let output = (staff * each * libm::pow(1.03, years)).max(2_000.0);
            let own = Row::new(sheet.number(number), Shape::Point(row.at))
                .named(firm.entity.name.clone().unwrap_or_else(|| calling(&firm)))
                .during(from, to)
                .set("enterprise_id", firm.entity.id.clone())
                .set("sector", sector)
                .set("output_wan", (output * 10.0).round() / 10.0)
                .set("staff", staff);
            sheet.add(own)?;
        }
    }
    Ok(())
}

/// A name for an enterprise that has none.
fn calling(firm: &Firm<'_>) -> super::super::super::land::names::Name {
    let id = &firm.entity.id;
    super::super::super::land::names::Name::new(format!("企业{id}"), format!("Enterprise {id}"))
}

/// Titles by rank.
const TITLES: [&str; 4] = ["sme", "giant", "champion", "listed"];

/// The titles of an enterprise: rank, first day, and the day after the last.
fn titles(open: Day, close: Option<Day>, random: &mut Random) -> Vec<(usize, Day, Option<Day>)> {
    let mut out = Vec::new();
    let mut rank = random.weighed([6.0, 2.0, 0.6, 1.2].into_iter());
    let least = calendar::civil(open).0.max(2013) + 2;
    let mut year = least + random.whole(0, 7) as i32;
    loop {
        let from =
            working(calendar::day(year, random.whole(6, 11) as i32, random.whole(3, 26) as i32));
        if from > close.unwrap_or(RECORDS_END) - 100 {
            return out;
        }
        let listed = rank == 3;
        let due = calendar::day(year + 3, 12, 31);
        let until = if listed { None } else { Some(due).filter(|due| *due < RECORDS_END) };
        let to = [close, until].into_iter().flatten().min();
        if let Some((_, _, last)) = out.last_mut() {
            *last = Some(from);
        }
        out.push((rank, from, to));
        if listed || to == close || !random.chance(0.8) {
            return out;
        }
        rank = if random.chance(0.3) { (rank + 1).min(2) } else { rank };
        // A review is decided in the year in which the title runs out.
        year += 3;
    }
}

/// Enterprises with a title.
pub(super) fn specialised(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let rows = city.entities(LAYER)?;
    let makers = ["electronics", "machinery", "plastics", "software", "research"];
    let mut number = 0;
    for firm in firms(&rows) {
        let grown = text(city, &firm, "size") != "micro";
        if sheet.count >= target || !grown || !makers.contains(&text(city, &firm, "industry")) {
            continue;
        }
        let mut random = sheet.random.named(&firm.entity.id);
        if random.chance(0.75) {
            continue;
        }
        let (open, close) = firm.days();
        let titles = titles(open, close, &mut random);
        number += usize::from(!titles.is_empty());
        for (rank, from, to) in titles {
            let year = calendar::civil(from).0;
            let due = (rank < 3).then(|| calendar::day(year + 3, 12, 31));
            let level = ["city", "nation", "nation", "nation"][rank];
            let level = if rank == 0 && random.chance(0.4) { "province" } else { level };
            let letters = ["ZJTX", "XJR", "DXGJ", "SSGS"][rank];
            let certificate = format!("{letters}{year}{:04}", random.whole(1, 9_999));
            for (from, to, row) in firm.pieces(from, to, &[]) {
                let own = Row::new(sheet.number(number), Shape::Point(row.at))
                    .named(firm.entity.name.clone().unwrap_or_else(|| calling(&firm)))
                    .during(from, to)
                    .set("enterprise_id", firm.entity.id.clone())
                    .set("title", TITLES[rank])
                    .set("level", level)
                    .set("certificate_no", certificate.clone())
                    .set("due_on", due);
                sheet.add(own)?;
            }
        }
    }
    Ok(())
}

/// The latest openings, moves and closures of enterprises.
pub(super) fn registrations(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let rows = sheet.city.entities(LAYER)?;
    let firms = firms(&rows);
    let mut all: Vec<(Day, &str, &'static str, [i64; 2])> = Vec::new();
    for firm in &firms {
        for (turn, (from, _, row)) in firm.stays.iter().enumerate() {
            if *from > RECORDS_BEGIN {
                let kind = if turn == 0 { "formation" } else { "move" };
                all.push((*from, &row.id, kind, row.at));
            }
        }
        if let Some((_, Some(to), row)) = firm.stays.last() {
            all.push((*to, &row.id, "closure", row.at));
        }
    }
    all.sort_unstable();
    let first = all.len().saturating_sub(sheet.target());
    for (number, (day, id, kind, at)) in all.into_iter().skip(first).enumerate() {
        let mut random = sheet.random.named(id).of(day as u64);
        let at_minute = minute(Rhythm::Office, day, day + 1, &mut random);
        let row = Row::new(sheet.number(number + 1), Shape::Point(at))
            .span(Span::Minutes(at_minute, None))
            .set("enterprise_id", id.to_owned())
            .set("kind", kind)
            .set(
                "accept_no",
                format!(
                    "LG{}{:06}",
                    calendar::date(day).replace('-', ""),
                    random.whole(1, 999_999)
                ),
            );
        sheet.add(row)?;
    }
    Ok(())
}

//! Tax areas, and the figures of areas and periods: each area has a level of its own that moves with
//! its jobs and the years.

use super::super::super::DemoError;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::plane;
use super::super::super::land::random::Random;
use super::super::super::recipes::{cut_communities, shapes, union};
use super::super::super::sheet::{Row, Shape, Sheet};

/// The days on which the tax areas were drawn, and how many.
const DRAWN: [(Day, usize); 3] =
    [(RECORDS_BEGIN, 10), (calendar::day(2018, 7, 20), 11), (calendar::day(2022, 1, 1), 9)];

/// Areas of the tax offices.
pub(super) fn tax_zones(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let mut number = 0;
    for (turn, (from, count)) in DRAWN.into_iter().enumerate() {
        let to = DRAWN.get(turn + 1).map(|next| next.0);
        let cutting = cut_communities(city, count);
        for group in 0..cutting.groups {
            let Some((_, of)) = cutting.periods.first() else { continue };
            let faces: Vec<usize> = (0..of.len()).filter(|face| of[*face] == Some(group)).collect();
            let land = union(city, &faces);
            let largest = land.iter().max_by_key(|polygon| plane::doubled_area(&polygon[0]));
            let face = largest.and_then(|polygon| city.face_near(plane::inner(&polygon[0])));
            let Some(face) = face else { continue };
            let stem = city.areas.community(face, from).name.stem();
            number += 1;
            for (part, shape) in shapes(sheet, land).into_iter().enumerate() {
                let suffix = if part == 0 { String::new() } else { format!("-{}", part + 1) };
                let row = Row::new(format!("{}{suffix}", sheet.number(number)), shape)
                    .named(stem.with("税务片区", "Tax Area"))
                    .during(from, to)
                    .set("zone_no", format!("{}-{:02}", calendar::civil(from).0, group + 1));
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

/// Jobs of the smallest place: where hardly anybody works there is still a shop or a depot.
const FEWEST: f64 = 60.0;

/// A penalty with its decision; only fines and forfeitures have an amount.
pub(super) fn penalty(sheet: &Sheet<'_>, row: Row) -> Row {
    let mut random = sheet.random.named(&row.id);
    let measures = ["warning", "fine", "forfeit", "revoke"];
    let measure = random.weighed([4.0, 8.0, 2.0, 1.0].into_iter());
    let charged = matches!(measure, 1 | 2);
    let fine =
        charged.then(|| cents(random.about([0.1, 0.8, 7.7]) * random.about([0.5, 1.0, 8.0])));
    let paid = charged.then(|| random.chance(0.86));
    let year = calendar::civil(row.span.start()).0;
    row.set("measure", measures[measure])
        .set("fine_wan", fine)
        .set("paid", paid)
        .set("decision_no", format!("深市监龙罚字〔{year}〕{:04}号", random.whole(1, 4_999)))
}

/// A figure rounded to hundredths.
fn cents(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// A row of statistics with its figures.
pub(super) fn figures(sheet: &Sheet<'_>, layer: &str, row: Row) -> Row {
    if !matches!(layer, "tax_revenue" | "value_added" | "investment" | "power_use") {
        return row;
    }
    let city = sheet.city;
    let day = row.span.start();
    let Shape::Point(at) = row.shape else { return row };
    let Some(face) = city.face_near(at) else { return row };
    let jobs = city.count_around(face, day, sheet.layer).jobs.max(FEWEST);
    let area = row.id.split('-').next().unwrap_or_default().to_owned();
    let mut own = sheet.random.named(&area);
    let now = sheet.random.named(&row.id);
    let level = own.about([0.6, 0.95, 1.5]);
    let (year, month, _) = calendar::civil(day);
    let scene = Scene { sheet, face, year, month, jobs, level, own, now };
    match layer {
        "tax_revenue" => scene.taxes(row),
        "value_added" => scene.value_added(&area, row),
        "investment" => scene.investment(row),
        _ => scene.power(row),
    }
}

/// An area and a period that figures are wanted for.
struct Scene<'s, 'c> {
    sheet: &'s Sheet<'c>,
    face: usize,
    year: i32,
    month: i32,
    jobs: f64,
    /// How far the area is above others.
    level: f64,
    /// Chance for what stays the same over the periods.
    own: Random,
    /// Chance for this period.
    now: Random,
}

impl Scene<'_, '_> {
    fn years(&self) -> f64 {
        f64::from(self.year - 2020) + f64::from(self.month - 1) / 12.0
    }

    /// The part of the year that is over by the records' end; what comes in is not even.
    fn part(&self, half: f64) -> f64 {
        if calendar::day(self.year + 1, 1, 1) > RECORDS_END { half } else { 1.0 }
    }

    fn base(&mut self) -> f64 {
        self.jobs * self.level * self.now.range(0.96, 1.04)
    }

    fn taxes(mut self, row: Row) -> Row {
        let rise = libm::pow(1.035, self.years()) * self.part(0.54);
        let total = cents(self.base() * 1.9 * rise);
        let own = &mut self.own;
        let share = [own.range(0.36, 0.48), own.range(0.17, 0.27), own.range(0.06, 0.11)];
        let [vat, income, personal] =
            share.map(|share| cents(total * share * self.now.range(0.95, 1.05)));
        row.set("total_wan", total)
            .set("vat_wan", vat)
            .set("income_wan", income)
            .set("personal_wan", personal)
    }

    fn value_added(mut self, area: &str, row: Row) -> Row {
        let quarter = (self.month - 1) / 3 + 1;
        let total = |year: i32| {
            let (city, day) = (self.sheet.city, calendar::day(year, self.month, 1));
            let jobs = city.count_around(self.face, day, self.sheet.layer).jobs.max(FEWEST);
            let mut now = self.sheet.random.named(&format!("{area}-{year}Q{quarter}"));
            let season = [0.88, 0.97, 1.02, 1.13][(quarter - 1).clamp(0, 3) as usize];
            let rise = libm::pow(1.02, f64::from(year - 2020)) * (1.0 + shock(year) * 0.01);
            jobs * self.level * 0.00052 * rise * season * now.range(0.99, 1.01)
        };
        let (sum, before) = (total(self.year), total(self.year - 1));
        let share = self.own.range(0.52, 0.74) * self.now.range(0.98, 1.02);
        let second = cents(sum * share);
        let first = cents(sum * self.own.range(0.0004, 0.002));
        let third = cents(sum - second - first).max(0.0);
        let growth = (sum / before - 1.0) * 100.0;
        row.set("primary_yi", first)
            .set("secondary_yi", second)
            .set("tertiary_yi", third)
            .set("total_yi", cents(first + second + third))
            .set("growth", (growth * 10.0).round() / 10.0)
    }

    fn investment(mut self, row: Row) -> Row {
        let rise = libm::pow(1.07, self.years()) * (1.0 + shock(self.year) * 0.02);
        let swing = self.part(0.46) * self.now.range(0.8, 1.2);
        let total = cents(self.base() * 0.00055 * rise * swing);
        let own = &mut self.own;
        let share = [own.range(0.14, 0.34), own.range(0.22, 0.4), own.range(0.1, 0.22)];
        let [industry, estate, infra] =
            share.map(|share| cents(total * share * self.now.range(0.9, 1.1)));
        row.set("total_yi", total)
            .set("industry_yi", industry)
            .set("estate_yi", estate)
            .set("infra_yi", infra)
    }

    fn power(mut self, row: Row) -> Row {
        let season = [0.86, 0.62, 0.93, 0.98, 1.06, 1.12, 1.2, 1.19, 1.1, 1.0, 0.97, 0.97];
        let season = season[(self.month - 1).clamp(0, 11) as usize];
        let tenths = |value: f64| (value * 10.0).round() / 10.0;
        let used = tenths(self.base() * 0.58 * libm::pow(1.03, self.years()) * season);
        let making = tenths(used * self.own.range(0.84, 0.94) * self.now.range(0.99, 1.01));
        let peak = tenths(used / 730.0 * self.own.range(1.45, 1.9));
        row.set("industrial_mwh", used)
            .set("manufacturing_mwh", making)
            .set("peak_mw", peak)
            .set("customers", (self.jobs * self.level * 0.028).round())
    }
}

/// By how many percent a year fell short of what the years before let expect.
fn shock(year: i32) -> f64 {
    match year {
        2020 => -3.2,
        2022 => -2.2,
        _ => 0.0,
    }
}

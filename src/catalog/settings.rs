//! The sidecars of the catalogue and of themes, as written.

use serde::Deserialize;

use super::{Problem, Text, sidecar};
use crate::time::Zone;

/// `layers/catalog.toml`.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct CatalogToml {
    title: Option<Text>,
    timezone: Option<String>,
    attribution: Option<Text>,
    default_view: Option<[f64; 3]>,
    default_layers: Vec<String>,
}

/// What `catalog.toml` says, defaults filled in.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    pub(super) title: Text,
    pub(super) zone: Zone,
    pub(super) attribution: Option<Text>,
    /// Longitude, latitude, zoom.
    pub(super) default_view: Option<[f64; 3]>,
    /// Ids of the layers that a map shows at first; those that are not served are passed over.
    pub(super) default_layers: Vec<String>,
}

impl Settings {
    /// Reads `text`, the content of `file`; what is wrong is left at its default and told.
    pub(super) fn read(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let toml: CatalogToml = sidecar::read(file, text).unwrap_or_else(|problem| {
            problems.push(problem);
            CatalogToml::default()
        });
        let named = toml.timezone.as_deref().map(|name| (name, Zone::named(name)));
        if let Some((name, None)) = &named {
            let reason = format!("there is no time zone `{name}`; `{}` is used", Zone::DEFAULT);
            problems.push(sidecar::problem(file, text, &["timezone"], reason));
        }
        let default_view = toml.default_view.filter(|view| {
            let [lon, lat, zoom] = *view;
            let fits = lon.abs() <= 180.0 && lat.abs() <= 90.0 && (0.0..=22.0).contains(&zoom);
            if !fits {
                let reason = "expected longitude, latitude and a zoom from 0 to 22";
                problems.push(sidecar::problem(file, text, &["default_view"], reason));
            }
            fits
        });
        let settings = Self {
            title: toml.title.unwrap_or_default(),
            zone: named.and_then(|(_, zone)| zone).unwrap_or_default(),
            attribution: toml.attribution,
            default_view,
            default_layers: toml.default_layers,
        };
        (settings, problems)
    }
}

/// `layers/<theme>/theme.toml`.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ThemeToml {
    pub(super) title: Option<Text>,
    /// Themes stand in this order, those without last.
    pub(super) order: Option<i64>,
    pub(super) department: Option<Text>,
    pub(super) group: Option<Text>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_cannot_be_read_are_told_and_left_at_their_defaults() {
        let (settings, problems) = Settings::read(
            "catalog.toml",
            "title = \"Longgang\"\ntimezone = \"Asia/Nowhere\"\ndefault_view = [114, 95, 10]\n",
        );
        assert_eq!(settings.title.en.as_deref(), Some("Longgang"));
        assert_eq!((settings.zone, settings.default_view), (Zone::default(), None));
        assert_eq!(
            problems.iter().map(|problem| problem.line).collect::<Vec<_>>(),
            [Some(2), Some(3)]
        );
        let (settings, problems) = Settings::read("catalog.toml", "colour = 1");
        assert_eq!((settings.title, problems.len()), (Text::default(), 1));
        let (settings, problems) =
            Settings::read("catalog.toml", "timezone = \"UTC\"\ndefault_view = [114, 22.5, 10]");
        assert_eq!(settings.zone.name(), "UTC");
        assert_eq!((settings.default_view, problems), (Some([114.0, 22.5, 10.0]), vec![]));
    }
}

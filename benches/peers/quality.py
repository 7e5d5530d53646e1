#!/usr/bin/env python3
"""Judges the tiles of a polygon layer that tiles the land, zoom by zoom, against its file: bytes, how
many features are still there, invalid polygons, area drawn against the true area, overlap between
features, land that nothing covers, and how far each class's share of the area is from the truth. The
union is shapely's (GEOS), the decoder mapbox-vector-tile; neither has anything of ours.

    quality.py FILE.fgb COLUMN URL [--layer NAME] [--zooms 6-12 | 8,10,14] [--id id,_id] [--at LON,LAT,N]

URL has {z}, {x} and {y}, as http://127.0.0.1:8080/xyz/city.parcels/{z}/{x}/{y}.mvt. With `--at` a
zoom of more tiles is judged by N by N of them around that place, and counts are of those."""

import argparse
import gzip
import urllib.request
from collections import Counter
from dataclasses import dataclass, field

import geopandas
import mapbox_vector_tile
import shapely
from shapely.affinity import affine_transform
from shapely.geometry import shape

HALF, EXTENT = 20037508.342789244, 4096
TILE = shapely.box(0, 0, EXTENT, EXTENT)
HEAD = ["z", "tiles", "raw / gzip 1, kB", "worst tile, kB", "features / true", "polygons", "invalid"]
HEAD += ["drawn / true", "overlap %", "gap %", "class share, most off, pp"]


def fetched(url):
    with urllib.request.urlopen(url) as answer:
        body = answer.read()
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


@dataclass
class Verdict:
    """Of the tiles of a zoom; areas in units of the tile."""

    tiles: int = 0
    raw: int = 0
    packed: int = 0
    worst: tuple = (0, 0)
    polygons: int = 0
    invalid: int = 0
    areas: Counter = field(default_factory=Counter)
    cover: float = 0.0
    gap: float = 0.0
    ids: set = field(default_factory=set)

    def add(self, body, land, ask):
        """Takes a tile in; `land` is what there is to cover in it."""
        size = (len(body), len(gzip.compress(body, 1)))
        self.tiles, self.raw, self.packed = self.tiles + 1, self.raw + size[0], self.packed + size[1]
        self.worst = max(self.worst, size)
        tile = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True}) if body else {}
        drawn = []
        for feature in tile.get(ask.layer, {"features": []})["features"]:
            whole = shape(feature["geometry"])
            self.polygons += len(getattr(whole, "geoms", [whole]))
            self.invalid += not whole.is_valid
            drawn.append(shapely.intersection(shapely.make_valid(whole), TILE))
            self.areas[feature["properties"].get(ask.column)] += drawn[-1].area
            if drawn[-1].area > 0:
                self.ids.update(feature["properties"][name] for name in ask.id if name in feature["properties"])
        union = shapely.union_all(drawn)
        self.cover += union.area
        self.gap += shapely.difference(land, union).area


def zooms(text):
    """Of `6-12` or `8,10,14`."""
    first, _, last = text.partition("-")
    return range(int(first), int(last) + 1) if last else [int(z) for z in text.split(",")]


def tiles_of(extent, z, at):
    """The tiles of a zoom that meet an extent in metres, or some around a place."""
    side = 2 * HALF / 2**z
    left, right = (int((x + HALF) / side) for x in (extent[0], extent[2]))
    top, bottom = (int((HALF - y) / side) for y in (extent[3], extent[1]))
    everything = [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
    if at is None or len(everything) <= at[2] ** 2:
        return everything
    x, y = int((at[0] + HALF) / side) - at[2] // 2, int((HALF - at[1]) / side) - at[2] // 2
    return [(x + i, y + j) for i in range(at[2]) for j in range(at[2])]


def row(z, parcels, land, ask):
    """Judges a zoom: a line of the table."""
    side, verdict = 2 * HALF / 2**z, Verdict()
    unit = side / EXTENT
    places = tiles_of(land.bounds, z, ask.at)
    boxes = [(x * side - HALF, HALF - (y + 1) * side, (x + 1) * side - HALF, HALF - y * side) for x, y in places]
    for (x, y), box in zip(places, boxes):
        here = shapely.intersection(land, shapely.box(*box))
        moved = affine_transform(here, [1 / unit, 0, 0, -1 / unit, -box[0] / unit, box[3] / unit])
        verdict.add(fetched(ask.url.format(z=z, x=x, y=y)), moved, ask)
    meant = shapely.union_all([shapely.box(*box) for box in boxes])
    near = parcels.iloc[parcels.sindex.query(meant, predicate="intersects")]
    truth = near.intersection(meant).area.groupby(near[ask.column]).sum()
    total, drawn = truth.sum(), sum(verdict.areas.values())
    off = max(abs(verdict.areas[own] / max(drawn, 1) - truth[own] / total) for own in truth.index)
    kilo = [f"{size / 1000:,.0f}" for size in (verdict.raw, verdict.packed, *verdict.worst)]
    return [
        z,
        verdict.tiles,
        f"{kilo[0]} / {kilo[1]}",
        f"{kilo[2]} / {kilo[3]}",
        f"{len(verdict.ids):,} / {len(near):,}",
        f"{verdict.polygons:,}",
        f"{verdict.invalid:,}",
        f"{drawn * unit**2 / total:.4f}",
        f"{max(0, drawn - verdict.cover) / max(drawn, 1) * 100:.3f}",
        f"{verdict.gap * unit**2 / total * 100:.3f}",
        f"{off * 100:.2f}",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("column")
    parser.add_argument("url")
    parser.add_argument("--layer", default="city.parcels")
    parser.add_argument("--zooms", default="6-12")
    parser.add_argument("--id", default="id,_id", help="columns, each of which names the feature")
    parser.add_argument("--at", help="LON,LAT,N")
    ask = parser.parse_args()
    ask.id = ask.id.split(",")
    if ask.at:
        longitude, latitude, count = map(float, ask.at.split(","))
        place = geopandas.GeoSeries.from_xy([longitude], [latitude], crs=4326).to_crs(3857)[0]
        ask.at = (place.x, place.y, int(count))
    parcels = geopandas.read_file(ask.file).to_crs(3857)
    land = shapely.coverage_union_all(parcels.geometry.values)
    print("| " + " | ".join(HEAD) + " |\n| ---" + " | ---:" * (len(HEAD) - 1) + " |")
    for z in zooms(ask.zooms):
        print("| " + " | ".join(map(str, row(z, parcels, land, ask))) + " |", flush=True)


if __name__ == "__main__":
    main()

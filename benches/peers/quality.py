#!/usr/bin/env python3
"""Judges the tiles of a polygon layer that tiles the land, zoom by zoom, against its file: bytes,
invalid polygons, area drawn against the true area, overlap between features, and how far each
class's share of the area is from the truth. The union is shapely's (GEOS), the decoder
mapbox-vector-tile; neither has anything of ours.

    quality.py FILE.fgb COLUMN URL [--layer NAME] [--zooms 6-12]

URL has {z}, {x} and {y}, as http://127.0.0.1:8080/xyz/city.parcels/{z}/{x}/{y}.mvt."""

import argparse
import collections
import gzip
import urllib.request

import geopandas
import mapbox_vector_tile
import shapely
from shapely.geometry import shape

HALF = 20037508.342789244
TILE = shapely.box(0, 0, 4096, 4096)


def fetched(url):
    with urllib.request.urlopen(url) as answer:
        body = answer.read()
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def judge(body, layer, column):
    """Area by class in units, area covered, polygons, invalid ones."""
    areas, parts, invalid, all_shapes = collections.Counter(), 0, 0, []
    tile = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
    for feature in tile.get(layer, {"features": []})["features"]:
        drawn = shape(feature["geometry"])
        parts += len(getattr(drawn, "geoms", [drawn]))
        invalid += not drawn.is_valid
        inside = shapely.intersection(shapely.make_valid(drawn), TILE)
        areas[feature["properties"].get(column)] += inside.area
        all_shapes.append(inside)
    return areas, shapely.union_all(all_shapes).area, parts, invalid


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("column")
    parser.add_argument("url")
    parser.add_argument("--layer", default="city.parcels")
    parser.add_argument("--zooms", default="6-12")
    ask = parser.parse_args()
    land = geopandas.read_file(ask.file).to_crs(3857)
    truth = land.area.groupby(land[ask.column]).sum()
    total = truth.sum()
    west, south, east, north = land.total_bounds
    first, last = map(int, ask.zooms.split("-"))
    print("| z | tiles | worst tile raw / gzip 1, kB | polygons | invalid | drawn / true | overlap % | class share, most off, pp |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for z in range(first, last + 1):
        side = 2 * HALF / 2**z
        columns = range(int((west + HALF) / side), int((east + HALF) / side) + 1)
        rows = range(int((HALF - north) / side), int((HALF - south) / side) + 1)
        areas, cover, parts, invalid, worst = collections.Counter(), 0, 0, 0, (0, 0)
        for x, y in ((x, y) for x in columns for y in rows):
            body = fetched(ask.url.format(z=z, x=x, y=y))
            if body:
                worst = max(worst, (len(body), len(gzip.compress(body, 1))))
                of_tile = judge(body, ask.layer, ask.column)
                areas.update(of_tile[0])
                cover, parts, invalid = cover + of_tile[1], parts + of_tile[2], invalid + of_tile[3]
        drawn, unit = sum(areas.values()), (side / 4096) ** 2
        off = max(abs(areas[own] / drawn - truth[own] / total) for own in truth.index) if drawn else 1
        print(
            f"| {z} | {len(columns) * len(rows)} | {worst[0] / 1000:.0f} / {worst[1] / 1000:.0f} | {parts:,} "
            f"| {invalid} | {drawn * unit / total:.4f} | {(drawn - cover) / max(drawn, 1) * 100:.3f} | {off * 100:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()

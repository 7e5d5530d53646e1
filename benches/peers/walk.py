#!/usr/bin/env python3
"""The tiles that somebody asks for who looks around a city: from a place at zoom 13 in to zoom 16,
a few steps aside at every zoom, then to the next place. A tile seen before is not asked for again,
as the browser has it.

    walk.py FILE.fgb          prints z/x/y, a line each

Needs pyogrio."""

import math
import random
import sys

import pyogrio

VIEW = (3, 2)  # tiles of 512 px on a screen of some 1280 by 800
PLACES, STEPS = 6, 4


def bounds(file):
    """West, south, east and north in degrees."""
    return pyogrio.read_info(file, force_total_bounds=True)["total_bounds"]


def count(file):
    return pyogrio.read_info(file)["features"]


def tile_of(longitude, latitude, z):
    """Column and row of the tile that holds a place."""
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return int((longitude + 180) / 360 * 2**z), int(down * 2**z)


def tiles(of, z):
    """All tiles of a zoom that meet bounds."""
    west, south, east, north = of
    left, top = tile_of(west, north, z)
    right, bottom = tile_of(east, south, z)
    return [(z, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def inside(of, z, x, y):
    """Whether a tile and those around it lie within bounds."""
    left, top = tile_of(of[0], of[3], z)
    right, bottom = tile_of(of[2], of[1], z)
    return left < x < right and top < y < bottom


def walk(of, seed=1):
    """The tiles in order, without those at the rim of the bounds."""
    west, south, east, north = of
    chance, seen = random.Random(seed), {}
    for _ in range(PLACES):
        longitude = chance.uniform(west + (east - west) / 4, east - (east - west) / 4)
        latitude = chance.uniform(south + (north - south) / 4, north - (north - south) / 4)
        for z in range(13, 17):
            x, y = tile_of(longitude, latitude, z)
            for _ in range(STEPS):
                seen.update({(z, x + i, y + j): None for i in range(VIEW[0]) for j in range(VIEW[1])})
                across, down = chance.choice([(1, 0), (-1, 0), (0, 1), (0, -1)])
                x, y = x + across, y + down
    return [tile for tile in seen if inside(of, *tile)]


if __name__ == "__main__":
    for tile in walk(bounds(sys.argv[1])):
        print(*tile, sep="/")

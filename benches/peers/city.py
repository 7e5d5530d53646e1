#!/usr/bin/env python3
"""Makes the city that the comparison is about: parcels that tile the land with exactly shared
borders, buildings, roads and points, as FlatGeobuf with sidecars.

    city.py OUT [--millions F] [--classes random|patchy] [--seed N]

At one million: 136,000 parcels, 318,000 buildings, 91,000 roads, 455,000 points, eleven columns
each. Needs geopandas, numpy and shapely."""

import argparse
import pathlib

import geopandas
import numpy as np
import shapely

WEST, SOUTH, DENSITY = 113.9, 22.5, 388 / 0.6  # parcels along a degree
USES = np.array(["R1", "R2", "R3", "C1", "M1", "G1", "GIC", "U", "S1", "E1"])


def mesh(side, random):
    """Corners of parcels, and the middles of their edges, moved; the outer border stays straight."""
    corners = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1)), -1).astype(float)
    moved = random.uniform(-0.3, 0.3, corners.shape)
    moved[[0, -1]] = 0
    moved[:, [0, -1]] = 0
    corners += moved
    across = (corners[:, 1:] + corners[:, :-1]) / 2
    across[1:-1, :, 1] += random.uniform(-0.1, 0.1, across[1:-1, :, 1].shape)
    along = (corners[1:] + corners[:-1]) / 2
    along[:, 1:-1, 0] += random.uniform(-0.1, 0.1, along[:, 1:-1, 0].shape)
    ring = [corners[:-1, :-1], across[:-1], corners[:-1, 1:], along[:, 1:]]
    ring += [corners[1:, 1:], across[1:], corners[1:, :-1], along[:, :-1], corners[:-1, :-1]]
    return np.stack(ring, 2).reshape(-1, 9, 2)


def placed(positions):
    return positions / DENSITY + [WEST, SOUTH]


def columns(count, prefix, uses, random):
    number = np.arange(count)
    return {
        "id": [f"{prefix}{n:07d}" for n in number],
        "name": [f"{prefix} {n}" for n in number],
        "use_code": uses,
        "status": random.choice(["planned", "built", "ended"], count),
        "owner": random.integers(0, 4, count),
        "year": random.integers(1990, 2026, count),
        "storeys": random.integers(1, 40, count),
        "area_m2": random.uniform(50, 5000, count).round(1),
        "far": random.uniform(0.5, 6, count).round(2),
        "people": random.integers(0, 900, count),
        "listed": random.random(count) < 0.02,
    }


def buildings(count, side, random):
    centre = random.uniform(0, side, (count, 1, 2))
    angle = random.uniform(0, np.pi / 2, (count, 1))
    size = random.uniform(0.04, 0.16, (count, 2))
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
    x, y = corners[:, 0] * size[:, :1], corners[:, 1] * size[:, 1:]
    turned = np.stack([x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)], -1)
    return shapely.polygons(placed(centre + turned))


def roads(count, side, random):
    start = random.integers(0, side, (count, 2)).astype(float)
    way = np.array([[1, 0], [0, 1]])[random.integers(0, 2, count)]
    steps = np.linspace(0, 1, 6)[:, None] * way[:, None, :]
    bent = random.uniform(-0.03, 0.03, steps.shape) * (steps.sum(-1, keepdims=True) % 1 > 0)
    return shapely.linestrings(placed(start[:, None, :] + steps + bent))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--millions", type=float, default=1.0)
    parser.add_argument("--classes", choices=["random", "patchy"], default="patchy")
    parser.add_argument("--seed", type=int, default=1)
    ask = parser.parse_args()
    random = np.random.default_rng(ask.seed)
    million = ask.millions * 1e6
    side = max(2, round((million * 0.136) ** 0.5))
    number = np.arange(side * side)
    patch = number % side // 9 * 7 + number // side // 7 * 3
    by_parcel = patch if ask.classes == "patchy" else random.integers(0, len(USES), side * side)
    counts = {"buildings": 0.318, "roads": 0.091, "points": 0.455}
    shapes = {"parcels": shapely.polygons(placed(mesh(side, random)))}
    for name, share in counts.items():
        count = round(million * share)
        make = {"buildings": buildings, "roads": roads}.get(name)
        somewhere = lambda: shapely.points(placed(random.uniform(0, side, (count, 2))))
        shapes[name] = make(count, side, random) if make else somewhere()
    (ask.out / "city").mkdir(parents=True, exist_ok=True)
    for name, shape in shapes.items():
        count = len(shape)
        uses = USES[by_parcel % 10 if name == "parcels" else random.integers(0, 10, count)]
        frame = geopandas.GeoDataFrame(columns(count, name[0].upper(), uses, random), geometry=shape, crs=4326)
        frame.to_file(ask.out / "city" / f"{name}.fgb", driver="FlatGeobuf")
        label = 'name = "name"\n' if name == "parcels" else ""
        (ask.out / "city" / f"{name}.toml").write_text(f'id = "id"\n{label}[style]\nby = "use_code"\n')
        print(name, count)


if __name__ == "__main__":
    main()

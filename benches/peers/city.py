#!/usr/bin/env python3
"""Makes the city that the comparison is about: parcels that tile the land with exactly shared
borders, buildings, roads and points, as FlatGeobuf with sidecars.

    city.py OUT [--millions F] [--classes random|patchy] [--seed N] [--denser F] [--unlabelled]
            [--history]

At one million: 136,000 parcels, 318,000 buildings, 91,000 roads, 455,000 points, eleven columns
each. `--denser 10` puts ten times as many on the same land. `--unlabelled` calls the column `name`
`called`, from which onemap makes no layer of labels. `--history` adds when each row was valid: all
in 2016, nine of ten today. Needs geopandas, numpy and shapely."""

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


def packed(shapes, denser):
    """Shapes on so many times less land."""
    corner = np.array([WEST, SOUTH])
    return shapely.transform(shapes, lambda at: (at - corner) / denser**0.5 + corner)


def history(count, random):
    """When each row began and ended to be valid."""
    began = random.integers(20 * 365, 45 * 365, count).astype("datetime64[D]")
    ended = np.full(count, np.datetime64("NaT"), "datetime64[D]")
    ended[random.random(count) < 0.1] = np.datetime64("2018-07-01")
    return {"valid_from": began.astype("datetime64[ms]"), "valid_to": ended.astype("datetime64[ms]")}


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
    parser.add_argument("--denser", type=float, default=1.0)
    parser.add_argument("--unlabelled", action="store_true")
    parser.add_argument("--history", action="store_true")
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
    for name, shape in shapes.items():
        uses = USES[by_parcel % 10 if name == "parcels" else random.integers(0, 10, len(shape))]
        of_each = columns(len(shape), name[0].upper(), uses, random)
        write(ask, name, of_each, shape if ask.denser == 1 else packed(shape, ask.denser))


def write(ask, name, of_each, shape):
    """A layer and its sidecar."""
    if ask.unlabelled:
        of_each = {"called" if key == "name" else key: value for key, value in of_each.items()}
    if ask.history:
        of_each |= history(len(shape), np.random.default_rng(ask.seed))
    frame = geopandas.GeoDataFrame(of_each, geometry=shape, crs=4326)
    (ask.out / "city").mkdir(parents=True, exist_ok=True)
    frame.to_file(ask.out / "city" / f"{name}.fgb", driver="FlatGeobuf")
    label = 'name = "name"\n' if name == "parcels" and not ask.unlabelled else ""
    (ask.out / "city" / f"{name}.toml").write_text(f'id = "id"\n{label}[style]\nby = "use_code"\n')
    print(name, len(shape))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What onemap's CPU per tile grows with, without a cache, in interleaved rounds against a city of F
million features: ten times the features elsewhere; ten times on the same land, at low zooms; a date
asked for, of layers that have a history; thirty layers in one tile against one by one.

    growth.py [--millions 1] [--rounds 5]

Makes its cities in $PEERS/growth, with city.py; at one million they take 12 GB with their stores."""

import argparse
import subprocess
import sys

import geopandas

import measure
import servers
import walk
from measure import Contestant

FOLDER = servers.WORK / "growth"
PLAIN = {"Accept-Encoding": "identity"}
DATE = "2016-06-30"  # all rows are valid then
THIRTY = 30


def made(name, millions, *options):
    """A city by name, made if it is not there."""
    city = FOLDER / f"{name}-{millions:g}"
    if not city.exists():
        command = [sys.executable, servers.HERE / "city.py", city, "--millions", str(millions), "--unlabelled"]
        subprocess.run([*command, *options], check=True)
    return city


def thirty(city, millions):
    """The buildings of a city in thirty layers, every thirtieth in each."""
    out = FOLDER / f"thirty-{millions:g}"
    if not out.exists():
        frame = geopandas.read_file(city / "city/buildings.fgb")
        (out / "city").mkdir(parents=True)
        for number in range(THIRTY):
            part = frame.iloc[number::THIRTY]
            part.to_file(out / "city" / f"b{number:02}.fgb", driver="FlatGeobuf")
            (out / "city" / f"b{number:02}.toml").write_text((city / "city/buildings.toml").read_text())
    return out


def asked(label, server, tiles, layers=servers.LAYERS, more=""):
    return Contestant(label, server, [server.path(*tile, layers) + more for tile in tiles], PLAIN)


def started(city, port, **options):
    return servers.onemap(city, port=port, name=f"onemap-{city.name}", **options).start()


def section(title, base, grown, most, rounds, factor=1):
    """A line of the table: what `grown` takes, times `base`."""
    print(title)
    measure.interleave([base, grown], rounds)
    by_round = [after / (before * factor) for before, after in zip(base.cpu, grown.cpu)]
    median = sorted(by_round)[len(by_round) // 2]
    took = [measure.span([value * scale for value in one.cpu], 2) for one, scale in ((base, factor), (grown, 1))]
    sizes = f"{base.size * factor / 1000:.0f} / {grown.size / 1000:.0f}"
    return [title, sizes, *took, measure.span(by_round, 2), f"< {most}", "yes" if median < most else "no"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=measure.ROUNDS)
    ask = parser.parse_args()
    small, large = ask.millions, ask.millions * 10
    base = made("base", small)
    of = walk.bounds(base / "city/parcels.fgb")
    walked = walk.walk(of)
    low = [tile for z in range(6, 12) for tile in walk.tiles(of, z)]
    plain = started(base, 18100)
    lines = []

    other = started(made("wide", large), 18101)
    pair = asked("base", plain, walked), asked("ten times elsewhere", other, walked)
    lines.append(section("ten times the features elsewhere, zooms 13–16", *pair, 1.1, ask.rounds))
    other.stop()

    few = servers.onemap(base, port=18100, columns=None)  # the same server, asked for each zoom's columns
    few.process = plain.process
    other = started(made("dense", large, "--denser", "10"), 18102, columns=None)
    pair = asked("base", few, low), asked("ten times inside", other, low)
    lines.append(section("ten times the features inside, zooms 6–11", *pair, 1.5, ask.rounds))
    other.stop()

    other = started(made("history", small, "--history"), 18103)
    pair = asked("base", plain, walked), asked("dated", other, walked, more=f"&datetime={DATE}")
    lines.append(section(f"`datetime={DATE}`, the same rows, zooms 13–16", *pair, 1.2, ask.rounds))
    other.stop()

    other = started(thirty(base, small), 18104)
    layers = [f"b{number:02}" for number in range(THIRTY)]
    some = [tile for tile in walked if tile[0] in (13, 14)][::4]
    single = Contestant("singles", other, [other.path(*tile, [layer]) for tile in some for layer in layers], PLAIN)
    pair = single, asked("thirty", other, some, layers)
    lines.append(section("thirty layers in one tile / thirty tiles", *pair, 1, ask.rounds, factor=THIRTY))

    head = [f"from {small:g} million", "mean kB before / after", "CPU ms before", "after", "times", "target", "reached"]
    measure.report(servers.WORK, "50-growth", "## What CPU per tile grows with\n\n" + measure.table(head, lines))


if __name__ == "__main__":
    main()

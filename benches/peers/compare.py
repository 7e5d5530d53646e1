#!/usr/bin/env python3
"""CPU per tile: the walk's tiles, all four layers in one tile with all eleven columns, without a cache,
from onemap, Martin over PostGIS, and MapServer, in interleaved rounds.

    compare.py [--rounds 5] [--only onemap,martin,mapserver]

If there is a city with labels beside it ($PEERS/labelled), onemap with those is measured, too."""

import argparse

import measure
import servers
import walk
from measure import Contestant

PLAIN = {"Accept-Encoding": "identity"}
GZIP = {"Accept-Encoding": "gzip"}
ZSTD = {"Accept-Encoding": "zstd"}
TARGETS = {"martin": (25, 12, 18), "mapserver": (18, 9, 12)}  # plain, gzip, their gzip / our zstd


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=measure.ROUNDS)
    parser.add_argument("--only", default="onemap,martin,mapserver")
    ask = parser.parse_args()
    tiles = walk.walk(walk.bounds(servers.WORK / "city/city/parcels.fgb"))
    contestants = {}
    for name in ask.only.split(","):
        server = getattr(servers, name)().start()
        paths = [server.path(*tile) for tile in tiles]
        for encoding, headers in {"plain": PLAIN, "gzip": GZIP, "zstd": ZSTD}.items():
            if encoding != "zstd" or name == "onemap":
                contestants[name, encoding] = Contestant(f"{name} {encoding}", server, paths, headers)
    if (servers.WORK / "labelled").exists():
        columns = ["name" if column == "called" else column for column in servers.COLUMNS]
        server = servers.onemap(servers.WORK / "labelled", port=18092, name="onemap-labels", columns=columns).start()
        paths = [server.path(*tile) for tile in tiles]
        contestants["labels", "plain"] = Contestant("onemap with labels plain", server, paths, PLAIN)
    fixed = measure.interleave(list(contestants.values()), ask.rounds)
    pairs = []
    for name, targets in TARGETS.items():
        for theirs, ours, least in zip(["plain", "gzip", "gzip"], ["plain", "gzip", "zstd"], targets):
            if (name, theirs) in contestants and ("onemap", ours) in contestants:
                pairs.append((contestants[name, theirs], contestants["onemap", ours], least))
    text = f"{len(tiles)} tiles of zooms 13 to 16; {measure.steadiness(fixed)}\n\n"
    text += measure.absolute(contestants.values()) + "\n" + measure.ratios(pairs)
    measure.report(servers.WORK, "10-tiles", "## CPU per tile\n\n" + text)


if __name__ == "__main__":
    main()

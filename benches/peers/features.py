#!/usr/bin/env python3
"""CPU per page of features as GeoJSON: 1,000 and 10,000 buildings with all columns from boxes in the
city that hold some more, from onemap, TiPg and pygeoapi, in interleaved rounds.

    features.py [--rounds 5]"""

import argparse
import http.client
import json
import random

import measure
import servers
import walk
from measure import Contestant

NAMES = {"onemap": "city.buildings", "tipg": "lonlat.buildings", "pygeoapi": "buildings"}
PLACES, SPARE = 5, 1.3
TARGETS = {"tipg": 50, "pygeoapi": None}


def boxes(of, count, among):
    """Boxes in the middle of the city, each with about so many features."""
    west, south, east, north = of
    chance, share = random.Random(1), (count * SPARE / among) ** 0.5
    wide, high = (east - west) * share, (north - south) * share
    for _ in range(PLACES):
        left, low = chance.uniform(west, east - wide), chance.uniform(south, north - high)
        yield f"{left:.6f},{low:.6f},{left + wide:.6f},{low + high:.6f}"


def check(server, path, count):
    """What is compared must be the same: so many features of as many columns."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    connection.request("GET", path)
    answer = connection.getresponse()
    page = json.loads(answer.read())
    if answer.status != 200 or len(page["features"]) != count:
        raise SystemExit(f"{server.name}: {answer.status}, {len(page.get('features', []))} features for {path}")
    missing = set(servers.COLUMNS) - set(page["features"][0]["properties"])
    if missing - {"id"}:
        raise SystemExit(f"{server.name} leaves out {missing}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=measure.ROUNDS)
    ask = parser.parse_args()
    running = {name: getattr(servers, name)().start() for name in NAMES}
    file = servers.WORK / "city/city/buildings.fgb"
    text = "## CPU per page of GeoJSON\n\n"
    for count in (1000, 10000):
        windows = list(boxes(walk.bounds(file), count, walk.count(file)))
        contestants = {}
        for name, collection in NAMES.items():
            form = "geojson" if name == "tipg" else "json"
            path = f"/collections/{collection}/items?limit={count}&f={form}&bbox="
            check(running[name], path + windows[0], count)
            headers = {"Accept-Encoding": "identity"}
            paths = [path + window for window in windows]
            contestants[name] = Contestant(f"{name} {count:,}", running[name], paths, headers)
        fixed = measure.interleave(list(contestants.values()), ask.rounds)
        pairs = [(contestants[name], contestants["onemap"], least) for name, least in TARGETS.items()]
        text += f"{count:,} buildings; {measure.steadiness(fixed)}\n\n"
        text += measure.absolute(contestants.values()) + "\n" + measure.ratios(pairs) + "\n"
    measure.report(servers.WORK, "30-features", text)


if __name__ == "__main__":
    main()

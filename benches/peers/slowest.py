#!/usr/bin/env python3
"""How long one who asks for tiles one by one waits, without a cache: every tile of the city at zooms 6
to 12, the walk's at 13 to 16, all four layers. Each is asked three times and its median counts.

    slowest.py [--server onemap]"""

import argparse
import http.client
import statistics
import time

import measure
import servers
import walk

ASKED = 3


def waits(server, tiles):
    """Milliseconds by tile, and bytes. Between two times of one tile all others are asked for, so that
    no answer is at hand from before."""
    connection, sizes = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300), {}
    taken = {tile: [] for tile in tiles}
    for tile in tiles * ASKED:
        begun = time.perf_counter()
        connection.request("GET", server.path(*tile), headers={"Accept-Encoding": "identity"})
        sizes[tile] = len(connection.getresponse().read())
        taken[tile].append((time.perf_counter() - begun) * 1000)
    return {tile: statistics.median(of_tile) for tile, of_tile in taken.items()}, sizes


def late(values):
    """The 99th percentile."""
    return sorted(values)[max(0, -(-len(values) * 99 // 100) - 1)]


def rows(server, by_zoom):
    taken, sizes = waits(server, [tile for tiles in by_zoom.values() for tile in tiles])
    for z, tiles in by_zoom.items():
        worst = max(tiles, key=taken.get)
        values = [taken[tile] for tile in tiles]
        numbers = [f"{value:.1f}" for value in (statistics.median(values), late(values), taken[worst])]
        yield [z, len(tiles), *numbers, "/".join(map(str, worst)), f"{sizes[worst] / 1000:.0f}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", default="onemap")
    ask = parser.parse_args()
    of = walk.bounds(servers.WORK / "city/city/parcels.fgb")
    walked = walk.walk(of)
    by_zoom = {z: walk.tiles(of, z) for z in range(6, 13)}
    by_zoom |= {z: [tile for tile in walked if tile[0] == z] for z in range(13, 17)}
    head = ["zoom", "tiles", "median ms", "p99 ms", "worst ms", "worst tile", "its kB"]
    text = "## Waiting for one tile\n\nTargets: p99 at zooms 13 to 16 below 5 ms, worst below 25 ms.\n"
    ways = {"all columns": {}}
    if ask.server == "onemap":
        ways["columns as each zoom has them"] = {"columns": None}
    for title, options in ways.items():
        server = getattr(servers, ask.server)(**options).start()
        text += f"\n{ask.server}, {title}:\n\n" + measure.table(head, rows(server, by_zoom))
        server.stop()
    measure.report(servers.WORK, f"40-slowest-{ask.server}", text)


if __name__ == "__main__":
    main()

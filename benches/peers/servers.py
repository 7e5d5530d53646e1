"""The servers of the comparison: how each is started, asked for a tile, and how much CPU the
processes that answer have taken. What is not installed is left out, and said."""

import atexit
import contextlib
import http.client
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field

import postgis

HERE = pathlib.Path(__file__).parent
WORK = postgis.WORK
LAYERS = postgis.LAYERS
COLUMNS = "id called use_code status owner year storeys area_m2 far people listed".split()
ONEMAP = os.environ.get("ONEMAP", "target/release/onemap")
MARTIN = os.environ.get("MARTIN", str(WORK / "martin/bin/martin"))
TICKS = os.sysconf("SC_CLK_TCK")


def tree(root):
    """The process and all that descend from it."""
    parents = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def seconds(pid):
    """CPU of a process, and of those of its children that have ended."""
    try:
        after = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, after[11:15])) / TICKS


@dataclass
class Server:
    name: str
    port: int
    command: list
    tile: str = ""  # path of a tile: {layers}, {z}, {x}, {y}
    layer: str = "{}"  # what it calls a layer
    joined: str = ","  # what stands between layers
    ready: str = "/"
    env: dict = field(default_factory=dict)
    database: bool = False
    process: subprocess.Popen | None = None

    def start(self):
        atexit.register(self.stop)
        log = open(WORK / f"{self.name}.log", "w")
        self.process = subprocess.Popen(self.command, env=os.environ | self.env, stdout=log, stderr=log)
        deadline = time.monotonic() + 1800  # the first start makes the index
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers():
                return self
            time.sleep(0.2)
        raise SystemExit(f"{self.name} does not answer; see {log.name}")

    def _answers(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            connection.request("GET", self.ready)
            return connection.getresponse().status < 400
        except OSError:
            return False

    def stop(self):
        """Ends it and what it started; lighttpd leaves MapServer's processes behind."""
        if self.process:
            started = tree(self.process.pid)
            self.process.terminate()
            self.process.wait(30)
            for pid in started[1:]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            self.process = None

    def cpu(self):
        """Seconds so far, of its database too."""
        roots = [self.process.pid] + ([postgis.pid()] if self.database else [])
        return sum(seconds(pid) for root in roots for pid in tree(root))

    def path(self, z, x, y, layers=LAYERS):
        return self.tile.format(layers=self.joined.join(map(self.layer.format, layers)), z=z, x=x, y=y)

    def url(self):
        return f"http://127.0.0.1:{self.port}"


def onemap(city=WORK / "city", cache=0, port=18080, name="onemap", columns=COLUMNS):
    """Tiles carry all columns at every zoom, as those of the others do, unless `columns` is None."""
    command = [ONEMAP, "serve", "--layers", city, "--store", f"{city}-store", "--listen", f"127.0.0.1:{port}"]
    query = "?properties=" + ",".join(columns) if columns else ""
    tile = "/xyz/{layers}/{z}/{x}/{y}.mvt" + query
    return Server(name, port, [*command, "--cache-mb", str(cache)], tile, "city.{}", ready="/readyz")


def martin(cache=0):
    kinds = {"parcels": "POLYGON", "buildings": "POLYGON", "roads": "LINESTRING", "points": "POINT"}
    types = dict.fromkeys(["owner", "year", "storeys", "people"], "int8") | {"listed": "bool"}
    types |= {"area_m2": "float8", "far": "float8"}
    columns = {column: types.get(column, "varchar") for column in COLUMNS}
    common = {"schema": "public", "srid": 3857, "geometry_column": "geom", "id_column": "fid"}
    common |= {"extent": 4096, "buffer": 64, "clip_geom": True, "properties": columns}
    tables = {layer: common | {"table": layer, "geometry_type": kind} for layer, kind in kinds.items()}
    postgres = {"connection_string": postgis.URL, "auto_publish": False, "tables": tables}
    # JSON is YAML, too
    (WORK / "martin.yaml").write_text(json.dumps({"cache_size_mb": cache, "postgres": postgres}))
    command = [MARTIN, "--config", WORK / "martin.yaml", "--listen-addresses", "127.0.0.1:18081"]
    return Server("martin", 18081, command, "/{layers}/{z}/{x}/{y}", ready="/health", database=True)


def archive(cache=512):
    """Martin with the tiles that tippecanoe has made."""
    port = 18083 if cache else 18087
    command = [MARTIN, WORK / "city.mbtiles", "--listen-addresses", f"127.0.0.1:{port}", "--cache-size", str(cache)]
    return Server("archive" if cache else "archive-uncached", port, command, "/city/{z}/{x}/{y}", ready="/health")


def mercator():
    """The files as MapServer is served best: in the CRS of the tiles, with their spatial index."""
    folder = WORK / "mercator"
    for layer in LAYERS:
        file = folder / f"{layer}.fgb"
        folder.mkdir(exist_ok=True)
        if not file.exists():
            source = WORK / "city/city" / f"{layer}.fgb"
            subprocess.run(["ogr2ogr", "-f", "FlatGeobuf", file, source, "-t_srs", "EPSG:3857"], check=True)
    return folder


def mapserver(processes=4):
    kinds = {"parcels": "POLYGON", "buildings": "POLYGON", "roads": "LINE", "points": "POINT"}
    folder, one = mercator(), (HERE / "mapserver/layer.map").read_text()
    layers = [
        one.format(name=layer, type=kind, file=folder / f"{layer}.fgb", columns=",".join(COLUMNS))
        for layer, kind in kinds.items()
    ]
    fill = {"{work}": str(WORK), "{port}": "18082", "{processes}": str(processes), "{layers}": "".join(layers)}
    for name in ["city.map", "mapserver.conf", "lighttpd.conf"]:
        text = (HERE / "mapserver" / name).read_text()
        for key, value in fill.items():
            text = text.replace(key, value)
        (WORK / name).write_text(text)
    command = [shutil.which("lighttpd") or "/usr/sbin/lighttpd", "-D", "-f", WORK / "lighttpd.conf"]
    tile = "/tiles?mode=tile&tilemode=gmap&tile={x}+{y}+{z}&layers={layers}&map.imagetype=mvt"
    return Server("mapserver", 18082, command, tile, joined="+", ready=tile.format(layers="roads", x=0, y=0, z=0))


def bare(sizes, port=18086):
    """The handler that does nothing but answer bodies of these sizes in turn; BARE is its command, with
    {addr} and {bytes}."""
    command = os.environ["BARE"].format(addr=f"127.0.0.1:{port}", bytes=",".join(map(str, sizes)))
    return Server("bare", port, shlex.split(command))


def tipg():
    command = [WORK / "features/bin/uvicorn", "tipg.main:app", "--port", "18084"]
    command += ["--log-level", "warning", "--no-access-log"]
    env = {"DATABASE_URL": postgis.URL, "TIPG_DB_SCHEMAS": '["lonlat"]', "TIPG_MAX_FEATURES_PER_QUERY": "10000"}
    return Server("tipg", 18084, command, ready="/conformance", env=env, database=True)


def pygeoapi():
    text = (HERE / "pygeoapi.yaml").read_text().replace("{port}", "18085").replace("{pg}", str(postgis.PORT))
    (WORK / "pygeoapi.yaml").write_text(text)
    bin = WORK / "features/bin"
    env = {"PYGEOAPI_CONFIG": str(WORK / "pygeoapi.yaml"), "PYGEOAPI_OPENAPI": str(WORK / "pygeoapi.openapi.yaml")}
    with open(env["PYGEOAPI_OPENAPI"], "w") as out:
        make = [bin / "pygeoapi", "openapi", "generate", env["PYGEOAPI_CONFIG"]]
        subprocess.run(make, env=os.environ | env, stdout=out, check=True)
    command = [bin / "gunicorn", "-w", "2", "-b", "127.0.0.1:18085", "--keep-alive", "60", "-k", "gthread"]
    return Server("pygeoapi", 18085, [*command, "pygeoapi.flask_app:APP"], ready="/conformance", env=env, database=True)

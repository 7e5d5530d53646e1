#!/usr/bin/env python3
"""Answers a second and their latency at 1, 8 and 64 connections over loopback, by wrk, the servers in
turn: the walk's tiles made anew each time; the same from caches; and 304 to those who have them.

    rates.py [--rounds 3] [--seconds 4] [--only cold,cached]

wrk takes its share of the processors, the more the faster the server is. `bare` answers bytes alone."""

import argparse
import http.client
import os
import random
import statistics
import subprocess
import time
from dataclasses import dataclass, field

import measure
import servers
import walk

CONNECTIONS = (1, 8, 64)


@dataclass
class Runner:
    label: str
    server: object
    paths: list
    tagged: bool = False
    sizes: list = field(default_factory=list)
    results: dict = field(default_factory=dict)

    def ask(self, accept="*/*"):
        """Asks for everything once; the tags of the answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=300)
        tags, self.sizes = [], []
        for path in self.paths:
            connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept": accept})
            answer = connection.getresponse()
            self.sizes.append(len(answer.read()))
            tags.append(answer.getheader("ETag", ""))
        return tags

    def size(self):
        """Mean bytes of an answer."""
        return sum(self.sizes) / len(self.sizes)

    def prepare(self):
        """Writes what wrk is to ask, and asks all of it once, which fills caches."""
        tags = self.ask()
        self.file = servers.WORK / f"wrk-{self.label.replace(' ', '-')}.txt"
        lines = list(zip(self.paths, tags if self.tagged else [""] * len(tags)))
        random.Random(1).shuffle(lines)  # so that a slow server, which does not come far, has all zooms
        self.file.write_text("".join("\t".join(line).rstrip("\t") + "\n" for line in lines))

    def heat(self):
        """Asks for everything in several words, so that it is compressed again, and waits for that."""
        for accept in ("*/*", "application/*", "application/vnd.mapbox-vector-tile"):
            self.ask(accept)
        last = -1.0
        while (now := self.server.cpu()) != last:
            last = now
            time.sleep(3)

    def run(self, connections, seconds):
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "30", "--latency"]
        command += ["-s", servers.HERE / "cycle.lua", self.server.url(), "--", self.file, "gzip"]
        before = self.server.cpu()
        out = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout
        requests, micros, _, failed, p50, p99 = map(int, out.split("RESULT")[1].split())
        self.settle()
        cpu = (self.server.cpu() - before) / max(requests, 1)
        rate = requests / micros * 1e6
        result = (rate, p50 / 1000, p99 / 1000, failed, cpu * 1e6)
        self.results.setdefault(connections, []).append(result)
        print(f"{self.label} at {connections}: {rate:.0f}/s, p99 {p99 / 1000:.2f} ms, {failed} failed", flush=True)

    def settle(self):
        """Waits until what wrk no longer waits for is done."""
        last = -1.0
        while (now := self.server.cpu()) - last > 0.02:
            last = now
            time.sleep(0.3)

    def rates(self, connections):
        return [result[0] for result in self.results[connections]]


def cold(tiles):
    """Those that make each tile anew."""
    for make in (servers.onemap, servers.martin, servers.mapserver):
        server = make().start()
        yield Runner(f"{server.name}, no cache", server, [server.path(*tile) for tile in tiles])


def cached(tiles):
    """Those that have the answer, and the handler that has nothing else."""
    kept = servers.onemap(cache=512, port=18090, name="onemap-cached").start()
    ours = Runner("onemap, cached", kept, [kept.path(*tile) for tile in tiles])
    ours.heat()
    yield ours
    for archive, label in ((servers.archive(), "martin, archive"), (servers.archive(0), "martin, archive, no cache")):
        archive.start()
        yield Runner(label, archive, [archive.path(*tile) for tile in tiles])
    yield Runner("onemap, 304", kept, ours.paths, tagged=True)
    if "BARE" in os.environ:
        ours.prepare()
        server = servers.bare([round(ours.size())]).start()
        # It is asked in the same words, which it has to read, too.
        yield Runner("bare, as many bytes", server, ours.paths)
        yield Runner("bare, 304", server, ours.paths, tagged=True)
        server = servers.bare(ours.sizes, 18088).start()
        yield Runner("bare, the same sizes", server, ours.paths)


def rows(runners):
    for connections in CONNECTIONS:
        for one in runners:
            _, p50, p99, failed, cpu = (statistics.median(column) for column in zip(*one.results[connections]))
            numbers = [measure.span(one.rates(connections), 0), f"{p50:.2f}", f"{p99:.2f}", f"{cpu:.0f}", int(failed)]
            yield [one.label, connections, f"{one.size() / 1000:.1f}", *numbers]


def shares(runners):
    """Our rate as a share of another's in the same round, by connections."""
    named = {one.label: one for one in runners}
    wanted = [
        ("onemap, cached", "bare, as many bytes", 0.85),
        ("onemap, cached", "bare, the same sizes", 0.85),
        ("onemap, cached", "martin, archive", 4),
        ("onemap, cached", "martin, archive, no cache", None),
        ("onemap, 304", "bare, 304", 0.95),
        ("onemap, no cache", "martin, no cache", None),
        ("onemap, no cache", "mapserver, no cache", None),
    ]
    for ours, other, least in wanted:
        if ours in named and other in named:
            pairs = [zip(named[ours].rates(count), named[other].rates(count)) for count in CONNECTIONS]
            times = [[own / theirs for own, theirs in of_rounds] for of_rounds in pairs]
            reached = "" if least is None else "yes" if min(map(statistics.median, times)) >= least else "no"
            spans = [measure.span(of_rounds, 2) for of_rounds in times]
            yield [f"{ours} / {other}", *spans, f"≥ {least}" if least else "", reached]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--only", default="cold,cached")
    ask = parser.parse_args()
    tiles = walk.walk(walk.bounds(servers.WORK / "city/city/parcels.fgb"))
    runners = [one for name in ask.only.split(",") for one in {"cold": cold, "cached": cached}[name](tiles)]
    for one in runners:
        one.prepare()
    for _ in range(ask.rounds):
        for connections in CONNECTIONS:
            for one in runners:
                one.run(connections, ask.seconds)
    head = ["", "connections", "mean kB gzip", "answers a second", "p50 ms", "p99 ms", "CPU µs an answer", "failed"]
    text = "## Rates\n\n" + measure.table(head, rows(runners)) + "\n"
    text += measure.table(["rate of", *(f"at {count}" for count in CONNECTIONS), "target", "reached"], shares(runners))
    measure.report(servers.WORK, "20-rates", text)


if __name__ == "__main__":
    main()

"""CPU per request in interleaved rounds, and tables of it."""

import hashlib
import http.client
import math
import platform
import statistics
import time
from dataclasses import dataclass, field

LEAST = 1.0  # seconds of CPU a round takes at least, as the clock of processes ticks in 10 ms
ROUNDS = 5


@dataclass
class Contestant:
    """Requests to one server, and what they took."""

    label: str
    server: object
    paths: list
    headers: dict = field(default_factory=dict)
    repeats: int = 1
    size: float = 0.0  # mean bytes of an answer's body
    cpu: list = field(default_factory=list)  # milliseconds a request, by round

    def once(self):
        """Makes all requests over one connection; the mean size of the answers."""
        connection, total = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=300), 0
        for path in self.paths:
            connection.request("GET", path, headers=self.headers)
            answer = connection.getresponse()
            total += len(answer.read())
            if answer.status not in (200, 204, 304):
                raise SystemExit(f"{self.label}: {answer.status} for {path}")
        connection.close()
        return total / len(self.paths)

    def timed(self):
        before = self.server.cpu()
        for _ in range(self.repeats):
            self.size = self.once()
        return (self.server.cpu() - before) / (len(self.paths) * self.repeats) * 1000

    def fit(self):
        """Chooses how often a round repeats the requests."""
        taken = 0.0
        while taken < LEAST / 5:
            taken = self.timed() / 1000 * len(self.paths) * self.repeats
            self.repeats *= 1 if taken >= LEAST / 5 else 2
        self.repeats = math.ceil(self.repeats * LEAST / taken)


def fixed_work():
    """CPU ms of SHA-256 over 64 MB: how fast the machine was during a round."""
    data, before = bytes(64 << 20), time.process_time()
    hashlib.sha256(data).digest()
    return (time.process_time() - before) * 1000


def interleave(contestants, rounds=ROUNDS):
    """Measures all in turn, again and again; the fixed work's time by round."""
    for one in contestants:
        one.once()
        one.fit()
    fixed = []
    for number in range(rounds):
        fixed.append(fixed_work())
        for one in contestants:
            one.cpu.append(one.timed())
        print(f"round {number + 1}:", *(f"{one.label} {one.cpu[-1]:.2f}" for one in contestants), sep="  ", flush=True)
    return fixed


def span(values, digits=1):
    """Median, and least and most."""
    form = lambda value: f"{value:.{digits}f}"
    return f"{form(statistics.median(values))} ({form(min(values))}–{form(max(values))})"


def steadiness(fixed):
    return f"SHA-256 of 64 MB took {span(fixed)} ms of CPU in the rounds."


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def absolute(contestants):
    """What each took."""
    rows = [
        [one.label, f"{one.size / 1000:.1f}", span(one.cpu, 3), len(one.paths) * one.repeats] for one in contestants
    ]
    return table(["", "mean kB", "CPU ms a request", "requests a round"], rows)


def ratios(pairs):
    """How many times the CPU of ours each other takes: of (other, ours, at least) by round."""
    rows = []
    for other, ours, least in pairs:
        by_round = [theirs / own for theirs, own in zip(other.cpu, ours.cpu)]
        reached = "" if least is None else "yes" if statistics.median(by_round) >= least else "no"
        rows.append([f"{other.label} / {ours.label}", span(by_round), "" if least is None else f"≥ {least}", reached])
    return table(["CPU of", "times", "target", "reached"], rows)


def machine():
    """The machine in a line, without its name."""
    model = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    memory = next(int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    return f"{len(model)} × {model[0]}, {memory / 2**20:.0f} GB, Linux {platform.release().split('-')[0]}"


def report(work, name, text):
    """Prints a section, and keeps it for `report.py`."""
    folder = work / "results"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.md").write_text(text)
    print(text)

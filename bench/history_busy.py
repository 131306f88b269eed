#!/usr/bin/env python3
"""Questions to the history while machines push 200,000 samples a second through the line protocol:
how much longer they take than when nothing comes in. Prints for each kind of question of
history_rival.py the p50 and p99 of both, and the ratio of the p99s; the aim is below 3.

Who asks and who pushes share the last core, and say how much of it they used; the server may run
anywhere. SPINDLE_BENCH_SECONDS (default 20) is how long each half lasts, SPINDLE_BENCH_RATE how many
samples a second come in.
"""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent / "tools"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness  # noqa: E402
import history_rival as rival  # noqa: E402

SECONDS = float(os.environ.get("SPINDLE_BENCH_SECONDS", "20"))
RATE = int(os.environ.get("SPINDLE_BENCH_RATE", "200000"))
AIM = 3
KINDS = {"a": "last value of every signal", "b": "an hour of one signal, raw",
         "c": "one signal by the minute", "d": "50 signals in 1,000 slices",
         "e": "seconds per state and hour"}


class Asker:
    """Asks over one kept connection with next to no work of its own: what Python's own client
    needs would hide what the server needs."""

    def __init__(self, store):
        self.link = socket.create_connection(("127.0.0.1", store.port))
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray(1 << 20)

    def close(self):
        self.link.close()

    def ask(self, request):
        """Seconds until the whole answer was there."""
        begin = time.perf_counter()
        self.link.sendall(request)
        got, whole = 0, None
        while whole is None or got < whole:
            if got == len(self.buffer):
                self.buffer.extend(bytes(len(self.buffer)))
            count = self.link.recv_into(memoryview(self.buffer)[got:])
            if count == 0:
                raise RuntimeError("the server closed the connection")
            got += count
            if whole is None and (end := self.buffer.find(b"\r\n\r\n", 0, got)) >= 0:
                head = bytes(self.buffer[:end]).decode()
                if not head.startswith("HTTP/1.1 200"):
                    raise RuntimeError(head)
                length = head.lower().split("content-length: ", 1)[1].split("\r\n", 1)[0]
                whole = end + 4 + int(length)
        return time.perf_counter() - begin


class Requests(rival.Ours):
    """The questions of the comparison as bytes to send."""

    def __init__(self, port):  # pylint: disable=super-init-not-called
        self.port = port

    def get(self, path, *pairs):
        query = urllib.parse.urlencode(pairs)
        target = path + ("?" + query if query else "")
        return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode()


def ask_for(seconds, asker, requests):
    """Milliseconds of each question, by kind; a kind at a time, around and around."""
    took = {kind: [] for kind in KINDS}
    until = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < until:
        for kind in KINDS:
            # Large questions come seldom, as they do when people look.
            if kind == "d" and turn % 8:
                continue
            took[kind].append(asker.ask(requests.ask(kind, turn)) * 1e3)
        turn += 1
    return took


def on_last_core():
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def push(store, hours, begin, *more):
    """Starts pushing `hours` of the workload that begin `begin` seconds after its start."""
    return subprocess.Popen(
        [rival.LOAD, "push", "--port", str(store.port), "--path", "/write?precision=ms",
         "--machines", str(rival.MACHINES), "--hours", f"{hours:.6f}", "--from",
         str((rival.START + begin) * 1000), *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=on_last_core)


def finish(pushing):
    said, complaint = pushing.communicate()
    if pushing.returncode != 0:
        sys.exit(complaint)
    return json.loads(said)


def measure(store):
    finish(push(store, rival.HOURS, 0))
    store.settle()
    asker, requests = Asker(store), Requests(store.port)
    with contextlib.closing(asker):
        ask_for(1, asker, requests)
        idle = ask_for(SECONDS, asker, requests)
        # A little more than is asked for, so that it goes on until the last question.
        hours = RATE * (SECONDS + 4) / (rival.MACHINES * 50) / 3600
        server, own = store.cpu_s(), time.process_time()
        begin = time.monotonic()
        pushing = push(store, hours, int(rival.HOURS * 3600), "--rate", str(RATE))
        time.sleep(1)
        busy = ask_for(SECONDS, asker, requests)
        went_on = pushing.poll() is None
        asked = time.monotonic() - begin
        server, own = store.cpu_s() - server, time.process_time() - own
        pushed = finish(pushing)
    return {"idle": idle, "busy": busy, "went_on": went_on, "pushed": pushed,
            "pushed_a_second": pushed["samples"] / pushed["wall_s"],
            "server_cores": server / asked,
            "client_cores": own / asked + pushed["client_cpu_s"] / pushed["wall_s"]}


def main():
    on_last_core()
    with harness.scratch() as folder:
        os.sched_setaffinity(0, range(os.cpu_count()))
        store = rival.Ours(folder)
        on_last_core()
        with contextlib.closing(store):
            out = measure(store)
    rows = []
    for kind, words in KINDS.items():
        idle, busy = out["idle"][kind], out["busy"][kind]
        ratio = harness.percentile(busy, 0.99) / harness.percentile(idle, 0.99)
        rows.append({"question": f"{kind}  {words}", "asked": len(busy),
                     "idle_p50_ms": harness.percentile(idle, 0.5),
                     "busy_p50_ms": harness.percentile(busy, 0.5),
                     "idle_p99_ms": harness.percentile(idle, 0.99),
                     "busy_p99_ms": harness.percentile(busy, 0.99), "ratio": ratio,
                     "met": "yes" if ratio < AIM else "no"})
    print(f"{rival.MACHINES} machines x 50 signals x {rival.HOURS:g} h; "
          f"{out['pushed_a_second']:,.0f} samples a second came in meanwhile, answered in "
          f"{out['pushed']['answer_ms_p99']:.0f} ms at the 99th; the server used "
          f"{out['server_cores']:.2f} cores, who asked and pushed {out['client_cores']:.2f}\n")
    if not out["went_on"]:
        print("the push ended before the questions did: the last of them were asked at rest")
    harness.report(rows)
    target = os.environ.get("SPINDLE_BENCH_JSON")
    if target:
        pathlib.Path(target).write_text(json.dumps({**out, "table": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()

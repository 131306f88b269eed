#!/usr/bin/env python3
"""Runs clang-tidy over src/, newest change first, within a time.

A file that passed is remembered by the content of all that it includes from src/, of .clang-tidy
and of the tool, so a second run looks only at what changed. What the time did not reach is said
and is no failure: the next run goes on from there.

Usage: tidy.py --build FOLDER [--seconds N] [FILE…]
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src"
TOOL = "clang-tidy-19"
INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def closure(file, known):
    """`file` and all it includes from src/, directly or not."""
    seen, todo = set(), [file]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        if path not in known:
            text = path.read_bytes()
            below = [SOURCES / name.decode() for name in INCLUDE.findall(text)]
            known[path] = hashlib.sha256(text).digest(), [p for p in below if p.is_file()]
        todo += known[path][1]
    return sorted(seen)


def fingerprint(file, known, rules):
    digest = hashlib.sha256(rules)
    for path in closure(file, known):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + known[path][0])
    return digest.hexdigest()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    deadline = time.monotonic() + arguments.seconds

    database = json.loads((arguments.build / "compile_commands.json").read_text())
    files = {pathlib.Path(entry["file"]) for entry in database}
    files = {file for file in files if SOURCES in file.parents and file.is_file()}
    if arguments.files:
        files &= {file.resolve() for file in arguments.files}
    version = subprocess.run([TOOL, "--version"], capture_output=True, check=True).stdout
    rules = (ROOT / ".clang-tidy").read_bytes() + version
    passes = ROOT / "build" / "tidy"
    passes.mkdir(parents=True, exist_ok=True)

    known = {}
    marks = {file: passes / fingerprint(file, known, rules) for file in files}
    todo = [file for file in files if not marks[file].exists()]
    todo.sort(key=lambda file: -file.stat().st_mtime)

    def look(file):
        if time.monotonic() > deadline:
            return file, None, ""
        run = subprocess.run([TOOL, "-p", str(arguments.build), "--quiet", str(file)],
                             capture_output=True, text=True, check=False)
        if run.returncode == 0:
            marks[file].touch()
        return file, run.returncode, run.stdout or run.stderr

    bad, late = 0, 0
    shown = set()  # a finding in a header is the same from every file that includes it
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, code, output in pool.map(look, todo):
            if code is None:
                late += 1
            elif code != 0:
                bad += 1
                fresh = [line for line in output.splitlines() if line not in shown]
                shown.update(line for line in fresh if ": error: " in line)
                print("\n".join(fresh), flush=True)
    print(f"{len(files)} files: {len(files) - len(todo)} known as good, "
          f"{len(todo) - bad - late} passed now, {bad} with findings, {late} not reached in time")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

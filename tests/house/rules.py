"""The house rules, as functions from a tree of files to what breaks them.

A tree is a dict from path (from the repository's root, `/` between parts) to text; None as text
stands for a file that is not text. Nothing here reads a disk, so layering_test.py can hand in
tiny houses that break one rule each. Each finding is one line: where, what, what to do.
"""

import re

# Floors: a room may include itself and the rooms named here, all of them below it.
MAY_USE = {
    "base": set(),
    "model": {"base"},
    "protocol": {"base"},
    "connect": {"base", "model", "protocol"},
    "engine": {"base", "model"},
    "store": {"base", "model"},
    "kpi": {"base", "model"},
    "exchange": {"base", "model", "store"},
    "publish": {"base", "model", "store", "kpi"},
    "plant": {"base", "model", "protocol", "connect", "engine", "store", "kpi", "exchange"},
    "api": {"base", "model", "protocol", "connect", "engine", "store", "kpi", "exchange",
            "publish", "plant"},
    "app": {"base", "model", "protocol", "connect", "engine", "store", "kpi", "exchange",
            "publish", "plant", "api", "sim"},
}

# Rooms whose results depend on nothing but their arguments.
PURE = {"model", "protocol", "engine", "kpi"}
IMPURE_HEADERS = re.compile(
    r"^(boost/(asio|beast)|sys/|netinet/|arpa/|unistd\.h|fcntl\.h|termios\.h|poll\.h|sqlite3\.h"
    r"|filesystem|fstream|thread|mutex|shared_mutex|condition_variable|future|random|ctime|time\.h"
    r"|cstdio|stdio\.h|spdlog/)")
IMPURE_CALLS = re.compile(
    r"::now\s*\(|\bread_clock\s*\(|\b(?:getenv|time|clock_gettime|gettimeofday|rand|localtime)\s*\(\s*"
    r"(?:nullptr|NULL|0|CLOCK|&|\"|\))|\bsleep_(?:for|until)\b|\brandom_device\b")

# Where the doors to the world are: a header that only these rooms may include.
DOORS = [
    (re.compile(r"^sqlite3\.h$"), {"store"}),
    (re.compile(r"^libpq"), {"publish"}),
    (re.compile(r"^boost/asio"), {"connect", "plant", "api", "app"}),
    (re.compile(r"^boost/beast"), {"connect", "api", "app"}),
    (re.compile(r"^(iostream|locale|clocale|codecvt)$"), set()),
]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
LINES_MAX = 800
MACHINE_PATH = re.compile(r"(?<![\w.$}~/-])/(?:home|Users|root|work|mnt)/[\w.-]")
# In pieces, so that this file does not name what it looks for.
REGISTRY = re.compile(
    r"registry\." r"(?:npmjs|yarnpkg|npmmirror)\.|\bdeb\." r"(?:debian|nodesource)\.|"
    r"\b(?:files\.)?pythonhosted\.|\bpypi\." r"(?:org|python)\b|\bstatic\." r"crates\.io")
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK"]) + r")\b(?!\(#\d+\))")
WAITING = re.compile(r"\bsleep_(?:for|until)\b|\bwaitFor" r"Timeout\b|\busleep\s*\(|\bnanosleep\s*\(")
SWITCHED_OFF = re.compile(
    r"\bDISABLED" r"_\w|\b(?:test|it|describe)\." r"(?:only|skip)\b|@unittest\." r"skip\b")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
DECISION = re.compile(r"^docs/decisions/(\d{4})-[a-z0-9-]+\.md$")


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def without_comments(text):
    """The same lines with C++ comments blanked; good enough for the words looked for here."""
    blank = lambda match: re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r"//[^\n]*|/\*.*?\*/", blank, text, flags=re.DOTALL)


def sources(tree, *folders):
    for path, text in sorted(tree.items()):
        if text is not None and path.endswith((".cpp", ".hpp", ".h", ".c", ".inl")):
            if path.startswith(tuple(folder + "/" for folder in folders)):
                yield path, text


def includes(text):
    """(line, bracket, path) of each #include."""
    for match in INCLUDE.finditer(text):
        yield line_of(text, match.start()), match.group(1), match.group(2)


def layering(tree):
    """A room includes only rooms below it, by its path from src/; nothing includes app/."""
    for path, text in sources(tree, "src"):
        parts = path.split("/")
        if len(parts) < 3 or parts[1] not in MAY_USE:
            yield f"{path}: belongs to no room; rooms are {', '.join(MAY_USE)}"
            continue
        room = parts[1]
        for line, bracket, target in includes(text):
            where = f"{path}:{line}"
            first = target.split("/")[0]
            known = first in MAY_USE or first == "sim"
            if bracket == "<":
                if first in MAY_USE and "/" in target:
                    yield f'{where}: <{target}> is ours: include it as "{target}"'
                continue
            if not known or "/" not in target or ".." in target.split("/"):
                yield f'{where}: "{target}": write the path from src/, as "room/file.hpp"'
            elif first != room and first not in MAY_USE[room]:
                yield f"{where}: {room}/ may not include {first}/ ({target}): move it down, or pass it in"
            elif first != "sim" and "src/" + target not in tree:
                yield f'{where}: "{target}" is not in src/'
    for path, text in sources(tree, "sim", "bench", "fuzz", "tests"):
        if path.startswith("tests/app/"):
            continue
        for line, bracket, target in includes(text):
            if bracket == '"' and target.split("/")[0] == "app":
                yield f"{path}:{line}: nothing includes app/ ({target})"


def purity(tree):
    """Time, chance and the outside are arguments below the edge."""
    for path, text in sources(tree, "src"):
        room = path.split("/")[1]
        code = without_comments(text)
        for line, bracket, target in includes(code):
            if bracket != "<":
                continue
            if room in PURE and IMPURE_HEADERS.match(target):
                yield f"{path}:{line}: {room}/ is pure: <{target}> belongs to a room above"
            for door, rooms in DOORS:
                if door.match(target) and room not in rooms:
                    who = ", ".join(sorted(r + "/" for r in rooms)) or "nobody"
                    yield f"{path}:{line}: <{target}> is for {who}"
        if room in PURE:
            for match in IMPURE_CALLS.finditer(code):
                yield f"{path}:{line_of(code, match.start())}: {room}/ is pure: take `{match.group(0)}` as an argument"
        elif "::now(" in code and room != "base" and not path.startswith("src/app/"):
            line = line_of(code, code.index("::now("))
            yield f"{path}:{line}: ask read_clock(), or better the caller, for the time"


def headers(tree):
    """Each header once, and no namespace spilt by including it."""
    for path, text in sources(tree, "src", "sim", "tests", "fuzz", "bench"):
        if path.endswith((".hpp", ".h")):
            if not re.search(r"^#pragma once$", text, re.MULTILINE):
                yield f"{path}:1: a header starts with #pragma once"
            for match in re.finditer(r"^using namespace ", text, re.MULTILINE):
                yield f"{path}:{line_of(text, match.start())}: no using namespace in a header"


def sizes(tree):
    for path, text in sorted(tree.items()):
        if text is None or not path.startswith(("src/", "web/src/")):
            continue
        if path.endswith((".cpp", ".hpp", ".ts", ".tsx")) and text.count("\n") > LINES_MAX:
            yield f"{path}: {text.count(chr(10))} lines, at most {LINES_MAX}: split it by subject"


def words(tree):
    """Marks of unfinished work, waits and switched-off tests; paths and hosts of one machine."""
    for path, text in sorted(tree.items()):
        if text is None:
            continue
        is_code = path.endswith((".cpp", ".hpp", ".c", ".h", ".ts", ".tsx", ".mjs", ".js", ".py", ".sh",
                                 ".cmake", "CMakeLists.txt")) or path.startswith(("scripts/", ".ci/"))
        rules = [(MACHINE_PATH, "a path of one machine"), (REGISTRY, "a package registry's host")]
        if is_code:
            rules.append((UNFINISHED, "finish it, or name its issue: (#n)"))
        if path.startswith(("tests/", "web/")) and is_code:
            rules.append((WAITING, "a test waits for a condition, never for time"))
            rules.append((SWITCHED_OFF, "a test that is switched off tests nothing"))
        for rule, advice in rules:
            for match in rule.finditer(text):
                yield f"{path}:{line_of(text, match.start())}: `{match.group(0)}`: {advice}"


def papers(tree):
    """Licence, README of each room, decisions with a number of their own, links that lead somewhere."""
    if "Apache License" not in (tree.get("LICENSE") or "")[:400]:
        yield "LICENSE: the Apache License 2.0 is missing"
    rooms = {path.split("/")[1] for path, _ in sources(tree, "src") if path.count("/") >= 2}
    for room in sorted(rooms):
        if f"src/{room}/README.md" not in tree:
            yield f"src/{room}/README.md is missing: why the room exists, which header first, what it promises"
    numbers = {}
    for path, text in sorted(tree.items()):
        if path.startswith("docs/decisions/") and path.endswith(".md") and not path.endswith("README.md"):
            match = DECISION.match(path)
            if not match:
                yield f"{path}: a decision is called NNNN-name.md"
                continue
            if match.group(1) in numbers:
                yield f"{path}: number {match.group(1)} is taken by {numbers[match.group(1)]}"
            numbers[match.group(1)] = path
            for heading in ("What we chose", "What it costs", "What would change our mind"):
                if f"## {heading}" not in text:
                    yield f"{path}: the heading `## {heading}` is missing"
    for path, text in sorted(tree.items()):
        if not path.endswith(".md") or text is None:
            continue
        folder = path.split("/")[:-1]
        for match in LINK.finditer(text):
            target = match.group(1).split("#")[0]
            if not target or re.match(r"^[a-z]+:", target):
                continue
            parts = list(folder)
            for part in target.rstrip("/").split("/"):
                if part == "..":
                    parts = parts[:-1]
                elif part != ".":
                    parts.append(part)
            place = "/".join(parts)
            if place not in tree and not any(p.startswith(place + "/") for p in tree):
                yield f"{path}:{line_of(text, match.start())}: the link {match.group(1)} leads nowhere"


ALL = [layering, purity, headers, sizes, words, papers]

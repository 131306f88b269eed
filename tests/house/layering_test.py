#!/usr/bin/env python3
"""Holds the repository to its house rules (rules.py), and the rules to tiny houses that break them.

Run with the system's Python; no packages. Closes with `N passed, N failed`.
"""

import pathlib
import subprocess
import sys
import unittest

import rules

ROOT = pathlib.Path(__file__).resolve().parents[2]


def repository():
    """All files of the project: tracked, and new ones that are not ignored."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT,
                            capture_output=True, check=True).stdout
    tree = {}
    for name in listed.decode().split("\0"):
        file = ROOT / name
        if not name or not file.is_file():
            continue
        try:
            tree[name] = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            tree[name] = None
    return tree


def room_files(**texts):
    """A tree of src/ files: room__file="text" becomes src/room/file.hpp."""
    return {f"src/{name.replace('__', '/')}.hpp": text for name, text in texts.items()}


class TheRepository(unittest.TestCase):
    """Each rule, on the real tree."""

    maxDiff = None


def add_rule_test(rule):
    def test(self):
        self.assertEqual("", "\n".join(rule(self.tree)), rule.__doc__)

    setattr(TheRepository, f"test_{rule.__name__}", test)


for each in rules.ALL:
    add_rule_test(each)
TheRepository.tree = repository()


class TheRules(unittest.TestCase):
    """A rule that can't fail is none: each finds what is wrong, and lets pass what is right."""

    def check(self, rule, cases):
        for what, tree, expected in cases:
            with self.subTest(what):
                found = list(rule(tree))
                if expected is None:
                    self.assertEqual([], found)
                else:
                    self.assertTrue(any(expected in line for line in found), (expected, found))

    def test_an_include_that_climbs_is_found(self):
        include = lambda target: f'#pragma once\n#include "{target}"\n'
        below = room_files(base__time="", model__state="", protocol__frame="", connect__driver="",
                           engine__engine="", store__journal="", kpi__figures="", plant__plant="",
                           api__server="", app__main="")
        def case(room, target, expected):
            return f"{room} -> {target}", {**below, f"src/{room}/x.cpp": include(target)}, expected
        self.check(rules.layering, [
            case("base", "model/state.hpp", "base/ may not include model/"),
            case("model", "protocol/frame.hpp", "model/ may not include protocol/"),
            case("protocol", "model/state.hpp", "protocol/ may not include model/"),
            case("engine", "store/journal.hpp", "engine/ may not include store/"),
            case("engine", "connect/driver.hpp", "engine/ may not include connect/"),
            case("store", "engine/engine.hpp", "store/ may not include engine/"),
            case("kpi", "engine/engine.hpp", "kpi/ may not include engine/"),
            case("connect", "store/journal.hpp", "connect/ may not include store/"),
            case("plant", "api/server.hpp", "plant/ may not include api/"),
            case("api", "app/main.hpp", "api/ may not include app/"),
            case("plant", "sim/mill.hpp", "plant/ may not include sim/"),
            case("connect", "protocol/frame.hpp", None),
            case("engine", "model/state.hpp", None),
            case("plant", "connect/driver.hpp", None),
            case("api", "plant/plant.hpp", None),
            case("app", "api/server.hpp", None),
            case("app", "sim/mill.hpp", None),
            case("kpi", "kpi/figures.hpp", None),
            case("kpi", "kpi/gone.hpp", "is not in src/"),
            case("kpi", "figures.hpp", "write the path from src/"),
            case("kpi", "../base/time.hpp", "write the path from src/"),
        ])

    def test_brackets_do_not_hide_an_include(self):
        tree = room_files(base__time="", engine__x="#include <store/journal.hpp>")
        self.check(rules.layering, [("brackets", tree, "is ours")])

    def test_a_file_outside_every_room_is_found(self):
        self.check(rules.layering, [
            ("new room", {"src/utils/x.cpp": ""}, "belongs to no room"),
            ("no room", {"src/x.cpp": ""}, "belongs to no room"),
        ])

    def test_nothing_includes_app(self):
        text = '#include "app/options.hpp"\n'
        self.check(rules.layering, [
            ("sim", {"sim/x.cpp": text}, "nothing includes app/"),
            ("bench", {"bench/x.cpp": text}, "nothing includes app/"),
            ("its own tests", {"tests/app/x_test.cpp": text}, None),
        ])

    def test_pure_rooms_see_no_clock_no_socket_and_no_file(self):
        self.check(rules.purity, [
            ("clock", room_files(engine__x="auto t = std::chrono::system_clock::now();"), "pure"),
            ("our clock", room_files(kpi__x="auto t = read_clock();"), "pure"),
            ("c time", room_files(kpi__x="auto t = time(nullptr);"), "pure"),
            ("file", room_files(engine__x="#include <fstream>\n"), "pure"),
            ("folder", room_files(model__x="#include <filesystem>\n"), "pure"),
            ("socket", room_files(protocol__x="#include <sys/socket.h>\n"), "pure"),
            ("asio", room_files(protocol__x="#include <boost/asio/buffer.hpp>\n"), "pure"),
            ("thread", room_files(engine__x="#include <thread>\n"), "pure"),
            ("chance", room_files(engine__x="std::random_device seed;"), "pure"),
            ("database", room_files(engine__x="#include <sqlite3.h>\n"), "pure"),
            ("in a comment", room_files(engine__x="// never system_clock::now() here\n"), None),
            ("durations", room_files(engine__x="#include <chrono>\nauto t = run_time(machine);"), None),
        ])

    def test_the_doors_to_the_world_are_few(self):
        self.check(rules.purity, [
            ("sqlite", room_files(plant__x="#include <sqlite3.h>\n"), "is for store/"),
            ("sqlite at home", room_files(store__x="#include <sqlite3.h>\n"), None),
            ("asio", room_files(store__x="#include <boost/asio/post.hpp>\n"), "is for api/, app/"),
            ("asio at home", room_files(connect__x="#include <boost/asio/post.hpp>\n"), None),
            ("iostream", room_files(app__x="#include <iostream>\n"), "is for nobody"),
            ("clock", room_files(store__x="auto t = std::chrono::steady_clock::now();"), "read_clock"),
            ("the clock itself", room_files(base__x="return steady_clock::now();"), None),
        ])

    def test_headers_are_guarded_and_keep_their_names_to_themselves(self):
        self.check(rules.headers, [
            ("no guard", room_files(base__x="int f();\n"), "#pragma once"),
            ("guard in words", room_files(base__x="// #pragma once\n"), "#pragma once"),
            ("spilt", room_files(base__x="#pragma once\nusing namespace std;\n"), "using namespace"),
            ("good", room_files(base__x="// A header.\n#pragma once\n"), None),
        ])

    def test_long_files_are_found(self):
        self.check(rules.sizes, [
            ("801", room_files(base__x="\n" * 801), "801 lines"),
            ("page", {"web/src/app.tsx": "\n" * 900}, "900 lines"),
            ("800", room_files(base__x="\n" * 800), None),
            ("data", {"src/base/table.json": "\n" * 900}, None),
        ])

    def test_words_that_do_not_belong_are_found(self):
        mark, wait = "TO" "DO", "sleep_" "for"
        self.check(rules.words, [
            ("mark", room_files(base__x=f"// {mark} later"), "name its issue"),
            ("mark with a name", room_files(base__x=f"// {mark}(ann)"), "name its issue"),
            ("mark with its issue", room_files(base__x=f"// {mark}(#12): later"), None),
            ("wait in a test", {"tests/x/x_test.cpp": f"std::this_thread::{wait}(1s);"}, "waits"),
            ("wait in a page test", {"tests/web/x_test.mjs": "await page.waitFor" "Timeout(5)"}, "waits"),
            ("wait in a program", {"sim/x.cpp": f"std::this_thread::{wait}(1s);"}, None),
            ("off", {"tests/x/x_test.cpp": "TEST(A, DISABLED" "_B)"}, "switched off"),
            ("only", {"web/src/x.test.ts": "it." "only('x')"}, "switched off"),
            ("home", {"docs/x.md": "cd /ho" "me/ann/spindle"}, "one machine"),
            ("home in code", {"src/base/x.cpp": 'open("/ro' 'ot/x")'}, "one machine"),
            ("a route", {"docs/x.md": "GET /api/v1/work-orders"}, None),
            ("registry", {"web/.npmrc": "https://registry." "npmjs.org/"}, "registry"),
            ("mirror", {"scripts/x": "http://deb." "debian.org/debian"}, "registry"),
        ])

    def test_papers_that_are_missing_are_found(self):
        licence = {"LICENSE": "Apache License\nVersion 2.0"}
        body = "## What we chose\n## What it costs\n## What would change our mind\n"
        decision = lambda name: {f"docs/decisions/{name}.md": body}
        self.check(rules.papers, [
            ("no licence", {}, "LICENSE"),
            ("another licence", {"LICENSE": "MIT"}, "LICENSE"),
            ("no room README", {**licence, "src/base/x.cpp": ""}, "src/base/README.md"),
            ("room README", {**licence, "src/base/x.cpp": "", "src/base/README.md": ""}, None),
            ("same number", {**licence, **decision("0001-a"), **decision("0001-b")}, "taken"),
            ("no number", {**licence, **decision("a")}, "NNNN-name.md"),
            ("no price", {**licence, "docs/decisions/0001-a.md": "## What we chose\n"}, "What it costs"),
            ("good", {**licence, **decision("0001-a"), **decision("0002-b")}, None),
            ("dead link", {**licence, "docs/x.md": "[y](y.md)"}, "leads nowhere"),
            ("link", {**licence, "docs/x.md": "[y](../README.md#why)", "README.md": ""}, None),
            ("link to a folder", {**licence, "docs/x.md": "[y](../src/)", "src/y": ""}, None),
            ("link to the world", {**licence, "docs/x.md": "[y](https://example.org/y)"}, None),
        ])


if __name__ == "__main__":
    result = unittest.TextTestRunner(stream=sys.stdout).run(
        unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__]))
    broken = {getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors}
    print(f"{result.testsRun - len(broken)} passed, {len(broken)} failed")
    sys.exit(bool(broken))

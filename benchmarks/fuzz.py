"""Lint, report and fix mutated files, and check what must hold of every input.

usage: python benchmarks/fuzz.py [--inputs N] [--seed SEED] [--jobs N] [--limit SECONDS] [FOLDER]
       python benchmarks/fuzz.py --replay SEED:NUMBER [FOLDER]

The files in FOLDER are mutated or, without it, the examples of the rules' pages.  An input follows from the seed, its
number and the folder, so --replay makes it again, prints it and checks it.  All rules run, those off by default
included.  Of each input it checks that

- nothing raises, no rule fails, and no step takes more than --limit seconds of processor time;
- reading and writing it back gives the same bytes;
- every finding lies inside the text and names a rule, and a second run finds the same;
- a comment at the end of an accepted file, and other files in the same call, lose no finding;
- a report in one of the formats, in turn, is well formed, without control characters and without a line that a CI
  service would obey;
- the configuration readers refuse a mutated configuration with nothing but a ConfigError.

Of one input in four it checks that after safe or unsafe fixes there are no more syntax errors than before; of one in
sixteen, that `parse` and `layers` can show it.  One in 64 is a whole repository, of which configurations, manifests
and what else lies beside a Dockerfile are mutated too: the command line must end with 0, 1 or 2, without a traceback,
and may not write beside it.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from mutated_repository import broken_repository
from mutations import mutate

from dockerlint_rules.cli.parse import document_as_json
from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.files import parse_config
from dockerlint_rules.engine.lint import lint_source, lint_sources
from dockerlint_rules.engine.settings_cache import SettingsCache
from dockerlint_rules.findings.results import RunResult
from dockerlint_rules.fixes.apply import apply_fixes
from dockerlint_rules.formats import FORMATS, format_class
from dockerlint_rules.formats.context import ReportContext
from dockerlint_rules.layers import html, json_output, layer_map, mermaid, svg, table
from dockerlint_rules.model.context.ignore_file import IgnoreFile
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.registry.page import Page
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.kinds import kind_of
from dockerlint_rules.syntax.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.findings.finding import Finding

CHUNK = 50  # inputs that are linted in one call, and that a process takes at a time
CONFIGURATIONS = (
    ("setup.cfg", "[dockerlint]\nselect = DF2,DL3006\nper-file-ignores = a/*:DF1\nseverity = DF201=error\n"),
    (".dockerlint", "[dockerlint]\nexclude = a/**\nbuild-arg = A=1\nlabel-schema = a:text\n"),
    ("pyproject.toml", '[tool.dockerlint]\nignore = ["DF1"]\n[tool.dockerlint.severity]\nDF201 = "info"\n'),
    (".hadolint.yaml", "ignored: [DL3008]\noverride: {error: [DL3009]}\nlabel-schema: {a: text}\n"),
)  # fmt: skip
# Lines that GitHub's, Azure's and TeamCity's runners obey, wherever a report did not mean them to.
COMMANDS = ("::", "##[", "##vso[", "##teamcity[")
SIDE_FILES = {
    "requirements.txt": "flask==3.0\n",
    "package.json": '{"dependencies": {"a": "file:./b"}}\n',
    ".dockerignore": ".git\n",
}


class TooSlow(BaseException):
    """A step took more processor time than the limit."""


class Broken(Exception):
    """A property does not hold."""


class Fuzzing:
    """The seeds and settings that every input needs."""

    def __init__(self, seed: str, folder: str | None, limit: float) -> None:
        self.seed = seed
        self.limit = limit
        self.originals = list(_originals(folder))
        given = {"isolated": True, "select": ["ALL"], "no_shellcheck": True, "today": "2026-11-30"}
        self.cache = SettingsCache(builtin_rules(), given)
        self.codes = {rule.code for rule in self.cache.rules}

    def make_input(self, number: int) -> tuple[str, bytes]:
        """The file name and content of an input."""
        random = Random(f"{self.seed}:{number}")
        if number % 32 == 31:
            name, text = random.choice(CONFIGURATIONS)
            return name, mutate(text.encode(), random, [one.encode() for _, one in CONFIGURATIONS])
        name, data = random.choice(self.originals)
        others = [random.choice(self.originals)[1] for _ in range(2)]
        return name, mutate(data, random, others)

    def settings_for(self, name: str) -> Settings:
        """What the engine needs for a file."""
        return self.cache.settings_for(name)


def _originals(folder: str | None) -> Iterator[tuple[str, bytes]]:
    """The files that are mutated, by the name that decides their kind."""
    if folder:
        paths = sorted(path for path in Path(folder).rglob("*") if path.is_file())
        kinds = ((kind_of(path.name).example, path) for path in paths)
        yield from ((name, path.read_bytes()) for name, path in kinds)
    for rule in builtin_rules():
        examples = Page(rule.doc).examples
        if not folder or (examples and examples[0].filename != "Dockerfile"):
            yield from ((one.filename, one.text.encode()) for one in examples)


# -- one input ---------------------------------------------------------------------------------------


def broken_properties(fuzzing: Fuzzing, number: int) -> list[str]:
    """What does not hold of an input, each with the step that shows it."""
    name, data = fuzzing.make_input(number)
    steps: tuple[Callable[..., None], ...] = (check_file,)
    if name in dict(CONFIGURATIONS):
        steps = (check_configuration,)
    elif number % 64 == 33:
        steps = (check_repository,)
    broken = []
    for step in steps:
        signal.setitimer(signal.ITIMER_PROF, fuzzing.limit)
        try:
            step(fuzzing, number, name, data)
        except TooSlow:
            broken.append(f"slow: {step.__name__} took more than {fuzzing.limit} s")
        except Broken as error:
            broken.append(str(error))
        except BaseException as error:
            broken.append(f"crash: {_place(error)}")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    return broken


def _place(error: BaseException) -> str:
    """An error and the innermost line that it came from."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__}: {error} at {where}"


def check_configuration(_fuzzing: Fuzzing, _number: int, name: str, data: bytes) -> None:
    """A configuration is read, or refused with an error of its own."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        parse_config(text, name)
    except ConfigError as error:
        if not 0 <= error.line <= len(text.splitlines()) + 1:
            raise Broken(f"config: line {error.line} is not in {name}") from None
    for path in ("a", "a/b/c", ".git/x"):
        IgnoreFile(text).ignores(path)


def check_repository(fuzzing: Fuzzing, number: int, _name: str, data: bytes) -> None:
    """The command line ends as documented in a repository of mutated files."""
    more = [fuzzing.make_input(number + 1 + extra)[1] for extra in range(3)]
    with tempfile.TemporaryDirectory() as place:
        broken = broken_repository(Path(place), Random(f"{fuzzing.seed}/{number}"), [data, *more])
    if broken:
        raise Broken(broken)


def check_file(fuzzing: Fuzzing, number: int, name: str, data: bytes) -> None:
    """Everything that must hold of a Dockerfile, a Compose file or a Dockerrun file."""
    source, settings = Source.from_bytes(data, name), fuzzing.settings_for(name)
    if source.to_bytes() != data:
        raise Broken("bytes: reading and writing back gives other bytes")
    result = lint_source(source, settings)
    if result.failures:
        failure = result.failures[0]
        raise Broken(f"crash: rule {failure.rule.code}: {_place(failure.error)}")
    for finding in result.findings:
        _check_place(finding, source, fuzzing.codes)
    keys = _keys(result.findings)
    if _keys(lint_source(Source.from_bytes(data, name), settings).findings) != keys:
        raise Broken("differs: a second run finds something else")
    _check_nothing_lost(source, result.document, keys, settings)
    if number % 4 == 0:
        _check_fixes(source, settings, unsafe=number % 8 == 0)
    if number % 16 == 1 and name == "Dockerfile":
        _check_drawings(source)
    _check_report(fuzzing, list(FORMATS)[number % len(FORMATS)], source, result.findings)


def _keys(findings: Iterable[Finding]) -> list[tuple[Any, ...]]:
    return [
        (one.line, one.column, one.end_line, one.end_column, one.code, one.message)
        for one in findings
    ]


def _check_place(finding: Finding, source: Source, codes: set[str]) -> None:
    shown = (
        f"{finding.code} at {finding.line}:{finding.column}-{finding.end_line}:{finding.end_column}"
    )
    if finding.code not in codes:
        raise Broken(f"place: {finding.code} is no rule")
    lines = source.text.split("\n")  # with any carriage returns, which findings may point at
    for line, column in (
        (finding.line, finding.column),
        (finding.end_line, finding.end_column),
    ):
        if not 1 <= line <= len(lines) or not 1 <= column <= len(lines[line - 1]) + 2:
            raise Broken(f"place: {shown} is outside the file")
    if (finding.end_line, finding.end_column) < (finding.line, finding.column):
        raise Broken(f"place: {shown} ends before it begins")


def _check_nothing_lost(
    source: Source, document: Any, keys: list[tuple[Any, ...]], settings: Settings
) -> None:
    """A comment at the end changes nothing that is found before it."""
    if (
        not isinstance(document, Dockerfile)
        or document.is_refused
        or document.source.text[-1:] != "\n"
    ):
        return
    longer = lint_source(Source(source.text + "# the end\n", source.filename), settings)
    if len(longer.document.comments) == len(document.comments):
        return  # it is inside of something
    counts = Counter((key[0], key[1], key[4]) for key in _keys(longer.findings))
    lost = [
        key for key in keys if key[0] < source.line_count - 1 and not counts[key[0], key[1], key[4]]
    ]
    if lost:
        raise Broken(f"lost: {lost[0][4]} on line {lost[0][0]} is gone when a comment follows")


def _check_fixes(source: Source, settings: Settings, *, unsafe: bool) -> None:
    result = apply_fixes(source, lambda one: lint_source(one, settings).findings, unsafe=unsafe)
    read = kind_of(source.filename).read
    before, after = read(source).syntax_errors(), read(result.source).syntax_errors()
    if any(new > old for new, old in zip(after, before, strict=True)):
        raise Broken("fix: there are more syntax errors than before")


def _check_drawings(source: Source) -> None:
    json.loads(json.dumps(document_as_json(Document(source), source.filename)))
    drawn = layer_map.map_layers(Dockerfile(Document(source)), None)
    json.loads(json_output.as_json(drawn))
    ElementTree.fromstring(svg.as_svg(drawn).encode("utf-8", "replace"))
    shown = (
        table.as_table(drawn, 100, color=False),
        html.as_html(drawn),
        mermaid.as_mermaid(drawn),
    )
    for text in shown:
        _check_characters(text, "layers")


def _check_report(fuzzing: Fuzzing, name: str, source: Source, findings: list[Finding]) -> None:
    """The report is well formed and gives a terminal or a CI service nothing to obey."""
    by_code = {rule.code: rule for rule in fuzzing.cache.rules}
    used = [by_code[code] for code in sorted({one.code for one in findings})]
    stream = io.StringIO()
    options = ReportContext(
        show_source=True, rules=used, sources=lambda _path: source, rule_of=by_code.get
    )
    made = format_class(name)(options, stream)
    made.start()
    if findings:
        made.beginning(findings[0].path)
    for one in findings:
        made.handle(one)
    if findings:
        made.finished(findings[0].path)
    made.stop(RunResult(findings, [], 1))
    text = stream.getvalue()
    text.encode("utf-8")
    if name in ("json", "sarif", "gitlab"):
        json.loads(text)
    elif name in ("checkstyle", "junit"):
        ElementTree.fromstring(text.encode())
    _check_characters(text, name)


def _check_characters(text: str, name: str) -> None:
    bad = next(
        (one for one in text if (one < " " and one not in "\n\t") or "\x7f" <= one < "\xa0"), ""
    )
    if bad:
        raise Broken(f"output: {name} holds {bad!r}")
    if name == "github":
        return
    for line in text.split("\n"):
        if line.lstrip().startswith(COMMANDS):
            raise Broken(f"output: {name} has a line that a CI service obeys: {line[:60]!r}")


def _lost_together(fuzzing: Fuzzing, numbers: range) -> list[tuple[int, str]]:
    """Inputs of which a call for many files finds something else than a call for one."""
    names = dict(CONFIGURATIONS)
    inputs = [(number, *fuzzing.make_input(number)) for number in numbers]
    files = [(number, name, data) for number, name, data in inputs if name not in names]
    sources = [
        (Source.from_bytes(data, name), fuzzing.settings_for(name)) for _, name, data in files
    ]
    broken = []
    for (number, _, _), pair, result in zip(files, sources, lint_sources(sources), strict=True):
        if _keys(result.findings) != _keys(lint_source(*pair).findings):
            broken.append((number, "lost: linted together with others it has other findings"))
    return broken


# -- many inputs -------------------------------------------------------------------------------------

_fuzzing: list[Fuzzing] = []


def _begin(seed: str, folder: str | None, limit: float, place: str) -> None:
    """Set up a process: the limit's signal, and a build context to lint in."""

    def stop(*_: object) -> None:
        raise TooSlow

    signal.signal(signal.SIGPROF, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _fuzzing.append(Fuzzing(seed, folder, limit))
    os.chdir(place)


def _check_chunk(numbers: range) -> list[tuple[int, str]]:
    fuzzing = _fuzzing[-1]
    broken = [(number, one) for number in numbers for one in broken_properties(fuzzing, number)]
    if not broken:
        broken = _lost_together(fuzzing, numbers)
    return broken


def main(argv: list[str] | None = None) -> int:
    """Check the inputs; 1 if anything is broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", nargs="?", help="folder with files to mutate")
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--seed", default=time.strftime("%Y-%m-%d"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--limit", type=float, default=10.0)
    parser.add_argument("--replay", metavar="SEED:NUMBER")
    options = parser.parse_args(argv)
    folder = os.path.abspath(options.folder) if options.folder else None
    with tempfile.TemporaryDirectory() as place:
        for name, text in SIDE_FILES.items():
            Path(place, name).write_text(text, encoding="utf-8")
        if options.replay:
            return _replay(options.replay, folder, options.limit, place)
        return _run(options, folder, place)


def _replay(which: str, folder: str | None, limit: float, place: str) -> int:
    seed, _, number = which.rpartition(":")
    _begin(seed, folder, limit, place)
    name, data = _fuzzing[-1].make_input(int(number))
    print(
        f"{name}, {len(data)} bytes: {data!r}"
        if len(data) < 20_000
        else f"{name}, {len(data)} bytes"
    )
    broken = broken_properties(_fuzzing[-1], int(number))
    print(*broken or ["nothing is broken"], sep="\n")
    return bool(broken)


def _run(options: argparse.Namespace, folder: str | None, place: str) -> int:
    print(f"seed {options.seed}, {options.inputs} inputs, {folder or 'the examples of the rules'}")
    begin = (options.seed, folder, options.limit, place)
    chunks = [range(at, min(at + CHUNK, options.inputs)) for at in range(0, options.inputs, CHUNK)]
    kinds: Counter[str] = Counter()
    started = time.monotonic()
    with multiprocessing.Pool(options.jobs, _begin, begin, maxtasksperchild=100) as pool:
        for done, broken in enumerate(pool.imap_unordered(_check_chunk, chunks), 1):
            for number, what in broken:
                kinds[what.partition(":")[0]] += 1
                print(f"{options.seed}:{number} {what}", flush=True)
            if sys.stderr.isatty():
                print(f"\r{done * CHUNK}", end="", file=sys.stderr)
    seconds = time.monotonic() - started
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    print(f"{options.inputs} inputs in {seconds:.0f} s: {counts or 'nothing is broken'}")
    return bool(kinds)


if __name__ == "__main__":
    sys.exit(main())

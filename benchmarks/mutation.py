"""Mutation testing: change the code in thousands of small ways and count the changes that no test notices.

usage: python benchmarks/mutation.py [GROUP ...] [--module PATTERN] [--sample N] [--seed 0] [--jobs 1] [--again]
       [--out DIR]

Groups: syntax, fixes, and one for each rule module of GROUPS; all of them without an argument.  Prints for each module
how many mutants there are, how many were killed, ran out of time or survived.  What survived is in DIR/GROUP.txt, as
lines before and after, to be read; DIR/GROUP.json has every result, and --again tries only those that survived in it.
docs/testing.md has the figures, and says what the survivors are.

The mutants are those of mutmut's operators (pip install -e '.[mutation]').  mutmut's own runner is not used: it leaves
out functions with decorators, which every rule is, and collects the tests again for each mutant.  Here the tests are
collected once; each mutant is a fork of that process in which the function gets its changed byte code, and runs the
tests that execute the changed line, those that killed a mutant of the function first, then the fastest, until one
fails.  Only function bodies and simple defaults are changed: what runs at import, and tests that start other processes,
have no part in it.  Hypothesis makes the same examples each time.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import os
import pickle
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "dockerlint_rules"

# Tests that count work, and those that start processes: they take long, and others notice more.
WITHOUT = ("linear_time", "test_example", "work_grows", "test_a_page_that_the_index_does_not_have")
PAGES = "tests/rules/test_pages.py"


class Group(NamedTuple):
    """Modules that are changed, as patterns below the package, and the tests that should notice."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


def rule_group(family: str, *topics: str) -> Group:
    """A rule's module, the tests of its family, and all pages."""
    modules = tuple(f"rules/{family}/{topic}.py" for topic in topics)
    return Group(modules, (f"tests/rules/{family}", PAGES))


GROUPS = {
    "syntax": Group(
        ("syntax/**/*.py",),
        ("tests/syntax",),
    ),
    "fixes": Group(
        ("fixes/*.py", "engine/fix_file.py"),
        ("tests/fixes", "tests/rules/packages/test_merged_installs.py", PAGES),
    ),
    "package_index": rule_group("packages", "package_index"),
    "dependency_order": rule_group("layers", "dependency_order"),
    "volume_paths": rule_group("state", "volume_paths"),
    "root_user": rule_group("security", "root_user", "unprivileged_user_fix"),
    "tags": rule_group("base_images", "tags"),
}  # fmt: skip

# What takes longer has no part in it; seconds of CPU time.  Both can only make the result look worse.
SLOWEST_TEST = 2.0
MOST_FOR_A_MUTANT = 3.0
MOST_EXAMPLES = 40  # of a property test
MEMORY = 1 << 29  # of address space; a loop that collects without end stops there


Key = tuple[str, int]  # a function's name and first line


class Default(NamedTuple):
    """Another default of a parameter: by its place in ``__defaults__``, or its name in ``__kwdefaults__``."""

    place: int | str
    expression: str


class Mutant(NamedTuple):
    """One change of a module."""

    id: str
    path: str
    line: int
    function: Key
    new: CodeType | Default
    lines: frozenset[int]  # a test that executes one of them may notice
    before: str
    after: str


# -- mutants -------------------------------------------------------------------------------------------


def mutants_of(path: Path) -> Iterator[Mutant]:
    """The mutants of a module, in the order of its text."""
    import libcst as cst
    from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider
    from mutmut.mutation.file_mutation import MutationVisitor
    from mutmut.mutation.mutators import mutation_operators
    from mutmut.mutation.pragma_handling import IgnoredCode

    class Visitor(MutationVisitor):
        """mutmut's, which also goes into functions with decorators."""

        def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
            if isinstance(node, cst.FunctionDef) and node.decorators:
                node = node.with_changes(decorators=[])
            return super()._skip_node_and_children(node)

    text = path.read_text("utf-8")
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    wrapper = MetadataWrapper(cst.parse_module(text))
    visitor = Visitor(mutation_operators, IgnoredCode(set(), set(), set()))
    module = wrapper.visit(visitor)
    positions = wrapper.resolve(PositionProvider)
    parents = wrapper.resolve(ParentNodeProvider)
    whole = compile(text, str(path), "exec", dont_inherit=True)
    seen = {text}
    name = str(path.relative_to(PACKAGE))
    for mutation in visitor.mutations:
        node, top = mutation.original_node, mutation.contained_by_top_level_function
        if not isinstance(top, cst.FunctionDef):
            continue
        span = positions[node]
        start, end = (starts[at.line - 1] + at.column for at in (span.start, span.end))
        after = text[:start] + module.code_for_node(mutation.mutated_node) + text[end:]
        if after in seen:
            continue
        seen.add(after)
        try:
            changed = compile(after, str(path), "exec", dont_inherit=True)
        except SyntaxError:
            continue
        change = changed_code(whole, changed) or changed_default(text, after)
        if change is None:
            continue
        statement, is_default = node, False
        while not isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement):
            is_default |= isinstance(statement, cst.Parameters)
            statement = parents[statement]
        first, last = positions[statement].start.line, span.end.line
        if is_default and statement is top:  # it is used wherever the function is called
            last = positions[top].end.line
        yield Mutant(
            f"{name}#{len(seen) - 1}",
            str(path),
            span.start.line,
            *change,
            frozenset(range(first, last + 1)),
            *changed_lines(lines, after.splitlines(keepends=True)),
        )


def changed_code(one: CodeType, two: CodeType) -> tuple[Key, CodeType] | None:
    """The function whose byte code is another in *two*, a method included."""
    before = dict(functions_in(one))
    return next(((key, code) for key, code in functions_in(two) if before.get(key) != code), None)


def functions_in(code: CodeType) -> Iterator[tuple[Key, CodeType]]:
    """The functions of a module and the methods of its classes, without those inside them."""
    for one in code.co_consts:
        if not isinstance(one, CodeType):
            continue
        if one.co_flags & CO_OPTIMIZED:  # a class body is not
            yield (one.co_name, one.co_firstlineno), one
        else:
            yield from functions_in(one)


def changed_default(before: str, after: str) -> tuple[Key, Default] | None:
    """The function that has another default in the text *after*, and that default."""
    trees = ast.walk(ast.parse(before)), ast.walk(ast.parse(after))
    for one, two in zip(*trees, strict=False):
        if not isinstance(two, ast.FunctionDef) or not isinstance(one, ast.FunctionDef):
            continue
        key = two.name, min([two.lineno, *(each.lineno for each in two.decorator_list)])
        named = [each.arg for each in two.args.kwonlyargs]
        old = [*enumerate(one.args.defaults), *zip(named, one.args.kw_defaults, strict=True)]
        new = [*two.args.defaults, *two.args.kw_defaults]
        for (place, was), now in zip(old, new, strict=True):
            if was and now and ast.dump(was) != ast.dump(now):
                return key, Default(place, ast.unparse(now))
    return None


def changed_lines(before: list[str], after: list[str]) -> tuple[str, str]:
    """The lines in which two texts differ, once from each."""
    first = 0
    while before[first] == after[first]:
        first += 1
    last = 0
    while before[-1 - last] == after[-1 - last] and last < min(len(before), len(after)) - first - 1:
        last += 1
    return "".join(before[first : len(before) - last]), "".join(after[first : len(after) - last])


# -- tests ---------------------------------------------------------------------------------------------


class Runner:
    """A pytest plugin: instead of running what was collected once, run some of it for each mutant."""

    def __init__(self, given: argparse.Namespace, group: str) -> None:
        self.given = given
        self.group = group
        self.results: list[dict[str, Any]] = []

    def pytest_collectstart(self) -> None:
        """Make the same examples each time, and do not shrink what failed."""
        from hypothesis import HealthCheck, Phase, settings

        settings.register_profile(
            "mutation",
            derandomize=True,
            deadline=None,
            database=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        settings.load_profile("mutation")

    def pytest_runtestloop(self, session: Any) -> bool:
        """Run everything once as it is, then the mutants."""
        paths = modules_of(self.group, self.given.module)
        for path in paths:
            __import__(".".join(path.relative_to(ROOT).with_suffix("").parts))
        gc.collect()
        gc.freeze()
        items = {item.nodeid: item for item in session.items}
        for item in session.items:
            ask_for_few_examples(item.obj)
        say(f"{self.group}: {len(items)} tests")
        times, tests = in_child(lambda: unchanged(items, paths))
        for name, seconds in list(times.items()):
            if seconds is None or seconds > SLOWEST_TEST:
                why = "fails without a change" if seconds is None else f"takes {seconds:.1f} s"
                say(f"  left out: {name} {why}")
                del times[name]
        say(f"  {sum(times.values()):.0f} s of tests")
        self.results = Trials(self.given, self.group, items, times, tests).run(paths)
        return True


def ask_for_few_examples(test: Any) -> None:
    """Let a property test make no more than MOST_EXAMPLES examples."""
    from hypothesis import settings

    given = getattr(test, "_hypothesis_internal_use_settings", None)
    if given is not None and given.max_examples > MOST_EXAMPLES:
        test._hypothesis_internal_use_settings = settings(given, max_examples=MOST_EXAMPLES)


def modules_of(group: str, part: str = "") -> list[Path]:
    """The modules of a group whose path *part* matches, those without code left out."""
    found = [path for pattern in GROUPS[group].modules for path in sorted(PACKAGE.glob(pattern))]
    return [
        path
        for path in found
        if re.search(part, str(path.relative_to(PACKAGE))) and path.name != "__init__.py"
    ]


def passes(item: Any) -> bool:
    """Run one test; whether it passed or was skipped."""
    from _pytest.runner import runtestprotocol

    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def unchanged(
    items: dict[str, Any], paths: list[Path]
) -> tuple[dict[str, float | None], dict[tuple[str, int], list[str]]]:
    """The CPU time of each test, None when it fails, and for each line of the modules the tests that execute it."""
    from coverage import Coverage

    cover = Coverage(data_file=None, config_file=False, include=[str(path) for path in paths])
    cover.start()
    # perf: the sets that its tracer fills; a context of coverage's own for each test takes longer than the test.
    executed: dict[str, set[int]] = cover._collector.data  # type: ignore[union-attr, assignment]
    times: dict[str, float | None] = {}
    tests: dict[tuple[str, int], list[str]] = defaultdict(list)
    for name, item in items.items():
        for lines in executed.values():
            lines.clear()
        begin = time.process_time()
        passed = passes(item)
        times[name] = time.process_time() - begin if passed else None
        for path, lines in executed.items():
            for line in lines:
                tests[path, line].append(name)
    cover.stop()
    return times, tests


class Trials:
    """The mutants of a group, each in a process of its own."""

    def __init__(
        self,
        given: argparse.Namespace,
        group: str,
        items: dict[str, Any],
        times: dict[str, float],
        tests: dict[tuple[str, int], list[str]],
    ) -> None:
        self.given = given
        self.items = items
        self.times = times
        self.tests = tests
        self.report = Path(given.out, f"{group}.json")
        self.killers: dict[tuple[str, Key], Counter[str]] = defaultdict(Counter)
        self.running: dict[int, tuple[Mutant, int, list[str]]] = {}
        self.results: dict[str, dict[str, Any]] = {}
        self.seconds = 0.0

    def run(self, paths: list[Path]) -> list[dict[str, Any]]:
        """Try the mutants of the modules, and return the results of the group."""
        wanted: set[str] | None = None
        if self.given.again or self.given.module:
            self.results = (
                {one["id"]: one for one in json.loads(self.report.read_text())}
                if self.report.exists()
                else {}
            )
        if self.given.again:
            wanted = {name for name, one in self.results.items() if one["result"] == "survived"}
        for path in paths:
            begin = time.monotonic()
            mutants = list(mutants_of(path))
            if wanted is not None:
                mutants = [one for one in mutants if one.id in wanted]
            else:
                name = str(path.relative_to(PACKAGE))
                self.results = {
                    key: one for key, one in self.results.items() if one["module"] != name
                }
                if self.given.sample and len(mutants) > self.given.sample:
                    choice = random.Random(f"{self.given.seed} {name}")
                    chosen = choice.sample(range(len(mutants)), self.given.sample)
                    mutants = [mutants[place] for place in sorted(chosen)]
            functions = functions_of(str(path))
            say(f"  {path.relative_to(PACKAGE)}: {len(mutants)} mutants")
            for number, mutant in enumerate(mutants):
                if number % 50 == 49:
                    self.write()
                    counts = Counter(one["result"] for one in self.results.values())
                    say(f"    {number + 1}: {dict(counts)} {time.monotonic() - begin:.0f} s")
                self.try_one(mutant, functions.get(mutant.function, []))
            while self.running:
                self.take_one()
            self.write()
            name = str(path.relative_to(PACKAGE))
            here = Counter(one["result"] for one in self.results.values() if one["module"] == name)
            say(f"  {name} {dict(here)} in {time.monotonic() - begin:.0f} s")
        return list(self.results.values())

    def try_one(self, mutant: Mutant, functions: list[FunctionType]) -> None:
        """Start a mutant's process, when there is room for one."""
        names = {name for line in mutant.lines for name in self.tests.get((mutant.path, line), ())}
        names &= self.times.keys()
        if not names or not functions:
            self.note(mutant, "survived", "no test executes it")
            return
        while len(self.running) >= self.given.jobs:
            self.take_one()
        killers = self.killers[mutant.path, mutant.function]
        order = []
        seconds = 0.0
        for name in sorted(names, key=lambda name: (-killers[name], self.times[name], name)):
            if seconds + self.times[name] <= MOST_FOR_A_MUTANT:
                order.append(name)
                seconds += self.times[name]
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            status = 3
            try:
                os.close(reader)
                limit(seconds)
                put_in(functions, mutant.new)
                status = 0
                for place, name in enumerate(order):
                    if not passes(self.items[name]):
                        os.write(writer, str(place).encode())
                        status = 1
                        break
            except BaseException:
                status = 1  # such as MemoryError, or a mutant that ends the process
            finally:
                os._exit(status)
        os.close(writer)
        self.running[child] = mutant, reader, order

    def take_one(self) -> None:
        """Wait until a mutant's process ends."""
        child, status, used = os.wait4(-1, 0)
        mutant, reader, order = self.running.pop(child)
        killer = os.read(reader, 20).decode()
        self.seconds = round(used.ru_utime + used.ru_stime, 2)
        os.close(reader)
        if os.WIFSIGNALED(status):
            late = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL)
            self.note(mutant, "out of time" if late else "killed", f"signal {os.WTERMSIG(status)}")
        elif os.WEXITSTATUS(status) == 0:
            self.note(mutant, "survived", f"{len(order)} tests")
        else:
            name = order[int(killer)] if killer else ""
            self.killers[mutant.path, mutant.function][name] += 1
            self.note(mutant, "killed", name)

    def note(self, mutant: Mutant, result: str, by: str) -> None:
        """Keep what became of a mutant: killed, survived or out of time, and by which test or why."""
        self.results[mutant.id] = {
            "id": mutant.id,
            "module": mutant.id.partition("#")[0],
            "line": mutant.line,
            "result": result,
            "by": by,
            "seconds": self.seconds,
            "before": mutant.before,
            "after": mutant.after,
        }

    def write(self) -> None:
        """Write what is known so far, and the survivors as a text."""
        results = list(self.results.values())
        self.report.write_text(json.dumps(results, indent=0))
        text = "".join(
            f"{one['id']} line {one['line']}, {one['by']}\n"
            + "".join(f"- {line}\n" for line in one["before"].splitlines())
            + "".join(f"+ {line}\n" for line in one["after"].splitlines())
            + "\n"
            for one in results
            if one["result"] == "survived"
        )
        self.report.with_suffix(".txt").write_text(text)


def functions_of(path: str) -> dict[Key, list[FunctionType]]:
    """The functions that a module made when it was imported."""
    found: dict[Key, list[FunctionType]] = defaultdict(list)
    gc.unfreeze()
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename == path:
            found[one.__code__.co_name, one.__code__.co_firstlineno].append(one)
    gc.freeze()
    return found


def put_in(functions: list[FunctionType], new: CodeType | Default) -> None:
    """Give the functions, in this process only, another byte code or default."""
    for function in functions:
        if isinstance(new, CodeType):
            if function.__code__.co_freevars == new.co_freevars:
                function.__code__ = new
            continue
        value = eval(new.expression, function.__globals__)
        if isinstance(new.place, int):
            defaults = list(function.__defaults__ or ())
            defaults[new.place] = value
            function.__defaults__ = tuple(defaults)
        else:
            function.__kwdefaults__ = {**(function.__kwdefaults__ or {}), new.place: value}


def limit(seconds: float) -> None:
    """End this process when it takes much more time or memory than the tests need, and silence it."""
    cpu = int(3 * seconds + 3)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(20 * cpu)
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)


def in_child(work: Callable[[], Any]) -> Any:
    """What *work* returns in a fork of this process."""
    with tempfile.TemporaryFile() as file:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                silent = os.open(os.devnull, os.O_RDWR)
                os.dup2(silent, 1)
                pickle.dump(work(), file)
                file.flush()
                status = 0
            finally:
                os._exit(status)
        if os.waitpid(child, 0)[1]:
            raise SystemExit("the tests could not be run without a change")
        file.seek(0)
        return pickle.load(file)


# -- the command ---------------------------------------------------------------------------------------


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.__stderr__, flush=True)


def run_group(given: argparse.Namespace, group: str) -> int:
    """Try the mutants of a group in this process."""
    import pytest

    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ["PYTHONHASHSEED"] = "0"
    runner = Runner(given, group)
    arguments = ["-n0", "-p", "no:cacheprovider", "--capture=no", "-q", "--no-header"]
    arguments += ["-k", f"not ({' or '.join(WITHOUT)})"]
    status = pytest.main([*arguments, *GROUPS[group].tests], [runner])
    return 0 if runner.results else int(status) or 1


def table(given: argparse.Namespace, groups: list[str]) -> Iterator[str]:
    """The results by module, in the form of the documentation."""
    yield "| module | mutants | killed | out of time | survived | noticed |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for group in groups:
        results = json.loads(Path(given.out, f"{group}.json").read_text())
        rows = dict.fromkeys(one["module"] for one in results)
        for name in [*rows, f"**{group}**"] if len(rows) > 1 else rows:
            count = Counter(
                one["result"] for one in results if one["module"] == name or name[0] == "*"
            )
            noticed = count["killed"] + count["out of time"]
            percent = f"{100 * noticed / count.total():.1f} %"
            cells = count.total(), count["killed"], count["out of time"], count["survived"], percent
            yield f"| {name} | " + " | ".join(map(str, cells)) + " |"


def main() -> int:
    """Run the groups one after the other, and print the table."""
    parser = argparse.ArgumentParser(
        description="Count the changes of the code that no test notices."
    )
    parser.add_argument("groups", nargs="*", metavar="GROUP", choices=[*GROUPS, []])
    parser.add_argument(
        "--module", default="", help="only modules whose path this expression matches"
    )
    parser.add_argument("--sample", type=int, default=0, help="at most so many mutants of a module")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--jobs", type=int, default=1, help="mutants at a time")
    parser.add_argument(
        "--again", action="store_true", help="only those that survived the last time"
    )
    parser.add_argument("--out", default=os.path.join(tempfile.gettempdir(), "mutation"))
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    groups = given.groups or list(GROUPS)
    os.makedirs(given.out, exist_ok=True)
    if given.in_this_process:
        return run_group(given, groups[0])
    if given.sample:
        say(f"at most {given.sample} mutants of a module, seed {given.seed}")
    for group in groups:
        # Each in a process that has imported nothing else.
        own = [word for word in sys.argv[1:] if word not in GROUPS]
        command = [sys.executable, __file__, group, *own, "--in-this-process"]
        environment = {**os.environ, "PYTHONHASHSEED": "0", "CI": "1"}
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            return done.returncode
    print("\n".join(table(given, groups)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

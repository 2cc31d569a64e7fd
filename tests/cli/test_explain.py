"""``dockerlint explain``: pages, unknown rules, and where the code of a rule is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.command import ROOT, dockerlint

from dockerlint_rules.registry.indexed import builtin_rules


@pytest.mark.parametrize("name", ["DF201", "df201", "stale-package-index", "DL3009"])
def test_a_code_a_name_or_an_alias(name: str, tmp_path: Path) -> None:
    done = dockerlint("explain", name, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(b"# ")


def test_an_unknown_rule_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    done = dockerlint("explain", "stale-package-indx", "DF201", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout.startswith(b"# ")
    [line] = done.stderr.decode().splitlines()
    assert line.startswith(
        "dockerlint: unknown rule 'stale-package-indx'; did you mean 'stale-package-index'"
    )
    assert b"list all with 'dockerlint rules'" in dockerlint("explain", "?", cwd=tmp_path).stderr


def test_where_the_code_is(tmp_path: Path) -> None:
    codes = ["DF001", "DF201", "SC"]
    done = dockerlint("explain", "--where", *codes, cwd=ROOT)
    assert done.returncode == 0
    rules = {rule.code: rule for rule in builtin_rules()}
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 3
    for code, line in zip(codes, lines, strict=True):
        found = re.fullmatch(rf"{code} (dockerlint_rules/rules/[\w/]+\.py):(\d+)", line)
        assert found
        source = (ROOT / found[1]).read_text(encoding="utf-8").splitlines()
        below = "\n".join(source[int(found[2]) - 1 : int(found[2]) + 20])
        assert below.startswith("@rule(")
        assert f'"{rules[code].code}"' in below

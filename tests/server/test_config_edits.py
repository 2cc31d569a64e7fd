"""One code more to ignore, in every way in which a configuration can be written."""

from __future__ import annotations

import pytest

from dockerlint_rules.config.files import parse_config
from dockerlint_rules.server.ignore_in_config import add_ignored_code


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".dockerlint", "[dockerlint]\n"),
        (".dockerlint", "[dockerlint]"),
        (".dockerlint", "[dockerlint]\nignore = DF801\n"),
        (".dockerlint", "[dockerlint]\nignore: DF801\n"),
        (".dockerlint", "[dockerlint]\nIgnore=DF801"),
        (".dockerlint", "[dockerlint]\nignore =\n    DF801\n    # why\n    DF802\nselect = ALL\n"),
        (".dockerlint", "[dockerlint]\nignore =\n"),
        (".dockerlint", "[dockerlint]\n  ignore = DF801\n"),
        (".dockerlint", "[dockerlint]\n  select = ALL\n[flake8]\nignore = E1\n"),
        (".dockerlint", "[dockerlint]\r\nselect = ALL\r\n"),
        (".dockerlint", "\ufeff[dockerlint]\nselect = ALL\n"),
        ("setup.cfg", "[flake8]\nignore = E501\n[dockerlint]\nselect = ALL\n"),
        ("tox.ini", "[dockerlint]\nselect = ALL\n\n[tox]\nignore = x\n"),
        ("pyproject.toml", "[tool.dockerlint]\n"),
        ("pyproject.toml", "[ tool . dockerlint ]\nselect = ['ALL']\n"),
        ("pyproject.toml", "[tool.dockerlint]\nignore = []\n[tool.ruff]\nignore = ['E1']\n"),
        ("pyproject.toml", "[tool.ruff]\nignore = ['E1']\n[tool.dockerlint]\nignore = ['DF801',\n 'DF802']\n"),
        ("pyproject.toml", "[tool.dockerlint]\nignore = 'DF801'\n"),
        ("pyproject.toml", "[tool]\ndockerlint.ignore = ['DF801']\n"),
        ("pyproject.toml", "tool.dockerlint.ignore = ['DF801']\n"),
        (".hadolint.yaml", ""),
        (".hadolint.yaml", "ignored:\n  - DL3006\n"),
        (".hadolint.yaml", "ignored:\n# why\n- DL3006\ntrustedRegistries:\n- docker.io\n"),
        (".hadolint.yaml", "ignored: # why\r\n" + "#\r\n" * 100 + "  # b\r\n  - DL3006\r\n"),
        (".hadolint.yaml", "ignored: [DL3006]\nfailure-threshold: error\n"),
        (".hadolint.yaml", "ignored: []\n"),
        (".hadolint.yaml", "ignored:\nfailure-threshold: error\n"),
        (".hadolint.yaml", "failure-threshold: error"),
    ],
)  # fmt: skip
def test_just_the_code_is_added(path: str, text: str) -> None:
    found = add_ignored_code(text, "DF102", path)
    assert found is not None
    at, new = found
    changed = text[:at] + new + text[at:]
    assert changed.startswith("\ufeff") is text.startswith("\ufeff")
    before, after = (parse_config(one.removeprefix("\ufeff"), path) for one in (text, changed))
    assert {*(before.pop("ignore", None) or ()), "DF102"} == set(after.pop("ignore"))
    assert after == before
    assert ("\r\n" in text) is ("\r\n" in new)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".dockerlint", "[dockerlint]\nnonsense\n"),
        (".dockerlint", "[flake8]\n"),
        ("pyproject.toml", "tool = { dockerlint = { select = ['ALL'] } }\n"),
        ("pyproject.toml", "[tool.dockerlint\n"),
        (".hadolint.yaml", "{ignored: [\n"),
        (".hadolint.yaml", "- a\n"),
        (".hadolint.yaml", "ignored: null\n"),
    ],
)
def test_nothing_is_offered_where_no_way_is_right(path: str, text: str) -> None:
    assert add_ignored_code(text, "DF102", path) is None


def test_a_hostile_configuration_does_not_hold_the_server() -> None:
    """Each place that may be right is tried with a reading of the whole file, so there are only so many tries."""
    from counted import calls

    def work(decoys: int) -> int:
        text = (
            "".join(f"[x{at}]\nignore = 1\n" for at in range(decoys))
            + "[dockerlint]\nselect = ALL\n"
        )
        return calls(add_ignored_code, text, "DF102", "setup.cfg")

    assert work(800) <= 4.5 * work(200)
    assert add_ignored_code("[dockerlint]\n" + "# x\n" * 50_000, "DF102", "setup.cfg") is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param(".hadolint.yaml", "ignored:\n" + "#\r\n" * 2000 + "x", id="comments"),
        pytest.param(".dockerlint", "[dockerlint]\nselect = ALL\n[a]\n" + "ignore =\n" * 2000, id="options"),
    ],
)  # fmt: skip
def test_a_long_configuration_does_not_hold_the_server(path: str, text: str) -> None:
    # A pattern that tries every way would not end.
    assert add_ignored_code(text, "DF102", path) is None

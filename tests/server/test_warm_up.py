"""What the server loads before the first file comes."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from editor import new_session

from dockerlint_rules.server.warm_up import COMMON_MODULES, warm_up


@pytest.mark.parametrize("name", COMMON_MODULES)
def test_the_common_modules_exist(name: str) -> None:
    assert find_spec(f"dockerlint_rules.{name}") is not None


def test_wrong_settings_end_it_without_an_error() -> None:
    session = new_session(select=["NOPE"])
    assert list(warm_up(session)) == []


def test_every_rule_is_loaded() -> None:
    session = new_session(isolated=True, select=["ALL"])
    steps = sum(1 for _ in warm_up(session))
    assert steps > len(COMMON_MODULES)

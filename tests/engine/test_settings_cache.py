"""Settings: each file gets those of its own configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dockerlint_rules.config import ConfigError
from dockerlint_rules.engine.settings_cache import SettingsCache
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.testing import TODAY

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with two configurations, as the current directory."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "setup.cfg").write_text(
        "[dockerlint]\nselect = DF2\nper-file-ignores =\n  *.dev: DF201\n"
    )
    (tmp_path / "sub/.dockerlint").write_text(
        "[dockerlint]\nselect = DF1\ndisable-ignore-pragmas = on\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def codes(cache: SettingsCache, path: str) -> set[str]:
    """Codes of the rules that are on for a file."""
    return {rule.code for rule in cache.settings_for(path).plan.rules}


@pytest.mark.usefixtures("home")
def test_each_directory_has_its_own() -> None:
    cache = SettingsCache(builtin_rules(), {"today": TODAY})
    assert {code[:3] for code in codes(cache, "Dockerfile")} == {"DF2"}
    assert {code[:3] for code in codes(cache, "sub/Dockerfile")} == {"DF1"}
    assert codes(cache, "Dockerfile") - codes(cache, "Dockerfile.dev") == {"DF201"}
    assert cache.settings_for("Dockerfile") is cache.settings_for("x.Dockerfile")
    assert cache.settings_for("sub/Dockerfile").suppressions is None
    assert cache.settings_for("Dockerfile").suppressions is not None
    assert cache.settings_for("Dockerfile").build.today == TODAY
    assert {rule.code[:3] for rule in cache.enabled()} == {"DF1", "DF2"}


@pytest.mark.usefixtures("home")
def test_isolated_and_named() -> None:
    rules = builtin_rules()
    assert codes(SettingsCache(rules, {"isolated": True}), "Dockerfile") > {"DF201", "DF110"}
    named = SettingsCache(rules, {"config": "sub/.dockerlint"})
    assert {code[:3] for code in codes(named, "Dockerfile")} == {"DF1"}
    with pytest.raises(ConfigError, match="none: cannot be read: no such file"):
        SettingsCache(rules, {"config": "none"}).options_for("Dockerfile")


def test_a_wrong_selector_is_told_where_it_stands(home: Path) -> None:
    (home / "setup.cfg").write_text("[dockerlint]\nquiet = on\nextend-select = DF999\n")
    with pytest.raises(
        ConfigError, match=r"^setup\.cfg:3: unknown rule 'DF999' in extend-select; did you mean"
    ):
        SettingsCache(builtin_rules(), {}).options_for("Dockerfile")
    with pytest.raises(ConfigError, match=r"^unknown rule 'QQ' in select"):
        SettingsCache(builtin_rules(), {"select": ["QQ"]}).options_for("sub")


def test_another_tools_file_may_know_more_rules(tmp_path: Path) -> None:
    text = "ignored: [DL9999, DL3008]\noverride: {info: [DL9998, DL3009]}\n"
    (tmp_path / ".hadolint.yaml").write_text(text)
    path = str(tmp_path / "Dockerfile")
    options = SettingsCache(builtin_rules(), {}).options_for(path)
    assert (options.ignore, options.severity) == (["DL3008"], {"DL3009": "info"})
    with pytest.raises(ConfigError, match="unknown rule 'DL9997' in ignore"):
        SettingsCache(builtin_rules(), {"ignore": ["DL9997"]}).options_for(path)

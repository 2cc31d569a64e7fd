"""Look-ups in the table of package managers."""

from __future__ import annotations

import pytest

from dockerlint_rules import knowledge


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("apt-get", "apt-get"),
        ("pip", "pip"),
        ("pip3", "pip"),
        ("pip3.11", "pip"),
        ("pip.exe", "pip"),
        ("micromamba", "conda"),
        ("gem2.7", "gem"),
        ("dnf5", "dnf"),
        ("apt2", None),
        ("pipes", None),
        ("", None),
        ("3", None),
    ],
)
def test_manager_by_command(command: str, name: str | None) -> None:
    found = knowledge.package_manager(command)
    assert (found.name if found else None) == name


def test_records_are_cached() -> None:
    assert knowledge.package_manager("apk") is knowledge.package_manager("apk")


def test_fields_of_a_record() -> None:
    found = knowledge.package_manager("dnf")
    assert found is not None
    assert found.actions["group install"] == "install"
    assert "--enablerepo" in found.values
    assert found.family == "rpm"
    assert found in knowledge.package_managers()

"""Tests of each rule, and of the installed plugin."""

from dockerlint_acme import MirrorChecker, shell_form_entrypoint, unlabelled_image
from dockerlint_rules.testing import assert_findings, assert_fix, lint


def test_no_fix_with_arguments():
    [finding] = assert_findings(
        shell_form_entrypoint,
        """
        FROM debian:13
        ENTRYPOINT nginx -q
        #          ^^^^^^^^
        """,
    )
    assert finding.fix is None


def test_fix_without_arguments():
    before = "FROM debian:13\nENTRYPOINT nginx\n"
    assert_fix(shell_form_entrypoint, before, 'FROM debian:13\nENTRYPOINT ["nginx"]\n')


def test_image_with_label():
    assert_findings(unlabelled_image, "FROM debian:13\nLABEL team=shop\n")


def test_mirrors_option():
    text = """
        FROM debian:13
        #    ^^^^^^^^^
        FROM mirror.acme.test/debian:13
        """
    assert_findings(MirrorChecker, text)
    assert_findings(MirrorChecker, "FROM debian:13\n", options={"acme_mirrors": ["debian:"]})


def test_entry_points():
    findings = lint("FROM mirror.acme.test/a:1\nFROM debian:13\n", "ACM", "ACN")
    assert [(each.code, each.line, each.column) for each in findings] == [
        ("ACM002", 1, 1),
        ("ACN001", 2, 6),
    ]

"""The rules one by one, and once as they are installed."""

from dockerlint_acme import MirrorChecker, shell_form_entrypoint, unlabelled_image
from dockerlint_rules.testing import assert_findings, assert_fix, lint


def test_arguments_are_left_to_a_person():
    [finding] = assert_findings(
        shell_form_entrypoint,
        """
        FROM debian:13
        ENTRYPOINT nginx -q
        #          ^^^^^^^^
        """,
    )
    assert finding.fix is None


def test_the_program_alone_is_mended():
    before = "FROM debian:13\nENTRYPOINT nginx\n"
    assert_fix(shell_form_entrypoint, before, 'FROM debian:13\nENTRYPOINT ["nginx"]\n')


def test_a_label_is_enough():
    assert_findings(unlabelled_image, "FROM debian:13\nLABEL team=shop\n")


def test_the_mirrors_are_an_option():
    text = """
        FROM debian:13
        #    ^^^^^^^^^
        FROM mirror.acme.test/debian:13
        """
    assert_findings(MirrorChecker, text)
    assert_findings(MirrorChecker, "FROM debian:13\n", options={"acme_mirrors": ["debian:"]})


def test_the_entry_points_find_them():
    found = lint("FROM mirror.acme.test/a:1\nFROM debian:13\n", "ACM", "ACN")
    assert [(one.code, one.line, one.column) for one in found] == [
        ("ACM002", 1, 1),
        ("ACN001", 2, 6),
    ]

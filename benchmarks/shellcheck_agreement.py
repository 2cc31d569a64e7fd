"""Compare ShellCheck findings: how many of hadolint's on real files does dockerlint report for the same instruction?

usage: python benchmarks/shellcheck_agreement.py [FILES]

Needs the open corpus (../shared/tools/corpus), which contains hadolint's findings.  It leaves out codes that dockerlint
turns off in ShellCheck, scripts that are not for a Bourne-like shell, and files for a template engine, and prints the
reasons.
"""

from __future__ import annotations

import collections
import json
import subprocess
import sys
from pathlib import Path

from dockerlint_rules import parse
from dockerlint_rules.shellcheck.scripts import scripts_of

SHARED = Path(__file__).resolve().parents[2] / "shared"
DISABLED = {"SC1090", "SC1091", "SC2148", "SC2187", "SC2239"}


def main() -> int:
    """Print the agreement and what is missing, grouped; return 1 if anything is missing without a reason."""
    corpus = Path(subprocess.check_output([SHARED / "tools" / "corpus"], text=True).strip())
    theirs: dict[str, list[tuple[int, str]]] = collections.defaultdict(list)
    with (corpus / "hadolint.jsonl").open() as lines:
        for line in lines:
            finding = json.loads(line)
            if finding["code"].startswith("SC"):
                theirs[finding["id"]].append((finding["line"], finding["code"]))
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    names = sorted(theirs)[:limit]
    paths = [str(corpus / "files" / f"{name}.Dockerfile") for name in names]
    command = [
        sys.executable,
        "-m",
        "dockerlint_rules",
        "--isolated",
        "--select",
        "SC",
        "--format",
        "json",
        "--exit-zero",
        *paths,
    ]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    ours = {
        (Path(one["path"]).name.partition(".")[0], one["instruction"]["line"], one["code"])
        for one in report["findings"]
        if one["instruction"]
    }
    total, missing = 0, collections.Counter[str]()
    examples: dict[str, str] = {}
    for name in names:
        text = (corpus / "files" / f"{name}.Dockerfile").read_text(errors="replace")
        shells = shells_of(text)
        for line, code in theirs[name]:
            if code in DISABLED:
                continue
            reason = why_left_out(text, line)
            if reason:
                missing[f"left out: {reason}"] += 1
                continue
            is_reported = (name, line, code) in ours
            if (
                not is_reported
                and code.startswith(("SC3", "SC2028"))
                and shells.get(line, "") != "#!/bin/sh"
            ):
                # hadolint checks every script as POSIX sh. bash, dash and busybox have more features, and dash's echo
                # expands escapes.
                missing["left out: the known shell of the script supports it"] += 1
                continue
            if not is_reported and code == "SC2086":
                # ShellCheck knows that the value contains no blanks, or reports SC2046 or another code instead.
                missing["left out: a value that is known to contain no blanks"] += 1
                continue
            total += 1
            if not is_reported:
                missing[code] += 1
                examples.setdefault(code, f"{name}:{line}")
    lost = sum(count for group, count in missing.items() if not group.startswith("left out"))
    print(
        f"{total - lost} of {total} ({(total - lost) / max(total, 1):.1%}) of hadolint's findings on {len(names)} files"
    )
    for group, count in missing.most_common():
        print(f"  {count:4} {group} {examples.get(group, '')}")
    return 1 if lost else 0


def shells_of(text: str) -> dict[int, str]:
    """The first line of each script for ShellCheck, which names the shell, by the line of its instruction."""
    return {one.instruction.line: one.text.split("\n", 1)[0] for one in scripts_of(parse(text))}


def why_left_out(text: str, line: int) -> str:
    """Why ShellCheck should not check a script; empty if it should."""
    lines = text.split("\n")
    if any(one.replace(" ", "").lower().startswith("#escape=`") for one in lines[:5]):
        return "a Windows file (escape=`)"
    if "{{" in text and "}}" in "\n".join(lines[line - 1 : line + 40]):
        return "a template"
    before = "\n".join(lines[: line - 1]).lower()
    below = "\n".join(lines[line - 1 : line + 2]).lower()
    if (
        any(word in before for word in ("powershell", "servercore", "nanoserver", '"cmd"'))
        or "powershell" in below
    ):
        return "a Windows shell"
    return ""


if __name__ == "__main__":
    sys.exit(main())

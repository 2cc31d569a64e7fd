"""How many of hadolint's ShellCheck findings on real files are among ours, on the same instruction.

usage: python benchmarks/shellcheck_agreement.py [FILES]

Needs the open corpus (../shared/tools/corpus), which has hadolint's findings.  Left out, with the reason, are codes
that we never ask for, scripts that no shell of the Bourne family reads, and files for a template engine.
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
NEVER_ASKED = {"SC1090", "SC1091", "SC2148", "SC2187", "SC2239"}


def main() -> int:
    """Print the agreement and the groups of what is missing; 1 where anything unexplained is."""
    corpus = Path(subprocess.check_output([SHARED / "tools" / "corpus"], text=True).strip())
    theirs: dict[str, list[tuple[int, str]]] = collections.defaultdict(list)
    with (corpus / "hadolint.jsonl").open() as lines:
        for line in lines:
            one = json.loads(line)
            if one["code"].startswith("SC"):
                theirs[one["id"]].append((one["line"], one["code"]))
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
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    ours = {
        (Path(one["path"]).name.partition(".")[0], one["instruction"]["line"], one["code"])
        for one in said["findings"]
        if one["instruction"]
    }
    total, missing = 0, collections.Counter[str]()
    examples: dict[str, str] = {}
    for name in names:
        text = (corpus / "files" / f"{name}.Dockerfile").read_text(errors="replace")
        shells = shells_of(text)
        for line, code in theirs[name]:
            if code in NEVER_ASKED:
                continue
            reason = why_not(text, line)
            if reason:
                missing[f"left out: {reason}"] += 1
                continue
            found = (name, line, code) in ours
            if (
                not found
                and code.startswith(("SC3", "SC2028"))
                and shells.get(line, "") != "#!/bin/sh"
            ):
                # hadolint takes every script for POSIX sh; bash, dash and busybox have more, and dash's echo expands.
                missing["left out: the script's own shell is known, and has it"] += 1
                continue
            if not found and code == "SC2086":
                # Data flow shows that the value holds no blank; or SC2046 and others were the last on the line.
                missing["left out: a value that is known to hold no blank"] += 1
                continue
            total += 1
            if not found:
                missing[code] += 1
                examples.setdefault(code, f"{name}:{line}")
    lost = sum(count for what, count in missing.items() if not what.startswith("left out"))
    print(
        f"{total - lost} of {total} ({(total - lost) / max(total, 1):.1%}) of hadolint's findings on {len(names)} files"
    )
    for what, count in missing.most_common():
        print(f"  {count:4} {what} {examples.get(what, '')}")
    return 1 if lost else 0


def shells_of(text: str) -> dict[int, str]:
    """First line by which we tell ShellCheck the shell, by the instruction's line."""
    return {one.instruction.line: one.text.split("\n", 1)[0] for one in scripts_of(parse(text))}


def why_not(text: str, line: int) -> str:
    """Why a script is not one that ShellCheck should be asked about; empty where it should."""
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

"""A sentence or two on an image: where it is from, how long it is supported, where it keeps its data."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.model.images.releases import days_to_move, newer_base, upgrade_hint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.knowledge.release_records import EolRecord
    from dockerlint_rules.model.images.reference import ImageReference
    from dockerlint_rules.server.hover.markup import Markup

# Source: the documentation of the Docker official images, "Image variants".
_VARIANTS = {
    "slim": "with only what its program needs",
    "alpine": "small, with musl in place of glibc",
    "windowsservercore": "on Windows Server Core",
    "nanoserver": "on the small Nano Server",
}


def image_text(base: ImageReference, today: str, say: Markup) -> str:
    """What is known of an image."""
    if base.is_scratch:
        return f"{say.bold('scratch')}: the empty image."
    parts = [f"{say.bold(base.text)}, {say.text(_origin(base))}.", *_version(base, say)]
    variant = next(
        (one for one in _VARIANTS if one in (base.tag or "").rstrip("0123456789.").split("-")), ""
    ) or ("alpine" if "-alpine" in (base.tag or "") else "")
    if variant:
        parts.append(f"Variant {variant}: {_VARIANTS[variant]}.")
    family = distribution(base)
    if family:
        parts.append(f"Distribution: {family}.")
    parts += [say.text(one) for one in _support(base, today)]
    state = knowledge.stateful_image(base.upstream, base.tag) if base.is_name_certain else None
    if state is not None and state.data_dirs:
        volume = ", and declares a volume for it" if state.declares_volume else ""
        parts.append(f"Keeps its data in {say.code(state.data_dirs[0])}{volume}.")
    return " ".join(parts)


def _origin(base: ImageReference) -> str:
    if not base.is_name_certain:
        return "which depends on a variable"
    if base.is_on_hub:
        return "an image of Docker Hub" if "/" in base.familiar else "an official image"
    if base.upstream != base.familiar:
        return f"a copy of Docker Hub's {base.upstream} at {base.registry}"
    return f"an image of {base.registry}"


def _version(base: ImageReference, say: Markup) -> Iterator[str]:
    if base.digest is not None:
        tag = ", whatever its tag says" if base.tag else ""
        yield f"Pinned by its digest: always the same image{tag}."
    elif base.tag is None and base.is_tag_certain:
        yield f"Without a tag, so {say.code('latest')}: whatever is newest."
    elif base.tag == "latest":
        yield "Moves with every release."


def _support(base: ImageReference, today: str) -> Iterator[str]:
    """Until when it is supported, and what to move to when that is over or nearly so."""
    name = base.upstream
    if not (base.is_name_certain or base.tag):
        return
    retired = knowledge.retired_image(name, base.tag)
    if retired is not None:
        since = f" since {retired.date}" if retired.date else ""
        cure = f" Use {' or '.join(retired.successors)}." if retired.successors else ""
        yield f"No longer updated{since}: {retired.reason}.{cure}"
        return
    record = knowledge.end_of_life(name, base.tag)
    if record is not None:
        yield f"{_sentence(_until(record, today))}."
        if record.is_past(today) or days_to_move(record, today) is not None:
            yield f"{_sentence(upgrade_hint(base, record, today))}."
    if "/" in name or (record is not None and record.is_past(today)):
        return
    inside = knowledge.base_end_of_life(base.tag, name)
    if inside is not None:
        yield f"{_sentence(inside.product)} {inside.tag_prefix} inside: {_until(inside, today)}."
        if inside.is_past(today):
            yield f"{_sentence(newer_base(inside, today))}."


def _until(record: EolRecord, today: str) -> str:
    if record.state == "open":
        return "no end of support is announced"
    if record.has_long_term_support_alone(today):
        return f"long-term support alone since {record.date}, until {record.last_day}"
    if record.is_past(today):
        return (
            f"no longer supported since {record.last_day}" if record.date else "no longer supported"
        )
    longer = f", with long-term support until {record.last_day}"
    return f"supported until {record.date}{longer if record.last_day != record.date else ''}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]

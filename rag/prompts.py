"""Prompt templates: Markdown files with `{placeholders}`, an override in the workspace first.

A template is one or more turns, each under a heading `# system`, `# user` or `# assistant`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from string import Formatter

from rag.errors import PromptError
from rag.workspace import Workspace

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "choose": frozenset({"question", "sentences"}),
    "answerable": frozenset({"question", "sentences"}),
    "write": frozenset({"question", "sentences"}),
    "translate": frozenset({"question"}),
    "judge": frozenset({"question", "reference", "answer"}),
}
"""Every template that the program asks for, and the values that it gives."""
TURN = re.compile(r"^# (system|user|assistant)\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Template:
    """One template: its text and where it came from."""

    name: str
    text: str
    origin: str
    """Path of the override, or `packaged`."""

    @property
    def sha256(self) -> str:
        """Hash of the text as it is used."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Prompts:
    """The templates in force in one workspace."""

    def __init__(self, templates: Mapping[str, Template], unused: tuple[Path, ...] = ()) -> None:
        self.templates = templates
        self.unused = unused
        """Files in the override folder that nothing asks for."""

    @classmethod
    def load(cls, workspace: Workspace) -> Prompts:
        """Every template, overrides first.

        Raises:
            PromptError: a template is missing, cannot be read, or has wrong placeholders.
        """
        found = {name: _load(name, workspace.prompts) for name in PLACEHOLDERS}
        unused: tuple[Path, ...] = ()
        if workspace.prompts.is_dir():
            given = sorted(workspace.prompts.glob("*.md"))
            unused = tuple(p for p in given if p.stem not in PLACEHOLDERS and p.stem != "README")
        return cls(found, unused)

    @property
    def sha256(self) -> str:
        """One hash over all templates: what an answer records."""
        joined = "\n".join(f"{n} {t.sha256}" for n, t in sorted(self.templates.items()))
        return hashlib.sha256(joined.encode()).hexdigest()

    def render(self, name: str, **values: str) -> list[tuple[str, str]]:
        """The turns of a template, (role, text) each, with its placeholders filled in once.

        Values are put in as they are: braces inside them mean nothing.
        """
        text = self.templates[name].text
        parts = TURN.split(text)
        return [
            (role, body.strip().format_map(values))
            for role, body in zip(parts[1::2], parts[2::2], strict=True)
        ]


def packaged() -> Mapping[str, str]:
    """The default templates by name, from the wheel or from the checkout beside the package."""
    inside = files("rag") / "_prompts"
    folder = inside if inside.is_dir() else Path(__file__).resolve().parent.parent / "prompts"
    return {
        name: (folder / f"{name}.md").read_text(encoding="utf-8")
        for name in PLACEHOLDERS
        if (folder / f"{name}.md").is_file()
    }


def _load(name: str, folder: Path) -> Template:
    override = folder / f"{name}.md"
    if override.is_file():
        try:
            text = override.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as exc:
            raise PromptError(f"Cannot read {override}: {exc}.", hint="Save it as UTF-8.") from exc
        template = Template(name=name, text=text, origin=str(override))
    elif name in (defaults := packaged()):
        template = Template(name=name, text=defaults[name], origin="packaged")
    else:
        hint = "Reinstall readout-rag, or put the file there."
        raise PromptError(f"No prompt template `{name}`: looked at {override}.", hint=hint)
    _check(template)
    return template


def _check(template: Template) -> None:
    wanted = PLACEHOLDERS[template.name]
    try:
        found = {field for _, field, _, _ in Formatter().parse(template.text) if field is not None}
    except ValueError as exc:
        hint = "Write a literal brace twice: {{ or }}."
        raise PromptError(
            f"{template.origin}: prompt `{template.name}`: {exc}.", hint=hint
        ) from exc
    if unknown := sorted(found - wanted):
        near = get_close_matches(unknown[0], wanted, n=1)
        hint = f"Did you mean {{{near[0]}}}?" if near else f"Known: {', '.join(sorted(wanted))}."
        raise PromptError(
            f"{template.origin}: prompt `{template.name}` has an unknown placeholder "
            f"{{{unknown[0]}}}.",
            hint=hint,
        )
    if missing := sorted(wanted - found):
        raise PromptError(
            f"{template.origin}: prompt `{template.name}` lacks {{{missing[0]}}}.",
            hint="Put the placeholder in, or delete the file to use the packaged template.",
        )
    if not TURN.search(template.text):
        raise PromptError(
            f"{template.origin}: prompt `{template.name}` has no turn.",
            hint="Begin each turn with a line `# system` or `# user`.",
        )

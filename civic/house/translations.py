"""What can be wrong with a catalogue: missing, stale, empty or with other variables."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

VARIABLE = re.compile(r"%\((\w+)\)[sd]")


def problems(template: Path, folder: Path, wanted_languages: list[str]) -> list[str]:
    """One sentence a problem, for every catalogue under `folder` against the `template`."""
    with template.open("rb") as handle:
        wanted = {message.id: message for message in read_po(handle) if message.id}
    found = [] if wanted else ["aucun texte n'a été relevé : la commande cherche mal."]
    found += [
        f"{code} : le catalogue manque."
        for code in wanted_languages
        if not (folder / code / "LC_MESSAGES" / "civic.po").exists()
    ]
    for po in sorted(folder.glob("*/LC_MESSAGES/civic.po")):
        code = po.parent.parent.name
        with po.open("rb") as handle:
            catalogue = read_po(handle, locale=code)
        have = {message.id: message for message in catalogue if message.id}
        for key in wanted:
            name = key[0] if isinstance(key, tuple) else key
            if key not in have:
                found.append(f"{code} : il manque « {name} ».")
            elif not _complete(have[key]):
                found.append(f"{code} : « {name} » n'est pas traduit.")
            elif _variables(have[key]):
                found.append(f"{code} : « {name} » n'a pas les mêmes variables.")
        found += [f"{code} : « {key} » ne sert plus." for key in have if key not in wanted]
    return found


def _complete(message: Message) -> bool:
    text = message.string
    return bool(text) and (all(text) if isinstance(text, tuple) else True) and not message.fuzzy


def _strings(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, (tuple, list)) else (value,)
    return tuple(str(part or "") for part in parts)


def _variables(message: Message) -> bool:
    """Whether a translation uses variables that the source does not have, or leaves out some that
    every form of the source has. The number of a plural may be said in words: « two people »."""
    sources = [set(VARIABLE.findall(text)) for text in _strings(message.id)]
    known, needed = set.union(*sources), set.intersection(*sources)
    spoken = {"n", "count"} if isinstance(message.id, tuple) else {"n"}
    found = [set(VARIABLE.findall(text)) for text in _strings(message.string)]
    return any(not got <= known or not needed - spoken <= got for got in found)

"""What a voting letter says in the languages of its neighbourhood: one line each, below the French.

The same sentence everywhere: one can vote, and whom to call. `{phone}` is the helper's number.
"""

from __future__ import annotations

from collections.abc import Iterable

MOST = 4
"""Lines below the French one that a letter has place for."""

NAMES = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "it": "Italiano",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "tr": "Türkçe",
    "uk": "Українська",
}
"""The languages an agent may choose, each by its own name."""

_LINES = {
    "fr": (
        "Vous pouvez voter pour des projets de votre quartier. Une question ? Appelez le {phone}."
    ),
    "ar": "يمكنكم التصويت على مشاريع حيّكم. هل لديكم سؤال؟ اتصلوا بالرقم {phone}.",
    "de": "Sie können für Projekte in Ihrem Viertel stimmen. Fragen? Rufen Sie {phone} an.",
    "en": "You can vote for projects in your neighbourhood. A question? Call {phone}.",
    "es": "Puede votar por proyectos de su barrio. ¿Una pregunta? Llame al {phone}.",
    "it": "Può votare per progetti del suo quartiere. Una domanda? Chiami il {phone}.",
    "pl": "Można głosować na projekty w swojej dzielnicy. Pytania? Proszę dzwonić: {phone}.",
    "pt": "Pode votar em projetos do seu bairro. Tem uma pergunta? Ligue para o {phone}.",
    "ro": "Puteți vota pentru proiecte din cartierul dumneavoastră. Întrebări? Sunați la {phone}.",
    "ru": "Вы можете проголосовать за проекты своего района. Есть вопрос? Звоните: {phone}.",
    "tr": (
        "Mahallenizin projeleri için oy verebilirsiniz. Sorunuz mu var? {phone} numarasını arayın."
    ),
    "uk": "Ви можете проголосувати за проєкти свого району. Є запитання? Телефонуйте: {phone}.",
}

USUAL = ("ar", "tr", "pt", "en")


def lines(chosen: Iterable[str]) -> list[tuple[str, str]]:
    """Each line of a letter with its language, French first."""
    wanted = {"fr", *chosen}
    return [(language, line) for language, line in _LINES.items() if language in wanted]

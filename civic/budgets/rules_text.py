"""The text of a règlement, made from its data (`rules_data`): the same figures that the site
enforces, in plain French."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from civic.budgets import rules_frame as frame
from civic.budgets.count_text import count_paragraphs
from civic.budgets.states import CHECKS
from civic.house.i18n import _, day, euros, listed, moment, ngettext, speaking


def example_text_of(data: dict[str, Any]) -> str:
    """How this site counts an édition of elsewhere: its own règlement is not known here."""
    with speaking("fr"):
        articles = (_money(data), _ballot(data, ours=False), _count(data))
        return "\n\n".join(
            "\n\n".join([f"## {title}", *paragraphs]) for title, paragraphs in articles
        )


def text_of(data: dict[str, Any]) -> str:
    """The règlement in Markdown, in French whatever the language of the moment: articles, and
    paragraphs that can be cited by their number."""
    with speaking("fr"):
        articles = [
            frame.purpose(data),
            frame.words(data),
            _who(data),
            _money(data),
            _ideas(data),
            _calendar(data),
            _ballot(data),
            _count(data),
            frame.commission(data),
            frame.contests(data),
            frame.decision(data),
            frame.personal_data(data),
            frame.changes(data),
        ]
        return "\n\n".join(_numbered(at, *one) for at, one in enumerate(articles, start=1))


def _numbered(number: int, title: str, paragraphs: list[str]) -> str:
    """An article, each paragraph under its number; a list belongs to the paragraph before it."""
    told, at = [f"## Article {number}. {title}"], 0
    for paragraph in paragraphs:
        if paragraph.startswith("- "):
            told.append(paragraph)
        else:
            at += 1
            told.append(f"**{number}.{at}** {paragraph}")
    return "\n\n".join(told)


def _article(title: str, *paragraphs: str) -> frame.Article:
    return title, [one for one in paragraphs if one]


def _count(data: dict[str, Any]) -> frame.Article:
    return _article(_("Le compte"), *count_paragraphs(data))


def _who(data: dict[str, Any]) -> frame.Article:
    who = {
        "residents": _("aux personnes qui habitent le territoire (%(territory)s)"),
        "live_work_study": _(
            "aux personnes qui habitent, travaillent ou étudient sur le territoire (%(territory)s)"
        ),
    }
    votes = who[data["who_votes"]] % {"territory": data["territory"]}
    proof = {
        "declared": _(
            "Chacun déclare sur l'honneur où il habite ; la commune peut vérifier et demander un "
            "justificatif."
        ),
        "roll": _(
            "Il faut être inscrit sur une des listes que la commune a réunies pour ce vote. Qui "
            "n'y est pas peut demander à y être ajouté."
        ),
    }
    ways = (
        _("Une personne vote une fois, en ligne ou sur papier au lieu de vote.")
        if data["paper"]
        else _("Une personne vote une fois, en ligne. Il n'y a pas de vote sur papier.")
    )
    return _article(
        _("Qui participe"),
        _(
            "Le vote « %(title)s » est ouvert %(who)s, sans condition de nationalité.",
            title=data["title"],
            who=votes,
        )
        + " "
        + ways,
        _age(data["minimum_age"], data["age_on"]),
        proof[data["residence"]],
        _(
            "Pour montrer qui l'on est : %(ways)s.",
            ways=" ; ".join(_small(str(CHECKS[one])) for one in data["checks"] if one in CHECKS),
        ),
        _phone(data),
        _("Peuvent proposer une idée : %(who)s.", who=proposers(data)),
    )


def _phone(data: dict[str, Any]) -> str:
    if "sms" not in data["checks"] or data.get("phone_share", 1) == 1:
        return ""
    return _(
        "Un même numéro de téléphone peut servir à %(n)s personnes au plus.", n=data["phone_share"]
    )


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _age(age: int | None, on: str | None) -> str:
    if not age:
        return _("Il n'y a pas de condition d'âge.")
    if on:
        return _(
            "Il faut avoir %(age)s ans le %(day)s.",
            age=age,
            day=day(date.fromisoformat(on), "full"),
        )
    return _("Il faut avoir %(age)s ans le jour où le vote se termine.", age=age)


def proposers(data: dict[str, Any]) -> str:
    """Who may propose an idea, in words. It is for who examines the ideas to look: they are filed
    all year, for no édition."""
    who = {
        "residents": _("les personnes qui habitent le territoire"),
        "live_work_study": _(
            "les personnes qui habitent, travaillent ou étudient sur le territoire"
        ),
    }[data["who_proposes"]]
    age = data["proposer_age"]
    return _("%(who)s, à partir de %(age)s ans", who=who, age=age) if age else who


def _money(data: dict[str, Any]) -> frame.Article:
    lines = []
    for envelope in data["envelopes"]:
        funders = listed(
            _("%(who)s %(amount)s", who=_funder(part), amount=euros(part["amount"]))
            for part in envelope["fundings"]
        )
        line = f"- **{envelope['name']}** : {euros(envelope['amount'])} ({funders})."
        if envelope.get("council"):
            line += " " + _("Confiée à : %(council)s.", council=envelope["council"])
        lines.append(line)
    total = sum(envelope["amount"] for envelope in data["envelopes"])
    return _article(
        _("L'argent"),
        _("En tout %(amount)s, toutes taxes comprises :", amount=euros(total)),
        "\n".join(lines),
    )


def _funder(part: dict[str, Any]) -> str:
    name: str = part["organisation"]
    return f"{name}, {part['label']}" if part["label"] else name


def _ideas(data: dict[str, Any]) -> frame.Article:
    cap = data["cap"]
    return _article(
        _("Les idées"),
        _(
            "Une idée est recevable si elle sert l'intérêt général, se trouve sur le territoire, "
            "relève de la compétence de la commune ou de l'agglomération, n'est pas déjà "
            "programmée et ne crée pas surtout des dépenses de fonctionnement. Chaque refus est "
            "motivé, daté et public."
        ),
        _("Un projet coûte au plus %(cap)s.", cap=euros(cap))
        if cap
        else _("Il n'y a pas de plafond par projet, en dehors de l'enveloppe."),
        *frame.study(),
    )


def _calendar(data: dict[str, Any]) -> frame.Article:
    at = {key: _instant(value) for key, value in data["calendar"].items() if key != "results_on"}
    lines = [
        _("- Dépôt des idées : du %(start)s au %(end)s.",
          start=moment(at["filing_opens_at"]), end=moment(at["filing_closes_at"])),
        _("- Vote : du %(start)s au %(end)s.",
          start=moment(at["vote_opens_at"]), end=moment(at["vote_closes_at"])),
    ]  # fmt: skip
    results = data["calendar"].get("results_on")
    if results:
        lines.append(_("- Résultats : le %(day)s.", day=day(date.fromisoformat(results), "full")))
    return _article(
        _("Le calendrier"),
        "Les jours et les heures sont ceux de Paris :",
        "\n".join(lines),
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _ballot(data: dict[str, Any], *, ours: bool = True) -> frame.Article:
    scope = {
        "all": "",
        "one": _("Chacun choisit un quartier, et ne vote que pour les projets de ce quartier."),
        "own": _own(data),
    }[data["choice"]]
    anyone = _(
        "Après le dépouillement, les bulletins ouverts sont publiés, sans nom et dans le désordre "
        ": chacun peut recompter. Ils ne le sont pas si un quartier en a moins de 50."
    )
    sworn = _(
        "Les bulletins ouverts ne sont pas publiés, car un bulletin rare pourrait désigner "
        "quelqu'un. Des personnes assermentées peuvent les recompter."
    )
    by_type = sworn if data["ballot_type"] in {"points", "ranking"} else anyone
    kept = {"always": anyone, "never": sworn, "auto": by_type}[data["publication"]]
    return _article(
        _("Le bulletin"),
        _("La question posée : « %(question)s »", question=data["question"])
        if ours and data.get("question")
        else "",
        _choice(data),
        scope,
        _(
            "Le vote est secret. Chacun peut remplacer son bulletin jusqu'à la clôture ; un vote "
            "au lieu de vote retire le bulletin déposé en ligne."
        )
        if ours and data["paper"]
        else _("Le vote est secret. Chacun peut remplacer son bulletin jusqu'à la clôture.")
        if ours
        else "",
        _HELPED if ours else "",
        kept if ours else "",
    )


def _own(data: dict[str, Any]) -> str:
    shown = (
        _("Avec un compte, chacun déclare son quartier sur l'honneur.")
        if data["residence"] == "declared"
        else _("Le quartier est celui de l'adresse qui est sur la liste.")
    )
    return " ".join(
        (
            _(
                "Chacun vote pour les projets de son quartier, celui où il habite, et pour les "
                "projets qui ne sont d'aucun quartier."
            ),
            shown,
            _("Sinon, l'accueil d'un lieu de vote le note sur justificatif, avant le vote."),
        )
    )


_HELPED = (
    "Chacun peut se faire aider par une personne de son choix. Aucun agent ni animateur ne "
    "choisit, ni ne saisit un choix en ligne, à la place de quelqu'un."
)


def _choice(data: dict[str, Any]) -> str:
    said, kind, least = _by_type(data), data["ballot_type"], data["minimum"]
    bound = kind == "graded" or (kind == "points" and data["maximum"] < data["max_sum"])
    if kind != "approval" and (least > 1 or bound):
        said += " " + _how_many(data)
    return said


def _by_type(data: dict[str, Any]) -> str:
    most = data["maximum"]
    if data["ballot_type"] == "points":
        return _(
            "Le bulletin donne des points aux projets : %(most)s au plus pour un projet, "
            "%(sum)s au plus en tout.",
            most=data["max_points"],
            sum=data["max_sum"],
        )
    if data["ballot_type"] == "graded":
        return _("Le bulletin donne une mention à chaque projet ; un projet sans mention a la "
                 "plus basse.")  # fmt: skip
    if data["ballot_type"] == "ranking":
        return ngettext(
            "Le bulletin classe jusqu'à %(n)s projet, le préféré en premier.",
            "Le bulletin classe jusqu'à %(n)s projets, le préféré en premier : il a %(n)s points, "
            "et chacun des suivants un de moins.",
            most,
        )
    if data["ballot_type"] == "knapsack":
        return ngettext(
            "Le bulletin choisit au plus %(n)s projet, sans dépasser l'enveloppe en tout.",
            "Le bulletin choisit au plus %(n)s projets, sans dépasser l'enveloppe en tout.",
            most,
        )
    return _how_many(data)


def _how_many(data: dict[str, Any]) -> str:
    least, most = data["minimum"], data["maximum"]
    if least == most:
        return ngettext(
            "Le bulletin choisit exactement %(n)s projet.",
            "Le bulletin choisit exactement %(n)s projets.",
            most,
        )
    return ngettext(
        "Le bulletin choisit de %(least)s à %(n)s projet.",
        "Le bulletin choisit de %(least)s à %(n)s projets.",
        most,
        least=least,
    )

"""Where a poll stands and what it asks, in words."""

from __future__ import annotations

from datetime import datetime

from civic.ballots.queries.polls import PollView
from civic.house.clock import day_of
from civic.house.i18n import _, day, either, euros, listed, moment, ngettext


def state_kind(view: PollView, now: datetime) -> str:
    """The shape of the state sentence (components/status.html)."""
    if view.annulled:
        return "stopped"
    if view.counted:
        return "done"
    if view.is_open(now):
        return "open"
    if view.stage == "configured":
        return "draft"
    return "waiting" if view.is_over(now) else "vote"


def state_sentence(view: PollView, now: datetime) -> str:
    """Where a poll stands, in words."""
    if view.annulled_at is not None:
        return _("Vote annulé le %(day)s. Aucun résultat n'en est valable.",
                 day=day(view.annulled_at))  # fmt: skip
    if view.counted:
        until = view.contested_until
        if view.is_external or until is None:
            return _("Vote clos et dépouillé.")
        if day_of(now) <= until:
            return _("Résultats provisoires : contestables jusqu'au %(day)s.", day=day(until))
        if view.contests_open:
            return ngettext(
                "Résultats provisoires : %(n)s contestation attend la réponse de la commission.",
                "Résultats provisoires : %(n)s contestations attendent la réponse de la "
                "commission.",
                view.contests_open,
            )
        if not view.is_final(now):
            return _("Résultats provisoires : une contestation peut encore être confirmée.")
        return _("Résultats définitifs.")
    if view.recounting:
        return _("Une contestation est admise : la commission recompte ce vote.")
    if view.is_open(now):
        return _("Ouvert au vote jusqu'au %(when)s.", when=moment(view.closes_at))
    if view.stage == "configured":
        return _("En préparation : le vote n'est pas encore scellé.")
    if view.is_over(now):
        return _("Vote clos le %(when)s. Le dépouillement est à faire.",
                 when=moment(view.closes_at))  # fmt: skip
    return _("Le vote ouvre le %(when)s.", when=moment(view.opens_at))


def choose_sentence(view: PollView, on_ballot: int = 0) -> str:
    """How many projects one may choose, and where, in words. `on_ballot`: how many there are, where
    the page knows it: a bound that nobody can reach is left out."""
    said = _choose(view)
    if view.ballot_type != "approval" and _bounded(view, on_ballot):
        said += " " + _how_many(view)
    if view.districts:
        return said + " " + _("Ils sont de votre quartier, ou de tout le territoire.")
    if view.one_group:
        return said + " " + _("Ils sont tous du même quartier, celui que vous voulez.")
    return said


def _choose(view: PollView) -> str:
    if view.ballot_type == "points":
        return _(
            "Répartissez %(sum)s points, %(most)s au plus pour un même projet.",
            sum=view.max_sum, most=view.max_points,
        )  # fmt: skip
    if view.ballot_type == "graded":
        return _("Donnez une mention à chaque projet que vous voulez juger.")
    if view.ballot_type == "ranking":
        return ngettext(
            "Classez %(n)s projet : le préféré d'abord.",
            "Classez jusqu'à %(n)s projets : le préféré d'abord.",
            view.maximum,
        )
    if view.ballot_type == "knapsack":
        return _("Choisissez des projets sans dépasser l'argent de l'enveloppe.")
    return _how_many(view)


def _bounded(view: PollView, on_ballot: int) -> bool:
    """Whether the number of projects is a rule beside money, points, ranks or grades."""
    if view.minimum > 1:
        return True
    if view.ballot_type == "points":
        return view.maximum < (view.max_sum or 0) and not 0 < on_ballot <= view.maximum
    return view.ballot_type != "ranking" and view.maximum < on_ballot


def _how_many(view: PollView) -> str:
    if view.minimum == view.maximum:
        return ngettext(
            "Choisissez exactement %(n)s projet.", "Choisissez exactement %(n)s projets.",
            view.maximum,
        )  # fmt: skip
    if view.minimum > 1:
        return _("Choisissez de %(least)s à %(most)s projets.",
                 least=view.minimum, most=view.maximum)  # fmt: skip
    return ngettext(
        "Choisissez %(n)s projet au plus.", "Choisissez jusqu'à %(n)s projets.", view.maximum
    )


def ways_sentence(view: PollView, provider: str = "") -> str:
    """What it takes to vote, by the poll's own checks; `provider`: the identity provider's name."""
    ways = {
        "letter": _("le code reçu par courrier"),
        "account": _("votre compte"),
        "sms": _("votre compte et un téléphone portable"),
        "identity": provider,
        "desk": _("une pièce d'identité, dans un lieu de vote"),
    }
    wanted = [words for check, words in ways.items() if check in view.checks and words]
    return _("Pour voter, il vous faut %(ways)s.", ways=either(wanted)) if wanted else ""


def easy_help(view: PollView) -> list[str]:
    """How this ballot is filled in, in easy French: one short sentence a line."""
    lines = {
        "approval": [
            _("Touchez la case des projets que vous aimez."),
            ngettext(
                "Vous pouvez choisir %(n)s projet.", "Vous pouvez choisir %(n)s projets.",
                view.maximum,
            ),
        ],
        "knapsack": [
            _("Il y a une somme d'argent. C'est l'enveloppe."),
            _("Touchez la case des projets que vous aimez. Leur prix s'enlève de l'enveloppe."),
            _("Quand il manque de l'argent, enlevez un projet."),
        ],
        "points": [
            ngettext("Vous avez %(n)s point.", "Vous avez %(n)s points.", view.max_sum or 0),
            _("Donnez plus de points aux projets que vous aimez le plus."),
            ngettext(
                "Un projet peut recevoir %(n)s point.", "Un projet peut recevoir %(n)s points.",
                view.max_points or 0,
            ),
        ],
        "ranking": [
            _("Mettez 1 au projet que vous préférez. Puis 2 au suivant."),
            _("Les boutons Monter et Descendre changent l'ordre."),
            ngettext(
                "Vous pouvez classer %(n)s projet. Ce n'est pas obligé.",
                "Vous pouvez classer %(n)s projets. Ce n'est pas obligé.",
                view.maximum,
            ),
        ],
        "graded": [
            _("Pour chaque projet, dites si vous êtes d'accord."),
            _("Si vous ne savez pas, laissez Sans avis."),
            _("Sans avis compte comme Non."),
        ],
    }[view.ballot_type]  # fmt: skip
    return [*lines, _("Pour voter, touchez le bouton Déposer mon bulletin.")]


def paper_rule(view: PollView, on_ballot: int = 0) -> str:
    """What to write in the boxes of the paper ballot; `on_ballot` as for `choose_sentence`."""
    said = _paper_rule(view)
    if view.ballot_type != "approval" and _bounded(view, on_ballot):
        said += " " + _how_many(view)
    return said


def _paper_rule(view: PollView) -> str:
    match view.ballot_type:
        case "points":
            return _(
                "Écrivez un nombre de points dans la case : %(most)s au plus par projet, %(sum)s "
                "au plus en tout.",
                most=view.max_points, sum=view.max_sum,
            )  # fmt: skip
        case "ranking":
            return _(
                "Écrivez 1 devant votre projet préféré, puis 2, jusqu'à %(n)s au plus.",
                n=view.maximum,
            )
        case "graded":
            return _("Cochez une mention par projet, ou aucune si vous êtes sans avis.")
        case "knapsack":
            return _("Cochez des projets sans dépasser %(money)s.", money=_money(view))
    if view.minimum == view.maximum:
        return ngettext(
            "Cochez exactement %(n)s projet.", "Cochez exactement %(n)s projets.", view.maximum
        )
    if view.minimum > 1:
        return _("Cochez de %(least)s à %(most)s projets.", least=view.minimum, most=view.maximum)
    return ngettext("Cochez %(n)s projet au plus.", "Cochez %(n)s projets au plus.", view.maximum)


def _money(view: PollView) -> str:
    if len(view.limits) == 1:
        return euros(view.limits[0][1])
    return listed(
        _("%(name)s : %(amount)s", name=name, amount=euros(cents)) for name, cents in view.limits
    )


def paper_help(view: PollView) -> list[str]:
    """What helps to choose on paper, in easy French: one short sentence a line."""
    return {
        "approval": [_("Cochez la case des projets que vous aimez.")],
        "knapsack": [
            _("Il y a une somme d'argent. C'est l'enveloppe."),
            _("Additionnez le prix des projets que vous cochez."),
        ],
        "points": [_("Donnez plus de points aux projets que vous aimez le plus.")],
        "ranking": [_("Mettez 1 au projet que vous préférez. Puis 2 au suivant.")],
        "graded": [
            _("Pour chaque projet, dites si vous êtes d'accord."),
            _("Sans avis compte comme Non."),
        ],
    }[view.ballot_type]

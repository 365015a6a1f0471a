"""`civic tally`: count a `.pb` file at the terminal, without the site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import click
from click.core import ParameterSource

from civic.rules import money
from civic.rules import tally as engine


def _refuse(sentence: str) -> NoReturn:
    click.echo(" ".join(sentence.split()), err=True)
    raise SystemExit(2)


class _OneOf(click.Choice[str]):
    """A choice whose refusal is in French."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices:
            allowed = " ou ".join(self.choices)
            self.fail(f"« {value} » n'existe pas ; il faut {allowed}.", param, ctx)
        return str(value)


class _Whole(click.ParamType[int]):
    """A whole number from 0, whose refusal is in French."""

    name = "nombre"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        if not str(value).isdecimal() or len(str(value)) > 12:
            self.fail(f"« {value} » n'est pas un nombre entier.", param, ctx)
        return int(value)


class _OneLine(click.Command):
    """A command whose usage errors are one line in French, with status 2."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            _refuse(f"L'option {error.option_name} n'existe pas.")
        except click.MissingParameter:
            _refuse("Il manque le fichier .pb à compter.")
        except click.BadParameter as error:
            name = error.param.opts[0] if error.param else "option"
            _refuse(f"{name} : {error.message}")
        except click.BadOptionUsage as error:
            _refuse(f"L'option {error.option_name} demande une valeur.")
        except click.UsageError:
            _refuse("Un seul fichier .pb à la fois : civic tally FICHIER [options].")


@click.command("tally", cls=_OneLine)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--rule",
    type=_OneOf(engine.RULES),
    default="greedy",
    help=f"Règle : {', '.join(engine.RULES)}.",
)
@click.option(
    "--utility",
    type=_OneOf(["cost", "count", "points", "borda"]),
    help="Ce qu'un projet retenu vaut pour qui l'a choisi.",
)
@click.option(
    "--completion",
    type=_OneOf(["none", "utilitarian", "add1", "add1u"]),
    default="none",
    help="Parts égales : comment dépenser ce qui reste.",
)
@click.option(
    "--no-exhaustive-stop",
    is_flag=True,
    help="add1 : continuer jusqu'à dépasser le budget.",
)
@click.option(
    "--start",
    type=_OneOf(["exact", "integral"]),
    default="exact",
    help="Part de départ : budget divisé par votants, ou arrondie à l'unité au-dessous.",
)
@click.option(
    "--tie",
    type=_OneOf(["lex", "cheapest"]),
    default="lex",
    help="Égalités : plus petit identifiant, ou moins cher puis plus voté.",
)
@click.option("--no-skip", is_flag=True, help="S'arrêter au premier projet qui ne rentre pas.")
@click.option("--threshold", type=_Whole(), default=0, help="Nombre minimal de voix ou de points.")
@click.option("--laureates", type=_Whole(), help="Nombre maximal de lauréats.")
@click.option("--per-zone", type=_Whole(), help="Nombre de projets par quartier.")
@click.option("--zone-envelope", metavar="MONTANT", help="Enveloppe de chaque quartier.")
@click.option(
    "--declared",
    is_flag=True,
    help="Compter par la règle que le fichier dit dans son commentaire, s'il vient de ce site.",
)
@click.option("--explain", is_flag=True, help="Dire pour chaque projet pourquoi.")
@click.option("--json", "as_json", is_flag=True, help="Répondre par un objet JSON.")
def tally(
    file: Path,
    rule: str,
    zone_envelope: str | None,
    no_exhaustive_stop: bool,
    no_skip: bool,
    declared: bool,
    explain: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Compte les votes d'un fichier .pb (pabulib.org) par la règle choisie."""
    try:
        election = engine.read(file.read_bytes())
    except OSError as error:
        _refuse(f"{file} : ce fichier ne se lit pas ({error.strerror}).")
    except engine.BadFile as error:
        _refuse(f"{file} : {error.one_line()}")
    try:
        if declared:
            _nothing_else()
            election, rule, said = engine.declared(election)
            outcome = engine.count(election, rule, **said)
        else:
            envelope = None if zone_envelope is None else money.parse(zone_envelope, election.scale)
            outcome = engine.count(
                election,
                rule,
                zone_envelope=envelope,
                exhaustive_stop=not no_exhaustive_stop,
                skip=not no_skip,
                **options,
            )
    except (engine.BadRule, money.NotAnAmount) as error:
        _refuse(str(error))
    if as_json:
        click.echo(json.dumps(_answer(election, outcome, explain), ensure_ascii=False))
    else:
        _tell(election, outcome, explain)


def _nothing_else() -> None:
    """Refuses another option of the count beside --declared, which says them all."""
    context = click.get_current_context()
    for param in context.command.params:
        given = context.get_parameter_source(str(param.name)) is not ParameterSource.DEFAULT
        if given and param.name not in {"file", "declared", "explain", "as_json"}:
            raise engine.BadRule(
                f"--declared compte par la règle du fichier : enlevez {param.opts[0]}."
            )


def _answer(election: engine.Election, outcome: engine.Outcome, explain: bool) -> dict[str, Any]:
    answer = outcome.as_json()
    if explain:
        answer["explanation"] = [
            _explained(explanation, election.scale) for explanation in outcome.explain()
        ]
    return answer


def _explained(explanation: engine.Explanation, scale: int) -> dict[str, Any]:
    def amount(value: int | None) -> int | str | None:
        if value is None:
            return None
        text = money.plain(value, scale)
        return text if "." in text else int(text)

    return {
        "project": explanation.project,
        "funded": explanation.funded,
        "cause": explanation.cause,
        "votes": explanation.votes,
        "rank": explanation.rank,
        "cost": amount(explanation.cost),
        "remaining": amount(explanation.remaining),
        "missing": amount(explanation.missing),
        "shares": amount(explanation.shares),
        "paid": {project: amount(value) for project, value in explanation.paid},
        "at_cost": amount(explanation.at_cost),
        "more_votes": explanation.more_votes,
        "sentence": explanation.sentence,
    }


def _tell(election: engine.Election, outcome: engine.Outcome, explain: bool) -> None:
    currency = election.meta.get("currency", "EUR").replace("EUR", "€")

    def euros(amount: int) -> str:
        return money.french(amount, election.scale, currency)

    projects = {project.id: project for project in election.projects}
    click.echo(
        f"{election.voters} bulletins, {election.blanks} blancs. "
        f"Budget {euros(outcome.budget)}, dépensé {euros(outcome.spent)}."
    )
    if not outcome.winners:
        click.echo("Aucun projet retenu.")
    for place, winner in enumerate(outcome.winners, start=1):
        project = projects[winner]
        click.echo(
            f"{place:>4}. {winner} · {outcome.votes[winner]} voix · {euros(project.cost)}"
            f" · {project.name}"
        )
    if explain:
        for explanation in outcome.explain():
            click.echo(f"{explanation.project} · {explanation.sentence}")
    for line, sentence in election.notices:
        click.echo(f"ligne {line} : {sentence}" if line else sentence, err=True)

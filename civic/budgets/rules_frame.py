"""The articles that frame a règlement: what it is for, its words, who counts, who decides, how to
contest it, personal data, what may change. In French only: it is the text that an act adopts."""

from __future__ import annotations

from typing import Any

Article = tuple[str, list[str]]
"""A title and its paragraphs; one that begins with « - » is a list."""


def purpose(data: dict[str, Any]) -> Article:
    """What is organised, by whom, and what a vote is worth."""
    return "Objet", [
        (
            f"Ce règlement fixe les règles du vote « {data['title']} » sur le territoire : "
            f"{data['territory']}. L'organisme responsable est : {data['organisation']}."
        ),
        (
            "Ce vote associe les habitants à une décision, dans le cadre de l'article L. 131-1 "
            "du code des relations entre le public et l'administration. Il donne un avis : les "
            "lauréats sont proposés aux élus, qui décident par un acte publié."
        ),
        (
            "Un acte adopte ce règlement et ses enveloppes avant que le dépôt des idées ne "
            "s'ouvre. Le site applique les données dont ce texte est tiré ; l'empreinte des deux "
            "est publiée."
        ),
    ]


def words(data: dict[str, Any]) -> Article:
    """The words that the other articles use."""
    said = [
        ("Idée", "ce qu'une personne ou un groupe dépose."),
        ("Projet", "une ou plusieurs idées que les services ont étudiées et chiffrées."),
        ("Bulletin", ("la liste numérotée des projets soumis au vote, puis ce qu'une personne y "
         "choisit. Il est blanc s'il ne choisit rien.")),
        ("Enveloppe", "une somme réservée à un quartier, à un thème ou à tout le territoire."),
    ]  # fmt: skip
    if data["rule"] == "zones-then-complement":
        said.append(
            ("Complément", ("ce qui reste des enveloppes après leurs propres lauréats, et l'argent "
             "de tout le territoire s'il y en a."))
        )  # fmt: skip
    said += [
        ("Lauréat", "un projet que le compte retient et qui est proposé aux élus."),
        ("Émargement", "la liste de qui a voté. Elle ne dit pas ce que chacun a choisi."),
        ("Commission du vote", ("les personnes nommées pour surveiller le vote, ouvrir l'urne et "
         "répondre aux contestations.")),
        ("Empreinte", ("une suite de 64 signes calculée sur un fichier : changer une lettre du "
         "fichier la change. Elle prouve que rien n'a bougé.")),
        ("Avenant", "un changement daté, publié avec sa raison."),
    ]  # fmt: skip
    return "Définitions", [
        "Dans ce règlement :",
        "\n".join(f"- **{word}** : {told}" for word, told in said),
    ]


def study() -> list[str]:
    """How ideas become projects."""
    return [
        (
            "Les services étudient chaque idée recevable avec les propriétaires du terrain, "
            "disent si elle est faisable, et en chiffrent le coût, toutes taxes comprises, et ce "
            "qu'elle coûtera chaque année. Des idées voisines peuvent être réunies en un projet."
        ),
        (
            "Qui a déposé une idée refusée peut demander sur le site qu'elle soit réexaminée ; "
            "la réponse est motivée."
        ),
    ]


def commission(data: dict[str, Any]) -> Article:
    """Who watches the urn, opens it and answers."""
    papers = (
        " Les bulletins de papier sont saisis deux fois, par deux personnes, et les différences "
        "sont résolues à deux."
        if data["paper"]
        else ""
    )
    return "La commission du vote", [
        (
            "La commission du vote rapproche les émargements et les bulletins, fait ouvrir "
            "l'urne par deux de ses membres au moins, et publie un procès-verbal avec tous les "
            f"chiffres.{papers}"
        ),
        (
            "Avant que le vote ne s'ouvre, sa page dit qui garde la clé de l'urne et qui "
            "pourrait lire un bulletin."
        ),
        (
            "Le compte est fait par le site, selon l'article précédent, sans aucun choix de "
            "personne. La commission ne change ni une voix, ni un résultat."
        ),
    ]


def contests(data: dict[str, Any]) -> Article:
    """How long a result may be contested, and what comes after."""
    days = data["appeal_days"]
    to = data["appeal_to"] or "l'organisme responsable"
    many = f"{days} jour" if days == 1 else f"{days} jours"
    return "Les contestations", [
        (
            f"Le résultat est provisoire pendant {many} : chacun peut le contester sur le site, "
            f"ou par écrit auprès de : {to}."
        ),
        (
            "La commission du vote répond à chaque contestation, avec ses raisons. Si elle en "
            "admet une, elle peut faire recompter. Le résultat n'est définitif qu'après toutes "
            "ses réponses ; les contestations et les réponses sont publiées, sans les noms."
        ),
        (
            "L'acte par lequel les élus d'une collectivité décident peut être attaqué devant le "
            "tribunal administratif dans les deux mois qui suivent sa publication."
        ),
    ]


def decision(data: dict[str, Any]) -> Article:
    """Who decides in the end, and what is followed."""
    return "La décision et la suite", [
        (
            "Le vote propose des lauréats ; les élus décident, projet par projet, par un acte "
            f"publié ({data['organisation']}). S'il s'écarte du vote, l'acte dit pourquoi ; le "
            "résultat du vote, lui, ne change pas."
        ),
        "Chaque projet retenu est suivi en public jusqu'à sa réalisation : étapes, dates, coût.",
    ]


_GIVEN = {
    "account": "une adresse de courriel",
    "sms": "un numéro de téléphone",
    "identity": "l'identité que transmet le service d'identité",
    "letter": "une adresse postale",
    "desk": "une pièce d'identité montrée, dont rien n'est copié",
}


def personal_data(data: dict[str, Any]) -> Article:
    """What is kept of people, why, and for how long."""
    asked = ["le nom, les prénoms et la date de naissance"]
    asked += [words for check, words in _GIVEN.items() if check in data["checks"]]
    kept = [
        (
            "L'organisme responsable traite des données personnelles pour sa mission d'intérêt "
            "public : vérifier qui peut voter, et qu'une personne ne vote qu'une fois. Rien "
            "d'autre."
        ),
        (
            f"Selon le moyen de voter, il demande : {' ; '.join(asked)}. Pour reconnaître une "
            "même personne, le site compare une empreinte de son nom et de sa date de naissance, "
            "faite avec un secret."
        ),
        (
            "Ce qu'une personne choisit n'est jamais publié avec son nom. La participation par "
            "quartier et par âge n'est montrée qu'à partir de 5 personnes."
        ),
    ]
    days = data.get("keep_days")
    if days:
        many = f"{days} jour" if days == 1 else f"{days} jours"
        kept.append(
            f"Les enveloppes, les émargements et les droits de vote sont détruits {many} après le "
            "dépouillement, et un certificat le dit."
        )
    kept.append(
        "Chacun peut demander à voir ses données, à les faire corriger, ou s'opposer à leur "
        "usage : la page « Données personnelles » du site dit à qui écrire. Il peut aussi saisir "
        "la CNIL."
    )
    return "Les données personnelles", kept


def changes(data: dict[str, Any]) -> Article:
    """What an amendment may change, and what nothing may."""
    said = [
        (
            "Une fois ce règlement adopté, ne changent plus : qui vote, les enveloppes, la forme "
            "du bulletin et la règle du compte. Une fois le bulletin scellé, avant le vote, ne "
            "changent plus non plus les projets, leur coût et les dates."
        ),
        "Changer une date avant cela demande un avenant ; une date passée ne change plus.",
        "Un projet peut être retiré pendant le vote par un avenant public, daté, avec sa raison "
        "et le nom de qui le décide : il reste sur le bulletin, marqué « retiré », et plus "
        "personne ne le choisit. Les bulletins déjà déposés restent valables : ce qu'ils lui "
        "donnaient n'est pas compté, et chacun peut changer le sien jusqu'à la clôture."
        + (
            " Les projets classés après lui montent d'un rang."
            if data["ballot_type"] == "ranking"
            else ""
        ),
        (
            "Jusqu'au scellement du bulletin, l'organisme responsable peut suspendre ou annuler "
            "ce vote ; il publie pourquoi."
        ),
    ]
    return "Les changements", said

"""Three kinds of import contract that import-linter does not have of its own.

They are named in pyproject.toml (`[tool.importlinter] contract_types`), where each contract says
which modules it holds for, and run by `make check`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def _words(field: object) -> set[str]:
    """The values of a list field: import-linter puts them where the class declares the field."""
    return {str(value) for value in cast("Iterable[object]", field)}


class _LinkContract(Contract):
    """Broken by single imports, each shown as `importer -> imported (line)`."""

    def forbidden(self, graph: ImportGraph) -> list[tuple[str, str]]:
        """The imports found in `graph` that break the contract: (importer, imported)."""
        raise NotImplementedError

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        links = []
        for importer, imported in sorted(self.forbidden(graph)):
            details = graph.get_import_details(importer=importer, imported=imported)
            lines = ", ".join(str(detail["line_number"]) for detail in details)
            links.append(f"{importer} -> {imported} (l.{lines})")
        return ContractCheck(kept=not links, metadata={"links": links})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for link in check.metadata["links"]:
            output.print_error(f"- {link}", bold=False)
        output.new_line()


class OwnRoom(_LinkContract):
    """A room's modules of these names are imported from that room alone.

    `package`: the folder that holds the rooms; `modules`: names inside a room ("views");
    `doors`: modules that may import them from anywhere (the list of rooms).
    """

    package = fields.StringField()
    modules = fields.ListField(subfield=fields.StringField())
    doors = fields.ListField(subfield=fields.StringField())

    def forbidden(self, graph: ImportGraph) -> list[tuple[str, str]]:
        """See the class."""
        names, doors = _words(self.modules), _words(self.doors)
        depth = str(self.package).count(".") + 1
        found = []
        for module in graph.modules:
            parts = module.split(".")
            if not module.startswith(f"{self.package}.") or len(parts) < depth + 2:
                continue
            room = ".".join(parts[: depth + 1])
            if parts[depth + 1] not in names:
                continue
            found += [
                (importer, module)
                for importer in graph.find_modules_that_directly_import(module)
                if importer not in doors
                and importer != room
                and not importer.startswith(f"{room}.")
            ]
        return found


class Pure(_LinkContract):
    """The package imports itself, these libraries, and the standard library less `without`."""

    package = fields.StringField()
    libraries = fields.ListField(subfield=fields.StringField())
    without = fields.ListField(subfield=fields.StringField())

    def forbidden(self, graph: ImportGraph) -> list[tuple[str, str]]:
        """See the class."""
        inside = {str(self.package)} | set(graph.find_descendants(str(self.package)))
        standard = sys.stdlib_module_names - _words(self.without)
        allowed = standard | _words(self.libraries) | inside
        return [
            (module, imported)
            for module in inside
            for imported in graph.find_modules_directly_imported_by(module)
            if imported not in allowed
        ]


class OneDoor(_LinkContract):
    """An outside library is named in the listed modules only.

    `doors` holds lines "library <- module module"; a module stands for what is inside it too.
    """

    doors = fields.ListField(subfield=fields.StringField())

    def forbidden(self, graph: ImportGraph) -> list[tuple[str, str]]:
        """See the class."""
        found = []
        for line in sorted(_words(self.doors)):
            library, _, modules = line.partition("<-")
            library = library.strip()
            if library not in graph.modules:
                continue
            found += [
                (importer, library)
                for importer in graph.find_modules_that_directly_import(library)
                if not any(
                    importer == door or importer.startswith(f"{door}.") for door in modules.split()
                )
            ]
        return found

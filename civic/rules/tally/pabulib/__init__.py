"""The `.pb` format of pabulib.org: META, PROJECTS and VOTES, `;` between fields, UTF-8.

Described at pabulib.org/format (April 2026). A file is taken or refused whole.
"""

from civic.rules.tally.pabulib.declared import declared
from civic.rules.tally.pabulib.errors import BadFile
from civic.rules.tally.pabulib.read import read
from civic.rules.tally.pabulib.write import write

__all__ = ["BadFile", "declared", "read", "write"]

"""The Method of Equal Shares: each voter has the same share, and pays for what they chose.

Completions: none; utilitarian (what is left goes to the most votes first); add1 (every share grows
by one currency unit until the outcome is exhaustive, or would pass the budget); add1u (both).
"""

from civic.rules.tally.equal_shares.rule import equal_shares

__all__ = ["equal_shares"]

"""Budgets participatifs: for the agent who prepares an édition, the habitants who vote on it, and
the élus who decide. An édition has a règlement made from data and sealed, envelopes of money with
their funders, a calendar, a catalogue of costed projects, a vote (room `ballots`) and a result in
which every euro and every project can be followed. No édition leaves its preparation without the
act that adopts its règlement and its envelopes."""

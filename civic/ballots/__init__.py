"""The votes: who may vote and once, the ballot, the urn, the desk, the closing and the count.

For habitants who choose between projects in two minutes, for the agents and the commission du vote
who keep the desk and open the urn, and for whoever wants to check afterwards. docs/urn.md says
what the urn promises and what it does not.
"""

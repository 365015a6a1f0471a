"""Conseils citoyens, conseils de quartier and tables de quartier: what each one is, which
neighbourhoods it covers, how many seats its two collèges have, its règlement and its states.
For habitants who look for theirs, and for the agents who keep them.
"""

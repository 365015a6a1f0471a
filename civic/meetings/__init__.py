"""Meetings of councils: when and where, who was convened, who came, whether the quorum was
reached, what was said, and the opinions (avis) given there. For members, animateurs and whoever
wants to come or to read.
"""

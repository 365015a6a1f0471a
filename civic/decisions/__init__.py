"""The acts by which élus decide (délibérations, décisions of a mayor, a president or a bailleur),
what they decide of éditions, projects and avis, and what becomes of it on the ground.

For agents who prepare acts, élus who publish them, and habitants who want to know what was
decided of what they asked. An information copy, not the legal publication.
"""

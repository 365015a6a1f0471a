"""Seats and mandates: who sits on a council, in which collège, titulaire or suppléant, from when
to when, and who comes next when a seat falls free. For the animateurs who keep them, and for
everybody who wants to know who speaks for a neighbourhood.
"""

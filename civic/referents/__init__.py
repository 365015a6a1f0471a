"""Référents intercommunaux: who speaks for each council in the bodies of the agglomération, how
the council chose them, and until when. For habitants, councils, and the agents of the
agglomération who open the designations.
"""

"""Where things are: the agglomération, its municipalities, their neighbourhoods, streets and
residences. For everybody who asks « est-ce chez moi ? », and for the agents who settle the
addresses that no street answers to."""

"""Who is who: people (with or without e-mail, with or without account), the organisations they
act for, and the dated, scoped roles they hold. For the rooms that need a name, and for nobody
else: this is the room with the fewest tables and the most care."""

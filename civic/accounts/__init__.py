"""How one signs in: e-mail and password, confirmation, reset, invitations for those who hold a
role; and what everyone may do with their own account: end all sign-ins, take their data away,
erase themselves. For everybody who has something to keep here."""

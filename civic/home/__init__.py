"""The entrance: what is open now, what each person has to do, search, open data, and the pages a
public site owes its visitors. The only room that looks into all others; it owns no table."""

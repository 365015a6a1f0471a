"""The draw by lot: for the agents who load their lists, the facilitators who say what is asked,
the two people who freeze it, the hall that watches, and anyone who wants to check it afterwards.
Lists go in, a fair lottery is committed to, chance is read aloud, mandates come out; names of
people who were not drawn are erased."""

"""The verbs of the draws, one file a stage. They are the only ones to write the room's tables.

creating → files → lists → asking → freezing → session → answers → ending;
erasing at the end of each way.
"""

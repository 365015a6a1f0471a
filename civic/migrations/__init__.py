"""The schema's history, one file a step; each can be taken up and down on both databases."""

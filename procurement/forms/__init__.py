"""The forms of procurement, one file a chapter."""

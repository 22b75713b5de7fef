"""What leaves the house: one file a way. What is written, to whom and when it goes, is decided elsewhere."""

"""What leaves the house for patients: one file a way. What is written, and when it goes, is decided elsewhere."""

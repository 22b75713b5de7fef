"""Use cases: one public method is one thing a person wants and one transaction."""

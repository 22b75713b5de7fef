"""Self-hosted video visits for physical therapy."""

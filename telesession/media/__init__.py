"""Moving pictures: clips that are uploaded. What reads them (av) runs in a process of its own, never in the service."""

"""The rules of care and of the room. Pure: no I/O, clock, randomness, asyncio or logging; they come in as arguments."""

"""The aiohttp edge: parse, call one thing, answer. Nothing here decides anything about care."""

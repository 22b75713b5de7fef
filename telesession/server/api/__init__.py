"""The API for other software, version 1: JSON over HTTP, with keys instead of cookies."""

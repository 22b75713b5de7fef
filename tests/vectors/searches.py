"""What the service finds for a query: the browser must find the same."""

import json
from pathlib import Path

from telesession.domain.exercise_search import Wanted
from telesession.domain.exercises import Position, Precaution, Region
from telesession.services.exercises import INDEX_FILE, Library

PLACE = Path(__file__).parent / "searches.json"

QUERIES = (
    "",
    "the",
    "a",
    "sit to",
    "sit to stand",
    "de la espalda",
    "knee",
    "KNEES",
    "rodillas",
    "Glúteo",
    "back pain",
    "shoulder band",
    "zzz",
    "zzz knee",
    "bri",
    "puentes",
    "sit-to-stand",
    "lumbar espalda",
    "calf",
)
KEPT = ("slug", "names", "synonyms", "regions", "start_position", "equipment", "precaution_tags", "terms")


def render() -> str:
    """The library as far as search needs it, and for each query the slugs found, best first."""
    library = Library.load()
    index = json.loads(library.files()[INDEX_FILE])
    cards = [{name: card[name] for name in KEPT} for card in index["exercises"]]
    found = {query: [one.slug for one in library.search(query)] for query in QUERIES}
    wanted = Wanted(region=Region.HIP, position=Position.SUPINE, spare=frozenset({Precaution.PREGNANCY}))
    filtered = [one.slug for one in library.search("", wanted)]
    return json.dumps(
        {"library": {"exercises": cards, "fillers": index["fillers"]}, "found": found, "filtered": filtered}, indent=1
    )

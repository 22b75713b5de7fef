"""Write the examples that the browser's `apply` must agree with: `python -m tests.vectors`."""

from tests.vectors.views import PLACE, render

PLACE.write_text(render())

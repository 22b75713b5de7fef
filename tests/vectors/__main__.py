"""Write the examples that the browser's code must agree with: `python -m tests.vectors`."""

from tests.vectors import clips, moments, searches, views

for vectors in (views, moments, searches, clips):
    vectors.PLACE.write_text(vectors.render())

"""Write the examples that the browser's code must agree with: `python -m tests.vectors`."""

from tests.vectors import moments, searches, views

for vectors in (views, moments, searches):
    vectors.PLACE.write_text(vectors.render())

"""Write the examples that the browser's code must agree with: `python -m tests.vectors`."""

from tests.vectors import moments, views

for vectors in (views, moments):
    vectors.PLACE.write_text(vectors.render())

"""One module a page: GET looks, POST acts."""

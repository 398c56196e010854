"""One request to its answer, with the rules of its operation."""

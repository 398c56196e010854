"""Matrix of every way to call a model and every reporter, and pair of reporters in both orders."""

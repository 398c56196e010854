"""Values, events and their ids as bytes."""

"""From a model call to its event."""

"""From a span to its call."""

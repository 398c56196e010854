"""Values and events as bytes (pure)."""

"""From usage to a bill (pure but for reading state)."""

"""Settings of a client, checked once."""

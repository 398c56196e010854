"""Export of a local server's events and bills into a database."""

"""State of the server: documents, usage events and the clock, and the data of one tenant."""

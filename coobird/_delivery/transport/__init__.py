"""Ways of a batch out of the process: to the API, to a topic, to a table."""

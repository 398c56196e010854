"""HTTP: the API, the control routes, server-sent events, and the page."""

"""HTTP: routes, control, stream, page."""

"""Contents of the page at `/`: totals, bills to date, and the sections made of them."""

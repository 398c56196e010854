"""Contents of the page at `/`: totals, running bills, and the sections made of them."""

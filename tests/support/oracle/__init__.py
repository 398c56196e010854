"""A second implementation of the local server's pricing, and random worlds to compare the two.

It was written from docs/pricing.md and the contract alone, and shares no code with the server.
`pricing` computes bills, `tenant` follows the calls, `worlds` makes them up, `server` sends them to
the server, and `comparison` finds and shrinks differences.
"""

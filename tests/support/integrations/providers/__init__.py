"""Providers on 127.0.0.1 that answer in their documented shapes and know the true usage."""

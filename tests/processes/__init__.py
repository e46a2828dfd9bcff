"""Processes that die at a chosen point, for the tests of exactly that point."""

"""Simulations: whether intervals cover, `compare` cries wolf, and what it calls detectable is detected."""

"""Sentence splitters on gold text, side by side in one run; `make bench-splitters`."""

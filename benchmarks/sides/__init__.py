"""What a benchmark runs in a fresh process: stancekit's side and those of its peers, each in its own environment.

The files of peers know nothing of stancekit and import only their peer, NumPy and their neighbour `answering`.
"""

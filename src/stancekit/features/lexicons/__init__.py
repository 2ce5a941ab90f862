"""What words say about others: lexicons, negation, and sentences reduced to their skeleton.

`stance_*.csv` and `news_*.csv` were written by hand for stancekit; no other lexicon was copied.
"""

from __future__ import annotations

from stancekit.features.lexicons.lexicon import Lexicon, load_lexicon, read_lexicon
from stancekit.features.lexicons.negation import NegationMarker
from stancekit.features.lexicons.roles import LexiconFeatures
from stancekit.features.lexicons.skeleton import skeletons

__all__ = ["Lexicon", "LexiconFeatures", "NegationMarker", "load_lexicon", "read_lexicon", "skeletons"]

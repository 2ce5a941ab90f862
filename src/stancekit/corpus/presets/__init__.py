"""Published corpora in the formats in which they are distributed, one module for each."""

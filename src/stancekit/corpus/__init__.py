"""Articles, sentences and labelled examples: in, out, linked and cut into folds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stancekit.late import names_of

if TYPE_CHECKING:
    from stancekit.corpus.articles import Article, read_article
    from stancekit.corpus.examples import as_columns, example_features, label_sets, to_dataset
    from stancekit.corpus.folds import cut_folds, group_codes
    from stancekit.corpus.gazetteer import Entry, Gazetteer, Mention
    from stancekit.corpus.gazetteer_file import read_gazetteer
    from stancekit.corpus.linking import link_spans
    from stancekit.corpus.quotations import Speaker, attribute_speakers
    from stancekit.corpus.readers import fingerprint, read_examples, read_sources
    from stancekit.corpus.sentences import Sentence, split_sentences
    from stancekit.corpus.writers import write_examples

__all__ = [
    "Article",
    "Entry",
    "Gazetteer",
    "Mention",
    "Sentence",
    "Speaker",
    "as_columns",
    "attribute_speakers",
    "cut_folds",
    "example_features",
    "fingerprint",
    "group_codes",
    "label_sets",
    "link_spans",
    "read_article",
    "read_examples",
    "read_gazetteer",
    "read_sources",
    "split_sentences",
    "to_dataset",
    "write_examples",
]

_HOMES = {
    "Article": "articles",
    "Entry": "gazetteer",
    "Gazetteer": "gazetteer",
    "Mention": "gazetteer",
    "Sentence": "sentences",
    "Speaker": "quotations",
    "as_columns": "examples",
    "attribute_speakers": "quotations",
    "cut_folds": "folds",
    "example_features": "examples",
    "fingerprint": "readers",
    "group_codes": "folds",
    "label_sets": "examples",
    "link_spans": "linking",
    "read_article": "articles",
    "read_examples": "readers",
    "read_gazetteer": "gazetteer_file",
    "read_sources": "readers",
    "split_sentences": "sentences",
    "to_dataset": "examples",
    "write_examples": "writers",
}

__getattr__ = names_of(__name__, _HOMES)

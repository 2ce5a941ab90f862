"""Articles, sentences and labelled examples: in, out, linked and cut into folds."""

from stancekit.corpus.articles import Article, read_article
from stancekit.corpus.examples import as_columns, example_features, label_sets, to_dataset
from stancekit.corpus.folds import cut_folds, group_codes
from stancekit.corpus.linking import Gazetteer, Mention, link_spans
from stancekit.corpus.readers import fingerprint, read_examples, read_sources
from stancekit.corpus.sentences import Sentence, split_sentences
from stancekit.corpus.writers import write_examples

__all__ = [
    "Article",
    "Gazetteer",
    "Mention",
    "Sentence",
    "as_columns",
    "cut_folds",
    "example_features",
    "fingerprint",
    "group_codes",
    "label_sets",
    "link_spans",
    "read_article",
    "read_examples",
    "read_sources",
    "split_sentences",
    "to_dataset",
    "write_examples",
]

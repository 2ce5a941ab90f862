"""Articles, sentences and labelled examples: in, out, linked and cut into folds."""

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

from __future__ import annotations

from stancekit.report.differing import short_keys


def test_a_block_that_a_run_lacks_is_one_row():
    differing = {
        "model.C": [1.0, 3.0],
        "features.blocks.1.field": [None, "between"],
        "features.blocks.1.ngrams": [None, [1, 2]],
        "features.blocks.1.weight": [None, 1.0],
    }
    assert short_keys(differing) == {"model.C": [1.0, 3.0], "features.blocks.1": [None, "between [1, 2]"]}


def test_what_those_who_have_a_block_differ_in_keeps_its_row():
    differing = {"blocks.1.field": [None, "text", "text"], "blocks.1.weight": [None, 1.0, 0.5]}
    assert short_keys(differing) == {
        "blocks.1": [None, "text", "text"],
        "blocks.1.weight": [None, 1.0, 0.5],
    }


def test_keys_of_a_block_that_every_run_has_stay_as_they_are():
    differing = {"blocks.0.field": ["text", "masked"], "blocks.0.lexicon": [None, "news_fr"], "seed": [1, 2]}
    assert short_keys(differing) == differing


def test_an_item_that_nothing_tells_shows_what_it_has():
    assert short_keys({"x.0.colour": ["red", None]}) == {"x.0": ["colour red", None]}

"""A model.json that asks for too much, says things twice, or names what it must not."""

from __future__ import annotations

import pytest

MANY = 200_000
ENTRY = {"role": "actor", "name": "A", "aliases": [], "metonyms": [], "exceptions": [], "language": "fr"}
LEXICON = {"name": "own", "entries": [["good", "positive", 1, ""]]}


def spec(change):
    return lambda d: d["blocks"][0]["spec"].update(change)


def nested(depth):
    found = []
    for _ in range(depth):
        found = [found]
    return found


DESCRIPTIONS = {
    "labels without end": lambda d: d["task"].update(labels=[f"l{i}" for i in range(MANY)]),
    "a directed pair without end": lambda d: d["task"].update(
        kind="directed_pair", labels=[f"l{i}" for i in range(MANY)], reverse={f"l{i}": f"l{i}" for i in range(MANY)}
    ),
    "the same label without end": lambda d: d["task"].update(labels=["a"] * MANY),
    "a label of controls": lambda d: d["task"].update(labels=["\x1b[2Jno", "yes"]),
    "a label that turns the text around": lambda d: d["task"].update(labels=["\u202eno", "yes"]),
    "a label of a million characters": lambda d: d["task"].update(labels=["n" * 10**6, "yes"]),
    "blocks without end": lambda d: d.update(blocks=d["blocks"] * MANY),
    "blocks that are none": lambda d: d.update(blocks=[1] * MANY),
    "members without end": lambda d: d["model"].update(of=d["model"]["of"] * 10_000),
    "votes in votes": lambda d: d["model"].update(of=[{"kind": "vote", "of": [dict(d["model"])] * 50}] * 50),
    "lexicons without end": lambda d: d.update(lexicons=[LEXICON] * MANY),
    "a gazetteer of nothing": lambda d: d.update(gazetteer=[{}] * MANY),
    "a gazetteer of other things": lambda d: d.update(gazetteer=[ENTRY | {"aliases": [1] * MANY}]),
    "actors that are numbers": lambda d: d.update(actors={f"a{i}": 1 for i in range(MANY)}),
    "forms that are numbers": lambda d: d.update(targets={"a": [1] * MANY}),
    "plug-ins without end": lambda d: d.update(plugins=[{}] * MANY),
    "targets without end": lambda d: d["conditioning"].update(targets=[f"t{i}" for i in range(MANY)]),
    "terms without end": lambda d: d["blocks"][0].update(terms=2**62),
    "terms beyond any number": lambda d: d["blocks"][0].update(terms=10**400),
    "as many terms as there may be": lambda d: d["blocks"][0].update(terms=2**26),
    "terms as text": lambda d: d["blocks"][0].update(terms="5 "),
    "terms as true": lambda d: d["blocks"][0].update(terms="1" * 4000),
    "copies without end": lambda d: d["conditioning"].update(copies=2**62),
    "n-grams without end": spec({"ngrams": [1, 10**9]}),
    "a weight beyond all measure": spec({"weight": 1e300}),
    "a weight of nothing": spec({"weight": -1.0}),
    "a file in place of a lexicon": spec({"analyzer": "lexicon", "lexicon": "/etc/passwd.csv"}),
    "a module in place of a lexicon": spec({"analyzer": "lexicon", "lexicon": "os.system"}),
    "a function in place of an analyzer": spec({"analyzer": "subprocess.run"}),
    "a plug-in that there isn't": spec({"field": "os_system"}),
    "a pattern with groups": spec({"tokens": "(a)(b)"}),
    "a pattern that is none": spec({"tokens": "(" * 5000}),
    "a pattern that repeats beyond measure": spec({"tokens": "a{99999999999}"}),
    "values without end": lambda d: d["about"].update(more=[[]] * 1_200_000),
    "depth without end": lambda d: d["about"].update(more=nested(400)) or d.update(more=nested(400)),
    "about with a name without end": lambda d: d["about"].update(name="n" * 10**6),
    "about with a name that is none": lambda d: d["about"].update(name={"__class__": "os.system"}),
    "about with languages that are none": lambda d: d["about"].update(languages=[1, 2]),
    "about with numbers below zero": lambda d: d["about"].update(examples=-1),
    "about with numbers beyond all": lambda d: d["about"].update(examples=10**300),
    "about with counts that are none": lambda d: d["about"].update(label_counts={"no": "many"}),
    "about with another fingerprint": lambda d: d["about"].update(training_data_sha256="../../etc/passwd"),
    "about with metrics that are none": lambda d: d["about"].update(metrics={"cv": {"macro_f1": "good"}}),
    "a version without end": lambda d: d.update(stancekit="1" * 10**6, more=1),
    "a newer format without end": lambda d: d.update(format=10**4000),
    "a key that is long": lambda d: d.update({"k" * 10**6: 1}),
    "a key with controls": lambda d: d.update({"\x1b[2J\n": 1}),
    "a class to make": lambda d: d.update(__class__="os.system", __reduce__=["os.system", "touch executed"]),
    "a class to make in a block": spec({"__class__": "os.system"}),
}  # fmt: skip


@pytest.mark.parametrize("change", DESCRIPTIONS.values(), ids=DESCRIPTIONS.keys())
def test_a_description_that_asks_for_too_much_is_refused(target, refused, change):
    target.describe(change)
    refused()


def with_raw(old, new):
    """Return a change of the file's text."""
    return lambda raw: raw.replace(old.encode(), new if isinstance(new, bytes) else new.encode(), 1)


TEXTS = {
    "a key twice": with_raw('"format": 1', '"format": 1, "format": 1'),
    "a key twice, deeper": with_raw('"labels":', '"labels": ["a", "b"], "labels":'),
    "a number that is none": with_raw('"about": {', '"about": {"x": NaN, '),
    "a number without end": with_raw('"about": {', '"about": {"x": -Infinity, '),
    "a whole number without end": with_raw('"about": {', '"about": {"x": ' + "9" * 100_000 + ", "),
    "half a letter in a name": with_raw('"about": {', '"about": {"x": "\\ud83d", '),
    "half a letter in a key": with_raw('"about": {', '"about": {"\\udc00": 1, '),
    "half a letter in a label": with_raw('"yes"', '"\\ud800"'),
    "bytes that are no text": with_raw('"yes"', b'"\xed\xa0\x80"'),
    "another encoding": lambda raw: raw.decode().encode("utf-16"),
    "a mark of the encoding": lambda raw: b"\xef\xbb\xbf" + raw,
    "two descriptions": lambda raw: raw + raw,
    "depth that ends nowhere": lambda _: b"[" * 900_000,
    "depth that ends": lambda _: b'{"format": 1, "about": ' + b"[" * 400_000 + b"]" * 400_000 + b"}",
    "lists without end": lambda _: b'{"format": 1, "about": [' + b"[]," * 5_000_000 + b"[]]}",
    "a comment": lambda raw: b"// model\n" + raw,
}


@pytest.mark.parametrize("change", TEXTS.values(), ids=TEXTS.keys())
def test_what_is_no_strict_json_is_refused(target, refused, change):
    file = target.folder / "model.json"
    # What `describe` writes has the spaces that the changes look for.
    target.describe(lambda _: None)
    changed = change(file.read_bytes())
    assert changed != file.read_bytes()
    file.write_bytes(changed)
    assert "model.json" in refused()


def test_letters_that_are_written_as_escapes_are_as_good(target, victim):
    target.describe(lambda d: d["about"].update(name="été 😀"))
    assert "\\ud83d\\ude00" in (target.folder / "model.json").read_text(encoding="utf-8")
    assert victim(target.folder)["loaded"]


def test_a_lexicon_of_many_phrases_with_gaps_is_used_in_time(target, victim):
    words = [f"a* * a{i}* * a* * a* e{i}" for i in range(20_000)]
    lexicon = {"name": "bomb", "entries": [[word, "k", 1, ""] for word in words]}
    whole = {"field": "text", "analyzer": "lexicon", "lexicon": lexicon}
    target.describe(lambda d: d["blocks"][0].update(spec=d["blocks"][0]["spec"] | whole | {"ngrams": [1, 1]}))
    answer = victim(target.folder)
    assert answer.get("loaded"), answer

"""INCEpTION: documents out, relations in, and files that are not to be trusted."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from stancekit.corpus import read_examples, write_examples
from stancekit.errors import DataError

TYPES = """\
<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><name>A type system</name><types>
<typeDescription><name>de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence</name><description/>
<supertypeName>uima.tcas.Annotation</supertypeName></typeDescription>
<typeDescription><name>webanno.custom.Entity</name><description/><supertypeName>uima.tcas.Annotation</supertypeName>
<features><featureDescription><name>role</name><description/><rangeTypeName>uima.cas.String</rangeTypeName>
</featureDescription><featureDescription><name>actor</name><description/><rangeTypeName>uima.cas.String</rangeTypeName>
</featureDescription></features></typeDescription>
<typeDescription><name>webanno.custom.Stance</name><description/><supertypeName>uima.tcas.Annotation</supertypeName>
<features><featureDescription><name>Governor</name><description/><rangeTypeName>webanno.custom.Entity</rangeTypeName>
</featureDescription><featureDescription><name>Dependent</name><description/><rangeTypeName>webanno.custom.Entity</rangeTypeName>
</featureDescription><featureDescription><name>stance</name><description/><rangeTypeName>uima.cas.String</rangeTypeName>
</featureDescription></features></typeDescription>
</types></typeSystemDescription>
"""
TEXT = "💩 rain. Paris refuse le plan. Il pleut."
"""In UTF-16 code units: sentences at 0-8, 9-30, 31-40; Paris 9-14, le plan 22-29."""
PARIS = '<custom:Entity xmi:id="10" sofa="1" begin="9" end="14" role="Actor" actor="France"/>'
PLAN = '<custom:Entity xmi:id="11" sofa="1" begin="22" end="29" role="Target"/>'
OPPOSES = '<custom:Stance xmi:id="12" sofa="1" begin="22" end="29" Governor="10" Dependent="11" stance="opposes"/>'


def xmi(*structures, text=TEXT, sentences=((0, 8), (9, 30), (31, 40)), head=""):
    spans = [
        f'<type:Sentence xmi:id="{20 + i}" sofa="1" begin="{begin}" end="{end}"/>'
        for i, (begin, end) in enumerate(sentences)
    ]
    members = " ".join(str(20 + i) for i in range(len(sentences)))
    members += "".join(f" {structure.split(chr(34))[1]}" for structure in structures)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"'
        ' xmlns:cas="http:///uima/cas.ecore" xmlns:custom="http:///webanno/custom.ecore"'
        ' xmlns:type="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore" xmi:version="2.0">'
        f"{''.join(spans)}{''.join(structures)}"
        f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString={quoteattr(text)}/>'
        f'<cas:View sofa="1" members="{members}"/></xmi:XMI>'
    )


def zip_of(files):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return sink.getvalue()


@pytest.fixture
def exported(tmp_path):
    def write(files, name="export.zip") -> Path:
        (tmp_path / name).write_bytes(zip_of(files))
        return tmp_path / name

    return write


def read(path):
    return read_examples(path, format="inception").to_list()


FLAT = {"TypeSystem.xml": TYPES, "ann.xmi": xmi(PARIS, PLAN, OPPOSES)}


# Exports


def test_a_relation_is_an_example_in_its_sentence(exported):
    (row,) = read(exported(FLAT))
    assert (row["text"], row["label"], row["annotator"], row["sentence"]) == (
        "Paris refuse le plan.",
        "opposes",
        "ann",
        1,
    )
    assert (row["actor"], row["actor_start"], row["actor_end"]) == ("France", 0, 5)
    assert (row["target"], row["target_start"], row["target_end"]) == ("le plan", 13, 20)


def test_a_relation_from_target_to_actor_is_turned_round(exported):
    back = OPPOSES.replace('Governor="10" Dependent="11"', 'Governor="11" Dependent="10"')
    (row,) = read(exported({**FLAT, "ann.xmi": xmi(PARIS, PLAN, back)}))
    assert (row["actor"], row["target"]) == ("France", "le plan")


def test_a_relation_between_sentences_has_both_as_its_text(exported):
    far = '<custom:Entity xmi:id="11" sofa="1" begin="31" end="33" role="Target"/>'
    (row,) = read(exported({**FLAT, "ann.xmi": xmi(PARIS, far, OPPOSES)}))
    assert (row["text"], row["target"], row["target_start"]) == ("Paris refuse le plan. Il pleut.", "Il", 22)


def test_mentions_without_relations_are_pairs_without_a_label(exported):
    other = '<custom:Entity xmi:id="12" sofa="1" begin="31" end="33" role="Actor"/>'
    rows = read(exported({**FLAT, "ann.xmi": xmi(PARIS, PLAN, other)}))
    assert [(row["actor"], row["target"], row["label"]) for row in rows] == [
        ("France", "le plan", None),
        ("Il", None, None),
    ]


def test_a_project_has_its_documents_below_annotation(exported):
    inner = {name: zip_of({"TypeSystem.xml": TYPES, f"{name}.xmi": FLAT["ann.xmi"]}) for name in ("ann", "bob")}
    files = {f"annotation/doc 1.txt/{name}.zip": content for name, content in inner.items()}
    curated = zip_of({"TypeSystem.xml": TYPES, "CURATION_USER.xmi": FLAT["ann.xmi"]})
    files |= {"curation/doc 1.txt/CURATION_USER.zip": curated, "exportedproject1.json": "{}", "source/doc 1.txt": TEXT}
    rows = read(exported(files))
    assert [(row["annotator"], row["article"], row["id"]) for row in rows] == [
        ("ann", "doc 1.txt", "doc 1.txt/ann/0"),
        ("bob", "doc 1.txt", "doc 1.txt/bob/0"),
    ]


def test_an_unpacked_folder_is_read_as_the_zip(tmp_path):
    (tmp_path / "export").mkdir()
    for name, content in FLAT.items():
        (tmp_path / "export" / name).write_text(content, encoding="utf-8")
    (row,) = read(tmp_path / "export")
    assert (row["actor"], row["annotator"]) == ("France", "ann")


def test_the_only_feature_of_a_relation_is_its_label(exported):
    files = {
        name: content.replace('"stance"', '"kind"')
        .replace("<name>stance<", "<name>kind<")
        .replace(" stance=", " kind=")
        for name, content in FLAT.items()
    }
    assert [row["label"] for row in read(exported(files))] == ["opposes"]


# What is written


ROWS = {
    "id": ["1", "2", "3"],
    "article": ["a/b"] * 3,
    "sentence": [1, 0, 1],
    "text": ["Paris refuse le plan.", "💩\x0b Bamako.", "Paris refuse le plan."],
    "actor": ["France", "Mali", "France"],
    "actor_start": [0, 3, 0],
    "actor_end": [5, 9, 5],
    "target": ["plan", None, "plan"],
    "target_start": [13, None, 13],
    "target_end": [20, None, 20],
    "label": ["opposes", None, None],
    "annotator": ["ann", None, None],
}


def test_a_document_has_the_sentences_of_its_article_and_a_file_for_each_annotator(tmp_path):
    path = write_examples(ROWS, tmp_path / "a.zip", format="inception")
    with zipfile.ZipFile(path) as archive:
        names = {"TypeSystem.xml", "annotation/a%2Fb/ann.json", "annotation/a%2Fb/INITIAL_CAS.json"}
        assert set(archive.namelist()) == names
        structures = json.loads(archive.read("annotation/a%2Fb/ann.json"))["%FEATURE_STRUCTURES"]
    (sofa,) = [each for each in structures if each["%TYPE"] == "uima.cas.Sofa"]
    assert sofa["sofaString"] == "💩\x0b Bamako.\nParis refuse le plan."
    (stance,) = [each for each in structures if each["%TYPE"] == "webanno.custom.Stance"]
    mentions = {each["%ID"]: each for each in structures if each["%TYPE"] == "webanno.custom.Mention"}
    governor, dependent = mentions[stance["@Governor"]], mentions[stance["@Dependent"]]
    assert (stance["stance"], governor["actor"], dependent["target"]) == ("opposes", "France", "plan")
    assert (governor["begin"], governor["end"]) == (12, 17)


def test_the_same_examples_are_the_same_bytes(tmp_path):
    one, two = (write_examples(ROWS, tmp_path / name, format="inception").read_bytes() for name in ("a.zip", "b.zip"))
    assert one == two


def relabelled(path, annotator, change):
    """Return the files of an archive, with what an annotator makes of the untouched file."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    cas = json.loads(files["annotation/a%2Fb/INITIAL_CAS.json"])
    change(cas)
    return {**files, f"annotation/a%2Fb/{annotator}.json": json.dumps(cas)}


def relate(label):
    def change(cas):
        structures = cas["%FEATURE_STRUCTURES"]
        ids = [each["%ID"] for each in structures if each["%TYPE"] == "webanno.custom.Mention" and each["begin"] >= 12]
        stance = {"%ID": 99, "%TYPE": "webanno.custom.Stance", "@sofa": 1, "begin": 25, "end": 32, "stance": label}
        structures.append({**stance, "@sofa": structures[0]["%ID"], "@Governor": ids[0], "@Dependent": ids[1]})
        cas["%VIEWS"]["_InitialView"]["%MEMBERS"].append(99)

    return change


def test_candidates_that_annotators_relate_are_their_rows_and_no_longer_nobodys(tmp_path, exported):
    path = write_examples(ROWS, tmp_path / "a.zip", format="inception")
    rows = read(exported(relabelled(path, "bob", relate("supports"))))
    told = {(row["id"], row["annotator"], row["label"], row["actor"]) for row in rows}
    assert told == {("1", "ann", "opposes", "France"), ("2", "bob", None, "Mali"), ("3", "bob", "supports", "France")}


def test_a_sentence_may_be_labelled_where_nobody_is_mentioned(tmp_path, exported):
    def label(cas):
        for each in cas["%FEATURE_STRUCTURES"]:
            if each["%TYPE"] == "webanno.custom.Example":
                each["stance"] = "neutral"

    path = write_examples(ROWS, tmp_path / "a.zip", format="inception")
    rows = read(exported(relabelled(path, "bob", label)))
    assert {row["id"]: row["label"] for row in rows} == {"1": "opposes", "2": "neutral", "3": "neutral"}


# What is wrong, and what is hostile


def test_the_extra_that_is_missing_is_named(tmp_path, monkeypatch, exported):
    monkeypatch.setitem(sys.modules, "cassis", None)
    said = r"needs the package dkpro-cassis; Install it: pip install 'stancekit\[inception\]'"
    with pytest.raises(DataError, match=said):
        read(exported(FLAT))
    with pytest.raises(DataError, match=said):
        write_examples(ROWS, tmp_path / "a.zip", format="inception")
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize("declared", ['<!DOCTYPE x SYSTEM "file:///etc/passwd">', '<!DOCTYPE x [<!ENTITY e "aaaa">]>'])
@pytest.mark.parametrize("where", ["ann.xmi", "TypeSystem.xml"])
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_a_document_type_declaration_is_refused_in_every_file_and_encoding(exported, declared, where, encoding):
    content = FLAT[where].replace("?>", f"?>{declared}", 1).replace("UTF-8", encoding, 1)
    with pytest.raises(DataError, match=rf"{where}: XML with a document type declaration is not read"):
        read(exported({**FLAT, where: content.encode(encoding)}))


def test_entities_that_multiply_are_refused_before_they_do(exported):
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    head = f'<!DOCTYPE x [<!ENTITY e0 "lol">{levels}]>'
    with pytest.raises(DataError, match="document type declaration"):
        read(exported({**FLAT, "ann.xmi": xmi(PARIS, head=head).replace("France", "&e11;")}))


@pytest.mark.parametrize("name", ["a=print(1)", "x y", "a.b", "", "1a", "é", "a\n=b", "a;b"])
def test_a_name_that_could_become_code_is_refused_before_cassis_sees_it(exported, name, monkeypatch):
    monkeypatch.setattr("cassis.load_typesystem", None)
    monkeypatch.setattr("cassis.load_cas_from_json", None)
    types = TYPES.replace("<name>role<", f"<name>{name}<")
    with pytest.raises(DataError, match=r"TypeSystem\.xml: .* can't be the name of a type or feature"):
        read(exported({**FLAT, "TypeSystem.xml": types}))
    cas = {"%TYPES": {"webanno.custom.X": {"%SUPER_TYPE": "uima.tcas.Annotation", name: {"%RANGE": "uima.cas.String"}}}}
    with pytest.raises(DataError, match="can't be the name of a type or feature"):
        read(exported({"ann.json": json.dumps(cas)}))


def test_the_name_of_a_type_is_checked_as_well(exported):
    types = TYPES.replace("<name>webanno.custom.Entity<", "<name>webanno.custom.E(x)<")
    with pytest.raises(DataError, match=r"'webanno\.custom\.E\(x\)' can't be the name"):
        read(exported({**FLAT, "TypeSystem.xml": types}))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"readme.txt": "x"}, "there is no .xmi or .json in it"),
        ({"ann.xmi": FLAT["ann.xmi"]}, "ann.xmi: its TypeSystem.xml is missing; Give the zip"),
        ({**FLAT, "ann.xmi": "<a"}, "ann.xmi:1:"),
        ({**FLAT, "TypeSystem.xml": "<a></b>"}, "TypeSystem.xml:1:"),
        ({**FLAT, "ann.xmi": xmi(PARIS.replace("14", "999"))}, "ann.xmi: not a UIMA CAS that can be read"),
        ({**FLAT, "ann.xmi": xmi(PARIS.replace("Entity", "Nothing"))}, "ann.xmi: not a UIMA CAS that can be read"),
        ({**FLAT, "ann.xmi": xmi(PARIS, PLAN, OPPOSES.replace('"11" st', '"77" st'))}, "not a UIMA CAS"),
        (
            {**FLAT, "ann.xmi": xmi(PARIS, PLAN, OPPOSES.replace('Governor="10"', ""))},
            "no 'Governor' or no 'Dependent'",
        ),
        ({**FLAT, "ann.xmi": "<a/>"}, "not a UIMA CAS that can be read"),
        ({**FLAT, "ann.xmi": xmi().replace(f"sofaString={quoteattr(TEXT)}", "")}, "ann.xmi: it has no text"),
        ({"ann.json": "{"}, "ann.json:1:2: not valid JSON"),
        ({"ann.json": "{}"}, "ann.json: not a UIMA CAS that can be read"),
        ({"ann.json": '{"%TYPES": []}'}, "'%TYPES' must be an object"),
        ({"ann.json": '{"%TYPES": {"a": 3}}'}, "'%TYPES' must be an object of objects"),
    ],
)
def test_a_file_that_is_not_as_described_is_named(exported, files, said):
    with pytest.raises(DataError) as caught:
        read(exported(files))
    assert said in str(caught.value)


def test_columns_that_are_no_json_are_refused(tmp_path, exported):
    for columns in ("{", "[]"):

        def spoil(cas, columns=columns):
            for each in cas["%FEATURE_STRUCTURES"]:
                if each["%TYPE"] == "webanno.custom.Example":
                    each["columns"] = columns

        path = tmp_path / f"{len(columns)}.zip"
        write_examples(ROWS, path, format="inception")
        with pytest.raises(DataError, match=r"bob\.json: the columns of an webanno\.custom\.Example"):
            read(exported(relabelled(path, "bob", spoil), f"bad{len(columns)}.zip"))

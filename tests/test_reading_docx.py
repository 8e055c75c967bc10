"""Word documents: what is seen is read, in order; broken and bomb-like packages are named."""

import io
import zipfile
from datetime import datetime

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from rag.errors import ReadingError
from rag.reading.docx import read_docx


def made(build=lambda opened: None, **properties):
    """The bytes of a document with these core properties, after `build` has filled it."""
    opened = docx.Document()
    for name, value in properties.items():
        setattr(opened.core_properties, name, value)
    build(opened)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def words(*paragraphs):
    def build(opened):
        for paragraph in paragraphs:
            opened.add_paragraph(paragraph)

    return build


def document(data):
    return read_docx("a.docx", data)[0]


def repacked(data, **changed):
    """The package with these parts replaced, by the last piece of their names; None: taken out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            last = name.rpartition("/")[2].strip(".").partition(".")[0]
            part = changed.get(last, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return out.getvalue()


def test_paragraphs_and_tables_come_in_their_order():
    def build(opened):
        opened.add_heading("Trade", 2)
        opened.add_paragraph("They agreed on trade.")
        table = opened.add_table(2, 2)
        for cell, value in zip(table._cells, ["Year", "Trade", "2020", "17.5 bn"], strict=True):
            cell.text = value
        opened.add_paragraph("It ended.")

    assert document(made(build)).text == (
        "Trade\n\nThey agreed on trade.\n\nYear | Trade\n\n2020 | 17.5 bn\n\nIt ended."
    )


def test_properties_are_metadata():
    data = made(
        words("They spoke.", "They left."),
        title="A call",
        author="The Ministry",
        language="en-GB",
        created=datetime(2021, 10, 28),
    )
    metadata = document(data).metadata
    assert (metadata.title, metadata.author) == ("A call", "The Ministry")
    assert (metadata.language, metadata.published) == ("en-GB", "2021-10-28")
    assert "made" in metadata.how["published"]


def test_a_programs_template_says_nothing_of_the_document():
    metadata = document(made(words("They spoke."))).metadata
    assert (metadata.title, metadata.author, metadata.published) == (None, None, None)


def test_missing_properties_are_none():
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument"/></Relationships>'
    )
    data = repacked(made(words("They spoke.")), core=None, rels=relations)
    metadata = document(data).metadata
    assert (metadata.title, metadata.author, metadata.published) == (None, None, None)


def test_a_first_heading_is_the_title_and_leaves_the_text():
    def build(opened):
        opened.add_heading("A call", 1)
        opened.add_paragraph("They spoke.")

    found = document(made(build))
    assert (found.metadata.title, found.text) == ("A call", "They spoke.")
    assert found.metadata.how["title"] == "first heading"


def test_inserted_and_linked_words_are_read_and_deleted_and_hidden_ones_are_not():
    runs = f"""<w:p {nsdecls("w")}>
      <w:r><w:t xml:space="preserve">Both </w:t></w:r>
      <w:ins w:id="1" w:author="x"><w:r><w:t xml:space="preserve">sides </w:t></w:r></w:ins>
      <w:del w:id="2" w:author="x"><w:r><w:delText>SECRET</w:delText></w:r></w:del>
      <w:moveFrom w:id="3" w:author="x"><w:r><w:t>SECRET</w:t></w:r></w:moveFrom>
      <w:hyperlink><w:r><w:t>agreed</w:t></w:r></w:hyperlink>
      <w:r><w:rPr><w:vanish/></w:rPr><w:t>SECRET</w:t></w:r>
      <w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>.</w:t></w:r>
    </w:p>"""
    boxed = f"""<w:sdt {nsdecls("w")}><w:sdtContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p>
      </w:sdtContent></w:sdt>"""

    def build(opened):
        opened.element.body.insert(0, parse_xml(runs))
        opened.element.body.insert(1, parse_xml(boxed))

    assert document(made(build)).text == "Both sides agreed.\n\nIn a box."


def test_merged_cells_and_tables_in_tables_are_read_once():
    def build(opened):
        table = opened.add_table(1, 3)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "Wide"
        inner = table.cell(0, 2).add_table(1, 1)
        inner.cell(0, 0).text = "Inner"

    text = document(made(build)).text
    assert text.count("Wide") == text.count("Inner") == 1


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\x00" * (40 * 1024 * 1024))
    return out.getvalue()


def other_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    return out.getvalue()


GOOD = made(words("They spoke."))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bomb(), "unpacks to 40 MB"),
        (other_zip(), "no Word document"),
        (GOOD[:-30], "no Word document"),
        (GOOD[:400], "no Word document"),
        (b"PK\x03\x04nonsense", "no Word document"),
        (repacked(GOOD, document=b"<not xml"), "no Word document"),
        (repacked(GOOD, document=None), "no Word document"),
    ],
    ids=["bomb", "zip", "cut", "stump", "nonsense", "xml", "empty"],
)
def test_what_is_no_word_document_says_why(data, reason):
    with pytest.raises(ReadingError, match=reason):
        document(data)


def test_entities_are_not_expanded():
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:body><w:p><w:r><w:t>They spoke.&b;</w:t></w:r></w:p></w:body></w:document>"
    )
    try:
        assert "haha" not in document(repacked(GOOD, document=laughs)).text
    except ReadingError as error:
        assert "no Word document" in error.message

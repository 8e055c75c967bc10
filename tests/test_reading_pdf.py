"""PDF: pages joined to paragraphs; damage, encryption and scans are named."""

import io

import pytest
from pypdf import PdfReader, PdfWriter

from rag.errors import ReadingError
from rag.reading import Failure, MetadataTable, SourceFile, read
from rag.reading.pdf import read_pdf


def pdf(*pages, **info):
    """A PDF whose pages hold these lines in Helvetica."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for lines in pages:
        shown = "".join(f"({line.translate(ESCAPES)}) Tj T* " for line in lines)
        stream = f"BT /F1 12 Tf 14 TL 72 760 Td {shown}ET" if lines else "0 0 m"
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
            "/Encoding /WinAnsiEncoding >> >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    if info:
        fields = " ".join(f"/{key} ({value})" for key, value in info.items())
        objects.append(f"<< {fields} >>")
    return assembled(objects, info)


ESCAPES = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})


def assembled(objects, info):
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    extra = f" /Info {len(objects)} 0 R" if info else ""
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R{extra} >>"
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


def encrypted(data, user_password):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user_password, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def document(data):
    return read_pdf("a.pdf", data)[0]


LINES = [
    "China and Pakistan have stood side by side for seventy",
    "years, the minister said, and their friendship has with-",
    "stood all tests, and will withstand those that come now.",
    "It is so.",
    "Both sides will deepen their cooperation in trade and",
    "health. The two agreed to meet again in the coming year.",
]


def test_lines_become_paragraphs_and_divided_words_are_joined():
    assert document(pdf(LINES)).text == (
        "China and Pakistan have stood side by side for seventy years, the minister said, and "
        "their friendship has withstood all tests, and will withstand those that come now. "
        "It is so.\n\nBoth sides will deepen their cooperation in trade and health. The two agreed "
        "to meet again in the coming year."
    )


def test_headers_footers_and_page_numbers_are_left_out():
    pages = [
        [
            "The Foreign Ministry",
            f"Record of {number} October",
            f"Here is the text of page number {number}, which is long",
            "enough to be wrapped, and it goes on to the very end of",
            f"Page {number} of 4",
        ]
        for number in range(1, 5)
    ]
    text = document(pdf(*pages)).text
    assert "Foreign Ministry" not in text
    assert "Record of" not in text
    assert "Page 2" not in text
    assert "text of page number 3" in text


def test_a_sentence_goes_on_over_a_page():
    text = document(pdf([*LINES[:2], "1"], [*LINES[2:], "2"])).text
    assert "friendship has withstood all tests" in text


def test_what_the_file_says_of_itself_is_metadata():
    data = pdf(LINES, Title="A call", Author="The Ministry", CreationDate="D:20211028093000Z")
    metadata = document(data).metadata
    assert (metadata.title, metadata.author) == ("A call", "The Ministry")
    assert metadata.published == "2021-10-28"
    assert "made" in metadata.how["published"]


def test_the_day_a_file_was_made_yields_to_any_other_date():
    lines = ["ISLAMABAD, Oct. 28, 2020 (APP) - Khan spoke to Xi.", *LINES]
    metadata = document(pdf(lines, CreationDate="D:20240101")).metadata
    assert metadata.published == "2020-10-28"
    assert metadata.how["published"] == "dateline"


@pytest.mark.parametrize(
    "title", ["Microsoft Word - call.doc", "call.docx", "untitled", "Document1"]
)
def test_a_file_name_is_no_title(title):
    assert document(pdf(LINES, Title=title)).metadata.title is None


def test_a_page_without_text_is_told():
    assert "page 2 held no text" in document(pdf(LINES, [])).metadata.how["text"]


def test_an_empty_password_opens_a_file():
    assert "China" in document(encrypted(pdf(LINES), "")).text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (encrypted(pdf(LINES), "secret"), "encrypted"),
        (pdf([]), "images and no text"),
        (pdf(), "damaged"),
        (pdf(LINES)[:60], "damaged"),
        (b"%PDF-1.7\n" + b"garbage " * 50, "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(data, reason):
    with pytest.raises(ReadingError, match=reason):
        document(data)


def test_a_file_cut_anywhere_is_text_or_a_failure(tmp_path):
    data = pdf(LINES, LINES, Title="A call")
    for end in range(0, len(data), 37):
        path = tmp_path / "a.pdf"
        path.write_bytes(data[:end])
        file = SourceFile(name="a.pdf", path=path, size=end, mtime_ns=0)
        [found] = read(file, MetadataTable())
        assert isinstance(found, Failure) or "China" in found.text


def test_bytes_changed_anywhere_never_raise(tmp_path):
    data = bytearray(pdf(LINES, Title="A call"))
    for place in range(0, len(data), 23):
        damaged = bytes(data[:place]) + b"\xff<<[(" + bytes(data[place + 5 :])
        path = tmp_path / "a.pdf"
        path.write_bytes(damaged)
        file = SourceFile(name="a.pdf", path=path, size=len(damaged), mtime_ns=0)
        assert list(read(file, MetadataTable()))

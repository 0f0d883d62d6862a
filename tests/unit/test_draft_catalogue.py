"""The catalogue of indicators and shortcomings, and what an office may write into its own."""

from pathlib import Path

import pytest

from intake.drafting.catalogue import load_catalogue, suggest
from models.errors import RefusedError

OWN = """
[[indicators]]
code = "Z01"
words = ["trồng cây"]
name = "Số cây đã trồng"
measure = "cây"
kind = "flow"
mode = "cumulative"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "catalogue.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_offices_own_indicator_is_suggested_beside_those_that_are_brought(tmp_path: Path) -> None:
    catalogue = load_catalogue(written(tmp_path, OWN))
    found = suggest("Các đơn vị tổ chức trồng cây trước ngày 30/6.", catalogue.indicators)
    assert [one.entry.code for one in found] == ["Z01"]
    assert len(catalogue.indicators) == len(load_catalogue().indicators) + 1


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ("[[indicators]\n", "draft.catalogue.unreadable", "catalogue.toml"),
        ('[[indicators]]\ncode = "Z01"\n', "draft.catalogue.incomplete", "words, name, measure, kind, mode"),
        (f'{OWN}[[shortcomings]]\ncode = "H9"\n', "draft.catalogue.incomplete", "list, words, label"),
    ],
)
def test_a_catalogue_that_cannot_be_used_is_refused_saying_what_is_wrong(
    tmp_path: Path, text: str, key: str, told: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        load_catalogue(written(tmp_path, text))
    assert refused.value.key == key
    assert told in refused.value.values.values()

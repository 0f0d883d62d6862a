"""Every rule of drafting.toml against the examples that stand beside it."""

from typing import Any

import pytest

from intake.drafting.bodies import find_lead
from intake.drafting.citations import find_mentions, list_citations
from intake.drafting.draft import draft_directive
from intake.drafting.drafted import DraftDocument
from intake.drafting.kinds import guess_kind
from intake.drafting.rules import read_rules
from intake.drafting.times import find_due, find_time_expression
from schemas.folds import fold_in_place

TABLE: dict[str, Any] = read_rules()


@pytest.mark.parametrize(
    ("kind", "example"), [(rule["kind"], text) for rule in TABLE["kinds"] for text in rule["examples"]]
)
def test_each_kind_is_seen_in_its_examples(kind: str, example: str) -> None:
    assert guess_kind(example, find_lead(example))[0] == kind


@pytest.mark.parametrize(
    ("kind", "example"),
    [(rule["kind"], text) for rule in TABLE["kinds"] for text in rule.get("counter_examples", ())],
)
def test_no_kind_is_seen_in_its_counter_examples(kind: str, example: str) -> None:
    assert guess_kind(example, find_lead(example))[0] != kind


@pytest.mark.parametrize(
    ("rule", "example"), [(rule, text) for rule in TABLE["relations"] for text in rule["examples"]]
)
def test_each_relation_is_said_of_the_document_in_its_examples(rule: dict[str, Any], example: str) -> None:
    owner = rule.get("owner", ["chi_thi"])[0] or None
    document = DraftDocument(symbol="99-CT/XYZ" if owner else None, type=owner, issuer=None, issued_on=None, title=None)
    (cited,) = list_citations(document, find_mentions([example]))
    assert (cited.relation, cited.inferred) == (rule["relation"], rule.get("inferred", False))
    assert cited.quote in example


@pytest.mark.parametrize("example", TABLE["time"]["examples"])
def test_each_time_expression_is_found_verbatim(example: dict[str, str]) -> None:
    assert find_time_expression(example["text"]) == example["expression"]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Gửi báo cáo trước ngày 15/12/2022.", "2022-12-15"),
        ("hoàn thành chậm nhất ngày 31 tháng 12 năm 2022.", "2022-12-31"),
        ("Nộp hồ sơ, hạn cuối là 5-9-2016;", "2016-09-05"),
        ("Quán triệt Chỉ thị số 07-CT/TW, ngày 05/9/2016 của Ban Bí thư.", None),
        ("xây dựng kế hoạch đến năm 2025;", None),
        ("báo cáo trước ngày 15/12 hằng năm.", None),
        ("hoàn thành trước ngày 31/02/2022.", None),
    ],
)
def test_a_due_date_needs_a_whole_date_that_sets_a_limit(text: str, due: str | None) -> None:
    found = find_due(text)
    assert (found.isoformat() if found else None) == due


def test_every_list_of_words_is_written_the_way_it_is_matched() -> None:
    words = [
        *TABLE["verbs"]["opening"],
        *TABLE["bodies"]["own"],
        *TABLE["bodies"]["partners"],
        *TABLE["bodies"]["stops"],
    ]
    assert [word for word in words if word != fold_in_place(word)] == []


def test_a_draft_is_the_same_every_time() -> None:
    text = "Ban Thường vụ yêu cầu các chi bộ thực hiện các nhiệm vụ sau:\n1. Xây dựng kế hoạch.\n2. Báo cáo."
    assert draft_directive(text) == draft_directive(text)

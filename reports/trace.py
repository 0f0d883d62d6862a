"""From a figure to the cells it is made of, and from a file to the figures it feeds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models.queries.provenance import FiledValue, list_directives_of_file, list_filed_values
from models.returns import Receipt
from reports.analytic import frame, opened
from reports.placing import Question, place
from reports.rollup import Reading, figure_code, known_on
from schemas.rollup import TODAY_SUFFIX
